// SPDX-License-Identifier: Apache-2.0
// Style and script of the report page (html.h), kept apart so that they read as CSS and JavaScript. Both are
// inlined: the page is one file. Nothing foreign ever enters them.
#pragma once

#include <string_view>

namespace gradphoto::deliver {

inline constexpr std::string_view kPageStyle = R"css(
:root{
  --paper:#f5f6f8;--card:#fff;--ink:#1b2430;--soft:#5b6777;--faint:#66717f;--line:#e3e7ec;--wash:#eef1f4;--track:#dfe4ea;
  --accent:#24517d;--accepted:#2a7a58;--rejected:#b3372f;--review:#9a6700;--missing:#56677d;--held:#7a5c99;--error:#8a3b6b;
}
@media (prefers-color-scheme:dark){:root{
  --paper:#12161c;--card:#1a2028;--ink:#e6eaef;--soft:#a3afbd;--faint:#8995a3;--line:#2b343f;--wash:#232b35;--track:#343f4c;
  --accent:#8ab8e6;--accepted:#5fbf94;--rejected:#f08a80;--review:#e0b252;--missing:#9db0c7;--held:#bd9fe0;--error:#e08fbd;
}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;color-scheme:light dark}
body{margin:0;background:var(--paper);color:var(--ink);
  font:15px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",
  "Noto Sans SC","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif}
main,.head{max-width:1120px;margin:0 auto;padding:0 24px}
.head{padding-top:36px;padding-bottom:4px}
h1{font-size:26px;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:0}
.head p{margin:6px 0 0;color:var(--soft)}
h2{font-size:15px;font-weight:650;margin:0 0 14px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px 22px}
.figures{margin:22px 0 16px;display:grid;grid-template-columns:minmax(170px,auto) 1fr;gap:18px 36px;align-items:center}
.share{font-size:44px;line-height:1;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.share small{display:block;margin-top:8px;font-size:13px;font-weight:400;letter-spacing:0;color:var(--soft)}
.bar{display:flex;gap:2px;height:12px;border-radius:6px;overflow:hidden;background:var(--wash)}
.bar i{min-width:3px;background:var(--c)}
.legend{display:flex;flex-wrap:wrap;gap:8px 26px;margin:14px 0 0;padding:0;list-style:none}
.legend li{display:flex;align-items:baseline;gap:8px;color:var(--soft);font-size:14px}
.legend li::before{content:"";width:10px;height:10px;border-radius:3px;background:var(--c)}
.legend b{color:var(--ink);font-size:18px;font-weight:650;font-variant-numeric:tabular-nums}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr));gap:16px;margin-bottom:16px;align-items:start}
.chart{width:100%;display:block;overflow:visible}
.chart text{fill:var(--ink);font-size:13.5px}
.chart .n{fill:var(--soft);font-variant-numeric:tabular-nums}
.chart .track{fill:var(--wash)}.chart .fill{fill:var(--accent)}
.groups{width:100%;border-collapse:collapse;font-size:14px}
.groups th{font-weight:400;color:var(--faint);text-align:left;padding:0 12px 6px 0}
.groups td{padding:6px 12px 6px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
.groups td:nth-child(n+2),.groups th:nth-child(n+2){text-align:right;padding-right:0;padding-left:12px;white-space:nowrap;
  font-variant-numeric:tabular-nums}
.scroll{max-height:420px;overflow:auto}
.tools{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:8px -24px 0;
  padding:12px 24px;background:var(--paper);border-bottom:1px solid var(--line)}
.tools[hidden]{display:none}
.chips{display:flex;flex-wrap:wrap;gap:6px}
.tools button,.tools select,.tools input{font:inherit;font-size:14px;color:inherit;background:var(--card);
  border:1px solid var(--line);border-radius:7px;padding:6px 11px;min-height:36px;max-width:100%}
.tools button{cursor:pointer}
.tools button b{font-weight:400;color:var(--faint);margin-left:5px;font-variant-numeric:tabular-nums}
.tools button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--card)}
.tools button[aria-pressed=true] b{color:inherit;opacity:.8}
.fields{display:flex;flex-wrap:wrap;gap:8px;flex:1 0 100%}
.tools select{flex:0 1 240px;min-width:0}.tools input{flex:0 1 240px;min-width:0}
.tools :focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.shown{margin-left:auto;color:var(--soft);font-size:14px;font-variant-numeric:tabular-nums}
.rows{margin:16px 0 8px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:0 22px}
.cols,.r{display:grid;grid-template-columns:72px minmax(150px,210px) minmax(92px,112px) minmax(0,1fr);gap:0 20px}
.cols{padding:14px 0 8px;color:var(--faint);font-size:13px}
.r{padding:16px 0;border-top:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 128px}
.r[hidden]{display:none}
.t img,.t svg{display:block;width:72px;height:96px;border-radius:4px;background:var(--wash);object-fit:cover}
.t svg{fill:var(--line)}
.w{min-width:0;overflow-wrap:anywhere;font-size:13.5px;color:var(--soft)}
.w b{display:block;font-size:16px;line-height:1.4;font-weight:600;color:var(--ink)}
.w span{display:block}
.w .f{color:var(--faint);font-size:12.5px;margin-top:4px}
.id{font-variant-numeric:tabular-nums}
.badge{display:inline-block;padding:1px 10px;border-radius:99px;font-size:13.5px;font-weight:600;color:var(--c);
  border:1px solid var(--c);white-space:nowrap}
.accepted{--c:var(--accepted)}.rejected{--c:var(--rejected)}.review{--c:var(--review)}
.missing{--c:var(--missing)}.held{--c:var(--held)}.error{--c:var(--error)}
.fs{list-style:none;margin:0;padding:0}
.fs li+li{margin-top:11px}
.fh{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 14px}
.fh b{font-weight:600}
.fh .sev{font-size:12.5px;color:var(--faint)}
.v{font-variant-numeric:tabular-nums;color:var(--rejected);font-weight:600;white-space:nowrap}
.warn .v,.info .v,.not-assessed .v{color:var(--soft)}.review .v{color:var(--review)}
.l{font-variant-numeric:tabular-nums;color:var(--soft);white-space:nowrap}
.g{position:relative;align-self:center;width:112px;height:6px;margin:7px 0;border-radius:3px;background:var(--track)}
.g::before{content:"";position:absolute;top:0;bottom:0;left:var(--a);right:var(--b);border-radius:3px;
  background:var(--accepted);opacity:.5}
.g::after{content:"";position:absolute;top:-4px;bottom:-4px;left:var(--v);width:3px;margin-left:-1.5px;border-radius:2px;
  background:var(--rejected)}
.warn .g::after,.info .g::after{background:var(--soft)}.review .g::after{background:var(--review)}
.fs p{margin:2px 0 0;color:var(--soft);max-width:62ch}
.warn .fh b,.info .fh b,.not-assessed .fh b{font-weight:400}
.fine{color:var(--faint);margin:0}
.none{padding:36px 0;text-align:center;color:var(--soft)}
footer{max-width:1120px;margin:0 auto;padding:18px 24px 44px;color:var(--faint);font-size:13px}
@media screen and (max-width:760px){
  main,.head,footer{padding-left:16px;padding-right:16px}
  .head{padding-top:22px}h1{font-size:22px}
  .figures{grid-template-columns:1fr;margin-top:16px}.card{padding:16px}
  .tools{position:static;margin:8px -16px 0;padding:12px 16px}
  .tools select{flex:1 1 130px}.tools input{flex:1 0 100%}
  .cols{display:none}
  .r{grid-template-columns:72px minmax(0,1fr) auto;gap:0 14px;contain-intrinsic-size:auto 200px}
  .rows{margin:0 -16px;padding:0 16px;border-width:0 0 1px;border-radius:0}
  .d{grid-column:1/-1;margin-top:12px}
}
@media print{
  :root{--paper:#fff;--card:#fff;--ink:#000;--soft:#333;--faint:#555;--line:#bbb;--wash:#eee;--track:#ddd;--accent:#24517d;
    --accepted:#2a7a58;--rejected:#b3372f;--review:#9a6700;--missing:#56677d;--held:#7a5c99;--error:#8a3b6b}
  @page{margin:14mm}
  *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
  body{font-size:10pt}
  main,.head,footer{max-width:none;padding-left:0;padding-right:0}.head{padding-top:0}
  .tools{display:none}
  .card{break-inside:avoid;padding:12px 14px}.scroll{max-height:none;overflow:visible}
  .figures{grid-template-columns:auto 1fr}
  .cols{display:none}.rows{border:0;padding:0;margin:16px 0 0}
  .r{grid-template-columns:54px 164px 84px minmax(0,1fr);gap:0 14px;padding:10px 0;break-inside:avoid;
    content-visibility:visible}
  .t img,.t svg{width:54px;height:72px}
}
)css";

// Filters. They hide rows and nothing else; without the script the bar stays hidden and every row is there.
inline constexpr std::string_view kPageScript = R"js(
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
)js";

}  // namespace gradphoto::deliver
