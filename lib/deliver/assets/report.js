// SPDX-License-Identifier: Apache-2.0
(() => {
  const bar = document.querySelector(".tools"), rows = [...document.querySelectorAll(".r")];
  const shown = bar.querySelector(".shown"), none = document.querySelector(".none");
  const chips = [...bar.querySelectorAll("button")], [group, reason] = bar.querySelectorAll("select");
  const search = bar.querySelector("input");
  const finds = rows.map(row => searchOf(row, row.querySelector(".w").textContent));
  let state = "";
  const apply = () => {
    const text = search.value;
    let count = 0;
    rows.forEach((row, i) => {
      const data = row.dataset;
      const show = (!state || data.o === state) && (!group.value || data.g === group.value) &&
        (!reason.value || data.c.split(" ").includes(reason.value)) && finds[i](text);
      if (row.hidden === show) row.hidden = !show;
      count += show;
    });
    shown.textContent = shown.dataset.text.replace("{n}", count).replace("{all}", rows.length);
    none.hidden = count > 0;
  };
  for (const chip of chips) chip.addEventListener("click", () => {
    state = chip.value;
    for (const other of chips) other.setAttribute("aria-pressed", other === chip);
    apply();
  });
  for (const field of [group, reason]) field.addEventListener("change", apply);
  search.addEventListener("input", apply);
  addEventListener("beforeprint", () => {
    for (const row of rows) if (!row.hidden) for (const image of row.querySelectorAll("img")) image.loading = "eager";
  });
  bar.hidden = false;
  apply();
})();
