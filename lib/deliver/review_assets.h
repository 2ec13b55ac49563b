// SPDX-License-Identifier: Apache-2.0
// Style and script of the review page (review.h), inlined into it. Nothing foreign ever enters them.
#pragma once

#include <string_view>

namespace gradphoto::deliver {

inline constexpr std::string_view kReviewStyle = R"css(
:root{--paper:#f5f6f8;--card:#fff;--ink:#1b2430;--soft:#5b6777;--line:#dfe4ea;--accent:#24517d;--accept:#2a7a58;
  --reject:#b3372f;--review:#9a6700}
@media (prefers-color-scheme:dark){:root{--paper:#12161c;--card:#1a2028;--ink:#e6eaef;--soft:#a3afbd;--line:#2b343f;
  --accent:#8ab8e6;--accept:#5fbf94;--reject:#f08a80;--review:#e0b252}}
*{box-sizing:border-box}
html{color-scheme:light dark}
body{margin:0;background:var(--paper);color:var(--ink);
  font:15px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",
  "Noto Sans SC","WenQuanYi Micro Hei",sans-serif}
[hidden]{display:none!important}
header{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;padding:12px 24px;background:var(--card);
  border-bottom:1px solid var(--line);position:sticky;top:0;z-index:2}
h1{font-size:18px;margin:0;font-weight:650}
.progress{color:var(--soft);font-variant-numeric:tabular-nums}
.space{flex:1}
button,input,select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:7px;
  padding:7px 13px;min-height:38px}
button{cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--card)}
button:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
kbd{font:inherit;font-size:12px;border:1px solid currentColor;border-radius:4px;padding:0 5px;margin-left:6px;opacity:.7}
main{max-width:1280px;margin:0 auto;padding:18px 24px 120px}
.case{display:none}
.case.on{display:block}
.who{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:baseline;margin:0 0 12px}
.who b{font-size:20px}
.who span{color:var(--soft);overflow-wrap:anywhere}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:16px;align-items:start}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px;text-align:center}
figure img{display:block;max-width:100%;height:min(56vh,560px);object-fit:contain;margin:0 auto;border-radius:4px}
figure p{height:min(56vh,560px);display:grid;place-items:center;margin:0;color:var(--soft)}
figcaption{color:var(--soft);font-size:13px;padding-top:8px}
.findings{list-style:none;margin:16px 0 0;padding:0;display:grid;gap:8px}
.findings li{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--review);border-radius:8px;
  padding:9px 14px}
.findings .soft{border-left-color:var(--line)}
.findings b{margin-right:12px}
.findings .v{font-variant-numeric:tabular-nums;margin-right:12px}
.findings .l,.findings p{color:var(--soft)}
.findings p{margin:2px 0 0}
.decided{font-weight:650}
.decided.accept{color:var(--accept)}.decided.reject,.decided.retake{color:var(--reject)}
.keys{position:fixed;left:0;right:0;bottom:0;background:var(--card);border-top:1px solid var(--line);padding:12px 24px;
  display:flex;flex-wrap:wrap;gap:10px;justify-content:center}
.keys .accept{border-color:var(--accept);color:var(--accept);font-weight:600}
.keys .reject{border-color:var(--reject);color:var(--reject);font-weight:600}
dialog{border:1px solid var(--line);border-radius:12px;background:var(--card);color:var(--ink);padding:20px 24px;
  width:min(520px,92vw);max-height:86vh;overflow:auto}
dialog::backdrop{background:rgba(0,0,0,.45)}
dialog h2{font-size:17px;margin:0 0 12px}
dialog ol{list-style:none;margin:0 0 12px;padding:0;display:grid;gap:6px}
dialog ol button{width:100%;text-align:left}
dialog input{width:100%}
dialog .row{display:flex;gap:10px;justify-content:flex-end;margin-top:14px}
.done{padding:48px 0;text-align:center;font-size:18px}
@media print{header .space~*,.keys{display:none}.case{display:block;break-inside:avoid;margin-bottom:24px}}
)css";

// Without the script every case is listed one after the other; with it one is shown at a time.
inline constexpr std::string_view kReviewScript = R"js(
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
  $("#cancel").addEventListener("click", () => dialog.close());
  addEventListener("beforeunload", event => { if (!state.saved) event.preventDefault(); });
  document.body.classList.add("live");
  show();
})();
)js";

}  // namespace gradphoto::deliver
