// SPDX-License-Identifier: Apache-2.0
(() => {
  const at = id => document.getElementById(id), WAIT_MS = 250;
  const words = {waiting: at("word").textContent};
  let shown = 0;
  const add = (parent, tag, text, kind) => {
    const element = parent.appendChild(document.createElement(tag));
    if (text) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const show = photo => {
    at("last").className = photo ? photo.told : "waiting";
    at("word").textContent = photo ? photo.word : words.waiting;
    for (const id of ["name", "id", "group", "photo", "time"]) at(id).textContent = photo ? photo[id] : "";
    at("picture").hidden = !(photo && photo.picture);
    if (photo && photo.picture) at("picture").src = photo.picture;
    at("findings").replaceChildren();
    for (const finding of photo ? photo.findings : []) {
      const item = add(at("findings"), "li");
      add(item, "b", finding.title);
      if (finding.value) add(item, "span", finding.value);
      if (finding.advice) add(item, "p", finding.advice);
    }
    at("good").hidden = !(photo && !photo.findings.length && ["accepted", "locked"].includes(photo.told));
  };
  const showRow = photos => {
    at("recent").hidden = !photos.length;
    at("row").replaceChildren();
    for (const photo of photos) {
      const item = add(at("row"), "li", "", photo.told);
      if (photo.picture) add(item, "img").src = photo.picture; else add(item, "i");
      add(item, "b", photo.name);
      add(item, "span", photo.word);
    }
  };
  const showClasses = state => {
    at("classes").hidden = !state.classes.length;
    at("counts").replaceChildren();
    for (const cells of state.classes) {
      const row = add(at("counts"), "tr");
      for (const cell of cells) add(row, "td", String(cell));
    }
    at("left").hidden = !state.missing.length;
    at("left-class").textContent = state.missingOf;
    at("names").replaceChildren();
    for (const name of state.missing) add(at("names"), "li", name);
  };
  window.gradphotoState = state => {
    at("ended").hidden = !state.ended;
    at("trouble").hidden = !state.trouble;
    if (state.number === shown) return;
    shown = state.number;
    show(state.photos[0]);
    showRow(state.photos.slice(1));
    showClasses(state);
    document.body.dataset.shown = shown;
  };
  const ask = () => {
    const script = document.createElement("script");
    script.src = "state.js?" + Date.now();
    script.onload = script.onerror = () => { script.remove(); setTimeout(ask, WAIT_MS); };
    document.head.append(script);
  };
  ask();
})();
