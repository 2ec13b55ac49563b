// SPDX-License-Identifier: Apache-2.0
(async () => {
  const $ = (selector, at = document) => at.querySelector(selector);
  const cases = [...document.querySelectorAll(".case")], body = document.body.dataset;
  // Not localStorage: Chromium hands pages from file:// an empty one at about every tenth load.
  const answer = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const noStore = () => { $(".nostore").hidden = false; };
  let state = {at: 0, reviewer: "", decisions: {}, saved: true}, batches;
  try {
    const request = indexedDB.open("gradphoto-review", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("batches");
    const database = await answer(request);
    const table = mode => database.transaction("batches", mode).objectStore("batches");
    Object.assign(state, await answer(table("readonly").get(body.batch)));
    batches = table;
  } catch { noStore(); }
  const keep = async () => {
    try {
      const table = batches("readwrite"), put = answer(table.put(state, body.batch));
      table.transaction.commit();  // at once: a page that is left before the answer keeps it, too
      await put;
    } catch { noStore(); }
  };
  const reviewer = $("#reviewer"), dialog = $("dialog"), note = $("#note"), progress = $(".progress"), done = $(".done");
  reviewer.value = state.reviewer;
  reviewer.addEventListener("input", () => { state.reviewer = reviewer.value.trim(); keep(); });

  const idOf = item => item.dataset.id;
  const show = () => {
    state.at = Math.min(Math.max(state.at, 0), cases.length);
    cases.forEach((item, i) => item.classList.toggle("on", i === state.at));
    done.hidden = state.at < cases.length;
    for (const item of cases) {
      const decision = state.decisions[idOf(item)], label = $(".decided", item);
      label.className = "decided " + (decision ? decision.decision : "");
      label.textContent = decision ? label.dataset[decision.decision] + (decision.title ? "：" + decision.title : "") : "";
    }
    const count = Object.keys(state.decisions).length;
    progress.textContent = progress.dataset.text.replace("{at}", Math.min(state.at + 1, cases.length))
      .replace("{all}", cases.length).replace("{done}", count);
    $("#save").disabled = count === 0;
    for (const image of cases[state.at + 1]?.querySelectorAll("img") || []) image.loading = "eager";
    keep();
    scrollTo(0, 0);
  };
  const go = step => { state.at += step; show(); };
  const decide = (decision, reason_code = "", title = "", text = "") => {
    if (state.at >= cases.length) return;
    const item = cases[state.at];
    state.decisions[idOf(item)] = {decision, reason_code, title, note: text, decided_at: new Date().toISOString()};
    state.saved = false;
    go(1);
  };
  const reject = () => {
    if (state.at >= cases.length) return;
    const list = $("ol", dialog), own = (cases[state.at].dataset.codes || "").split(" ").filter(Boolean);
    const all = JSON.parse($("#codes").textContent);
    const codes = [...own.filter(code => all[code]), ...Object.keys(all).filter(code => !own.includes(code))];
    list.replaceChildren(...codes.map((code, i) => {
      const entry = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = all[code];
      if (i < 9) {
        const key = document.createElement("kbd");
        key.textContent = i + 1;
        button.append(key);
      }
      button.addEventListener("click", () => {
        dialog.close();
        decide("reject", code, all[code], note.value.trim());
      });
      entry.append(button);
      return entry;
    }));
    note.value = "";
    dialog.showModal();
    list.querySelector("button")?.focus();
  };
  const undo = () => {
    if (state.at > 0) --state.at;
    if (state.at < cases.length) delete state.decisions[idOf(cases[state.at])];
    state.saved = false;
    show();
  };
  // A cell that a spreadsheet would take for a formula starts with an apostrophe, as in every CSV of gradphoto.
  const cell = text => {
    const safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  const save = () => {
    const rows = [["key", "photo_sha256", "decision", "reason_code", "note", "reviewer", "decided_at"]];
    for (const item of cases) {
      const decision = state.decisions[idOf(item)];
      if (decision) rows.push([item.dataset.key, item.dataset.sha256, decision.decision, decision.reason_code,
        decision.note, state.reviewer, decision.decided_at]);
    }
    const text = "\ufeff" + rows.map(row => row.map(cell).join(",")).join("\r\n") + "\r\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
    link.download = "decisions.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    state.saved = true;
    keep();
  };
  const actions = {a: () => decide("accept"), r: reject, s: () => go(1), u: undo, ArrowRight: () => go(1),
    ArrowLeft: () => go(-1), w: save};
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (dialog.open) {
      if (event.target !== note && /^[1-9]$/.test(event.key)) {
        dialog.querySelectorAll("ol button")[event.key - 1]?.click();
        event.preventDefault();
      }
      return;
    }
    if (event.target.tagName === "INPUT") return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) { event.preventDefault(); action(); }
  });
  for (const button of document.querySelectorAll("[data-key-action]"))
    button.addEventListener("click", () => actions[button.dataset.keyAction]());
  document.addEventListener("found", event => { state.at = cases.indexOf(event.target); show(); });
  $("#cancel").addEventListener("click", () => dialog.close());
  addEventListener("beforeunload", event => { if (!state.saved) event.preventDefault(); });
  document.body.classList.add("live");
  show();
})();
