// SPDX-License-Identifier: Apache-2.0
// Finds students by name, tag or full number, for all pages; lib/deliver/search.h says what the attribute data-n
// holds and why. searchOf(data-n, words) gives a function of the text typed.
const searchOf = (() => {
  const plain = text => text.normalize("NFKC").trim().toLowerCase();
  const bucketOf = text => {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
    return ((hash ^ hash >>> 16) & 0xfff).toString(16).padStart(3, "0");
  };
  const fits = (number, query) => {
    const mask = [...number.mask];
    return number.bits && query.bucket.endsWith(number.bits) && mask.length === query.digits.length &&
      mask.every((c, i) => c === "*" || c === query.digits[i]);
  };
  let last = {};  // What was typed is the same for all students.
  const queryOf = text => {
    if (last.text === text) return last;
    const typed = plain(text), number = typed.replace(/\s+/g, "");
    return last = {text, typed, digits: [...number], bucket: bucketOf(number)};
  };
  return (numbers, words) => {
    const lines = (numbers || "").split("\n").filter(Boolean);
    const all = plain(words + "\n" + lines.map(line => line.split("\t")[0]).join("\n"));
    const masked = lines.map(line => {
      const [shown, bits] = line.split("\t");
      return {mask: plain(shown.split("#")[0]), bits};
    });
    return text => {
      const query = queryOf(text);
      return !query.typed || all.includes(query.typed) || masked.some(number => fits(number, query));
    };
  };
})();
// A field that goes to what it finds, for pages that show one thing at a time: <input data-jump=".case">. What is
// found gets the event "found"; Enter goes on to the next.
for (const field of document.querySelectorAll("input[data-jump]")) {
  const targets = [...document.querySelectorAll(field.dataset.jump)];
  const finds = targets.map(target => searchOf(target.dataset.n, target.textContent));
  let at = -1;
  const jump = from => {
    const found = field.value.trim() ? targets.findIndex((_, i) => i >= from && finds[i](field.value)) : -1;
    const nobody = field.value.trim() !== "" && found < 0 && from === 0;
    field.setAttribute("aria-invalid", nobody);
    field.style.borderColor = nobody ? "var(--reject)" : "";
    if (found < 0 && from > 0) return jump(0);
    at = found;
    if (found >= 0) targets[found].dispatchEvent(new CustomEvent("found", {bubbles: true}));
  };
  field.addEventListener("input", () => jump(0));
  field.addEventListener("keydown", event => { if (event.key === "Enter") jump(at + 1); });
}
