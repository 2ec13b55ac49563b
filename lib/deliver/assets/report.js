// SPDX-License-Identifier: Apache-2.0
// The rows are in the page, or, of a large report, in rows.js beside it: then only what is near the window is drawn.
(() => {
  const BLOCK = 40, ROW_PX = 129;  // Rows drawn together, and about how high one is.
  const bar = document.querySelector(".tools"), table = document.querySelector(".rows");
  const shown = bar.querySelector(".shown"), none = document.querySelector(".none");
  const chips = [...bar.querySelectorAll("button")], [group, reason] = bar.querySelectorAll("select");
  const search = bar.querySelector("input"), beside = document.querySelector(".beside");
  const rows = beside ? [] : [...table.querySelectorAll(".r")];
  let students = rows.map(row => {
    const {o, g, c, n} = row.dataset;
    return {o, g, c, row, find: searchOf(n, row.querySelector(".w").textContent)};
  });
  if (beside) {
    // The page says where the rows are.
    if (typeof reportStamp === "undefined" || reportStamp !== beside.dataset.stamp) return;
    students = reportRows.map(([o, g, c, n, words, parts]) => ({o, g: String(g), c, n, words, parts}));
    beside.remove();
  }
  const findIn = (student, text) => {
    student.find = student.find || searchOf(student.n, student.words);
    return student.find(text);
  };

  const fill = block => {
    if (block.firstChild) return;
    block.innerHTML = block.students.map(student =>
      student.parts.map(part => typeof part === "number" ? reportParts[part] : part).join("")).join("");
    block.style.height = "";
  };
  const empty = block => {
    if (!block.firstChild) return;
    block.style.height = block.offsetHeight + "px";
    block.replaceChildren();
  };
  let blocks = [];
  const watcher = new IntersectionObserver(
    seen => seen.forEach(({target, isIntersecting}) => isIntersecting ? fill(target) : empty(target)),
    {rootMargin: "1500px"});
  const draw = found => {
    watcher.disconnect();
    for (const block of blocks) block.remove();
    blocks = [];
    for (let at = 0; at < found.length; at += BLOCK) {
      const block = document.createElement("div");
      block.setAttribute("role", "rowgroup");
      block.students = found.slice(at, at + BLOCK);
      block.style.height = block.students.length * ROW_PX + "px";
      blocks.push(block);
    }
    table.append(...blocks);
    for (const block of blocks) watcher.observe(block);
  };

  let state = "";
  const apply = () => {
    const text = search.value;
    const isFound = student => (!state || student.o === state) && (!group.value || student.g === group.value) &&
      (!reason.value || student.c.split(" ").includes(reason.value)) && (!text || findIn(student, text));
    const found = students.filter(isFound);
    if (beside) {
      draw(found);
    } else {
      const kept = new Set(found);
      for (const student of students) {
        if (student.row.hidden === kept.has(student)) student.row.hidden = !student.row.hidden;
      }
    }
    shown.textContent = shown.dataset.text.replace("{n}", found.length).replace("{all}", students.length);
    none.hidden = found.length > 0;
  };
  for (const chip of chips) chip.addEventListener("click", () => {
    state = chip.value;
    for (const other of chips) other.setAttribute("aria-pressed", other === chip);
    apply();
  });
  for (const field of [group, reason]) field.addEventListener("change", apply);
  search.addEventListener("input", apply);
  addEventListener("beforeprint", () => {
    watcher.disconnect();
    blocks.forEach(fill);
    for (const image of table.querySelectorAll(".r:not([hidden]) img")) image.loading = "eager";
  });
  addEventListener("afterprint", () => { for (const block of blocks) watcher.observe(block); });
  bar.hidden = false;
  apply();
})();
