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
  let state = {at: 0, reviewer: "", decisions: {}, notes: {}, saved: true}, batches;
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
  const reviewer = $("#reviewer"), note = $("#note"), progress = $(".progress"), done = $(".done"), save = $("#save");
  const panel = $(".reasons"), titles = JSON.parse($("#codes").textContent);
  let asked = "";  // The decision whose reason is asked for.
  reviewer.value = state.reviewer;

  const here = () => cases[state.at];
  const idOf = item => item.dataset.id;
  // The import refuses a decision without a reviewer, so the page does; blanks and invisible marks are no name.
  const isNamed = () => /[^\p{Z}\p{C}\s]/u.test(reviewer.value);
  const tellSave = () => {
    $(".nobody").hidden = isNamed();
    reviewer.setAttribute("aria-invalid", String(!isNamed()));
    save.disabled = !isNamed() || Object.keys(state.decisions).length === 0;
  };
  const show = () => {
    state.at = Math.min(Math.max(state.at, 0), cases.length);
    asked = "";
    panel.hidden = true;
    cases.forEach((item, i) => item.classList.toggle("on", i === state.at));
    done.hidden = state.at < cases.length;
    for (const item of cases) {
      const decision = state.decisions[idOf(item)], label = $(".decided", item);
      label.className = "decided " + (decision ? decision.decision : "");
      label.textContent = decision ? label.dataset[decision.decision] + (decision.title ? "：" + decision.title : "") : "";
    }
    progress.textContent = progress.dataset.text.replace("{at}", Math.min(state.at + 1, cases.length))
      .replace("{all}", cases.length).replace("{done}", Object.keys(state.decisions).length);
    note.value = here() ? state.notes[idOf(here())] || "" : "";
    note.disabled = !here();
    $(".keys .accept").disabled = !here() || here().dataset.deliverable === "no";
    tellSave();
    for (const image of cases[state.at + 1]?.querySelectorAll("img") || []) image.loading = "eager";
    keep();
    scrollTo(0, 0);
  };
  const go = step => { state.at += step; show(); };
  const decide = (decision, reason_code = "") => {
    if (!here() || (decision === "accept" && here().dataset.deliverable === "no")) return;
    const title = titles[reason_code] || "";
    state.decisions[idOf(here())] = {decision, reason_code, title, decided_at: new Date().toISOString()};
    state.saved = false;
    document.activeElement.blur();
    go(1);
  };
  const reasonButtons = (list, codes, keys) => {
    list.replaceChildren(...codes.map((code, i) => {
      const entry = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = titles[code];
      if (keys && i < 9) {
        const key = document.createElement("kbd");
        key.textContent = i + 1;
        button.append(key);
      }
      button.addEventListener("click", () => decide(asked, code));
      entry.append(button);
      return entry;
    }));
    list.parentElement.hidden = codes.length === 0;
  };
  const ask = decision => {
    if (!here()) return;
    asked = decision;
    const own = (here().dataset.codes || "").split(" ").filter(code => titles[code]);
    reasonButtons($(".own ol", panel), own, true);
    reasonButtons($(".other ol", panel), Object.keys(titles).filter(code => !own.includes(code)), false);
    $("h2", panel).textContent = $("h2", panel).dataset[decision];
    panel.hidden = false;
    panel.scrollTop = 0;
    $("ol button", panel)?.focus();
  };
  const cancel = () => {
    asked = "";
    panel.hidden = true;
    document.activeElement.blur();
  };
  const undo = () => {
    if (state.at > 0) --state.at;
    if (here()) delete state.decisions[idOf(here())];
    state.saved = false;
    show();
  };
  // A cell that a spreadsheet would take for a formula starts with an apostrophe, as in every CSV of gradphoto.
  const cell = text => {
    const safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  const write = () => {
    tellSave();
    if (save.disabled) {
      if (!isNamed()) reviewer.focus();
      return;
    }
    const rows = [["key", "photo_sha256", "decision", "reason_code", "note", "reviewer", "decided_at"]];
    for (const item of cases) {
      const decision = state.decisions[idOf(item)];
      if (decision) rows.push([item.dataset.key, item.dataset.sha256, decision.decision, decision.reason_code,
        (state.notes[idOf(item)] || "").trim(), state.reviewer, decision.decided_at]);
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
  const actions = {a: () => decide("accept"), r: () => ask("reject"), t: () => ask("retake"), s: () => go(1), u: undo,
    n: () => { note.focus(); note.select(); }, ArrowRight: () => go(1), ArrowLeft: () => go(-1), w: write,
    Escape: cancel};

  reviewer.addEventListener("input", () => {
    state.reviewer = reviewer.value.trim();
    tellSave();
    keep();
  });
  note.addEventListener("input", () => {
    const id = idOf(here()), decision = state.decisions[id];
    state.notes[id] = note.value;
    if (decision) {  // A decision with another note is another decision.
      decision.decided_at = new Date().toISOString();
      state.saved = false;
    }
    keep();
  });
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.tagName === "INPUT") {
      if (event.key === "Enter" || event.key === "Escape") {
        event.target.blur();
        event.preventDefault();
      }
      return;
    }
    if (asked && /^[1-9]$/.test(event.key)) {
      panel.querySelectorAll(".own button")[event.key - 1]?.click();
      event.preventDefault();
      return;
    }
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) { event.preventDefault(); action(); }
  });
  for (const button of document.querySelectorAll("[data-key-action]"))
    button.addEventListener("click", () => actions[button.dataset.keyAction]());
  document.addEventListener("found", event => { state.at = cases.indexOf(event.target); show(); });
  addEventListener("beforeunload", event => { if (!state.saved) event.preventDefault(); });
  document.body.classList.add("live");
  show();
})();
