// SPDX-License-Identifier: Apache-2.0
(() => {
  const bar = document.querySelector(".tools"), rows = [...document.querySelectorAll(".r")];
  const shown = bar.querySelector(".shown"), none = document.querySelector(".none");
  const chips = [...bar.querySelectorAll("button")], [group, reason] = bar.querySelectorAll("select");
  const search = bar.querySelector("input");
  const words = rows.map(row => row.querySelector(".w").textContent.toLowerCase());
  let outcome = "";
  const apply = () => {
    const text = search.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row, i) => {
      const data = row.dataset;
      const show = (!outcome || data.o === outcome) && (!group.value || data.g === group.value) &&
        (!reason.value || data.c.split(" ").includes(reason.value)) && (!text || words[i].includes(text));
      if (row.hidden === show) row.hidden = !show;
      count += show;
    });
    shown.textContent = shown.dataset.text.replace("{n}", count).replace("{all}", rows.length);
    none.hidden = count > 0;
  };
  for (const chip of chips) chip.addEventListener("click", () => {
    outcome = chip.value;
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
