"""How the page looks: light and dark, wide, narrow and printed."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --card: #ffffff; --ink: #1c2126; --faint: #5d6670; --line: #d8dbdf;
  --accent: #1f5f99; --spread: #7fb0dc; --bad: #a3261c; --bad-paper: #fbe9e7; --good: #1f6b3a;
  --good-paper: #e6f3ea; --warm: #8a5300; --warm-paper: #fdf1dc; --mark: #fff0a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1c2024; --ink: #e6e8ea; --faint: #a2abb4; --line: #363c43;
    --accent: #7db8ee; --spread: #3f6f9c; --bad: #ff9d92; --bad-paper: #45211e; --good: #8fd6a8;
    --good-paper: #1d3a28; --warm: #f0bf72; --warm-paper: #40301a; --mark: #57480f;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main, header { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
h1 { margin: 1.5rem 0 .25rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .5rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
h3 { margin: 1.5rem 0 .5rem; }
h4 { margin: 1rem 0 .35rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .5rem 0; }
a { color: var(--accent); }
.note, .small, figcaption { color: var(--faint); font-size: .875rem; }
.small { white-space: nowrap; }
.warn { color: var(--bad); font-weight: 600; }
.headline { padding: 1rem 1rem 1rem 2rem; background: var(--card); border: 1px solid var(--line);
  border-left: 5px solid var(--accent); border-radius: 6px; font-size: 1.0625rem; }
.headline li + li { margin-top: .4rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; overflow-wrap: normal; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--faint); font-size: .8125rem; vertical-align: bottom; }
tbody th { font-weight: 500; }
td { font-variant-numeric: tabular-nums; }
@media (min-width: 60rem) {
  .figures { table-layout: fixed; }
  .figures th:nth-child(1) { width: 27%; }
  .figures th:nth-child(2) { width: 8%; }
  .figures th:nth-child(3) { width: 27%; }
  .figures th:nth-child(7) { width: 18%; }
}
.arrow { color: var(--faint); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; }
dt { color: var(--faint); }
dd { margin: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
code { font-size: .875em; }
details { margin: .5rem 0; }
summary { cursor: pointer; }
svg text { fill: currentColor; font: 12px system-ui, sans-serif; }
.bar { vertical-align: middle; }
.bar .axis, .grid { stroke: var(--line); }
.bar .spread { stroke: var(--spread); stroke-width: 7; stroke-linecap: round; }
.dot, .point { fill: var(--accent); stroke: var(--card); }
.ceiling { stroke: var(--warm); stroke-width: 2.5; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; }
.plot { max-width: 100%; height: auto; }
.ideal { stroke: var(--faint); stroke-dasharray: 5 4; }
.limit { stroke: var(--bad); stroke-dasharray: 5 4; }
.curve { fill: none; stroke: var(--accent); stroke-width: 2; }
.confusion { width: auto; }
.confusion td { text-align: right; }
.confusion .right { background: var(--good-paper); font-weight: 600; }
.confusion .calm { background: var(--bad-paper); color: var(--bad); font-weight: 600; }
.confusion .urgent { background: var(--warm-paper); color: var(--warm); }
.confusion .none { color: var(--faint); }
.slices td { white-space: nowrap; }
.slices .small { display: block; }
.worse { color: var(--bad); }
#filtre { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; margin: 1rem 0; }
input, select { font: inherit; padding: .25rem .5rem; max-width: 100%; }
.call { border: 1px solid var(--line); border-radius: 6px; background: var(--card); padding: .5rem .9rem; }
.call[open] { padding-bottom: 1rem; }
.call > summary { padding: .2rem 0; }
.door { border: 1px solid var(--faint); border-radius: 1rem; padding: 0 .55rem; font-size: .8125rem;
  white-space: nowrap; }
.titles { color: var(--faint); font-size: .875rem; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; }
.sides > * { min-width: 0; }
.counts { columns: 18rem; }
.problems { margin: .25rem 0 .75rem; }
.turns { list-style: none; margin: 0; padding: 0; }
.turns li { margin: .3rem 0; padding-left: .7rem; border-left: 3px solid var(--line); }
.turns .caller { border-left-color: var(--accent); }
.turns b { font-size: .8125rem; color: var(--faint); }
mark { background: none; color: inherit; }
mark.proof { background: var(--mark); border-bottom: 2px solid var(--warm); }
mark.said { text-decoration: underline dotted var(--faint); text-underline-offset: 3px; }
mark.fact { text-decoration: underline 2px var(--good); text-underline-offset: 3px; }
mark.forbidden { background: var(--bad-paper); border: 1px solid var(--bad); }
sup { white-space: nowrap; color: var(--warm); font-size: .6875rem; line-height: 0; padding-left: 1px; }
.judged { font-size: .875rem; }
.judged td:nth-of-type(2), .judged td:nth-of-type(3) { min-width: 7.5rem; overflow-wrap: anywhere; }
.wrong { background: var(--bad-paper); }
.judged td:nth-of-type(1) { white-space: nowrap; }
.wrong td:nth-of-type(1) { color: var(--bad); font-weight: 600; }
.differs { text-decoration: underline 2px var(--bad); text-underline-offset: 3px; }
blockquote { margin: 0; padding: .6rem .9rem; border-left: 4px solid var(--line); background: var(--paper); }
.facts { list-style: none; padding: 0; margin: 0; }
.lost { color: var(--bad); }
#cout-cache { overflow-x: auto; }
#cout-cache table:last-of-type, #cout-cache svg { min-width: 52rem; }
#cout-cache svg text { font-size: 11px; }
@media (max-width: 40rem) {
  .sides, dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin: 0 0 .4rem; }
  .figures thead, .judged thead { display: none; }
  .figures tr, .judged tr { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .75rem;
    padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .figures th, .figures td, .judged th, .judged td { border: 0; padding: 0; }
  .figures th { flex-basis: 100%; }
  .figures td:nth-of-type(2) { flex: 1 0 calc(100% - 6rem); }
  .figures td:nth-of-type(n+3) { color: var(--faint); font-size: .8125rem; }
  .figures td:nth-of-type(n+3)::before { content: attr(data-label) " : "; }
  .figures .empty { display: none; }
  .judged tr { padding: .4rem .5rem; }
  .judged th { flex: 1; }
  .judged td:nth-of-type(n+2) { flex-basis: 100%; }
  .judged td:nth-of-type(n+2)::before { content: attr(data-label) " : "; color: var(--faint); }
  .slices tbody th { position: sticky; left: 0; background: var(--paper); }
}
@media print {
  nav, #filtre { display: none; }
  body { background: none; font-size: 11pt; }
  .scroll, #cout-cache { overflow: visible; }
  tr, .call > summary, figure { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
}
"""
