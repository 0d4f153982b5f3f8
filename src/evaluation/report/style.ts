/** Colors of plots and pages: light, and dark where the system is. */
const COLORS = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1d2430; --soft: #5b6573; --rule: #d9dee5; --tint: #f4f6f9;
  --s0: #1f6fb5; --s1: #b4540a; --s2: #1a7f4e; --s3: #7a3fa0; --bad: #b3261e; --good: #1a7f4e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181e; --ink: #e6eaf0; --soft: #a2adbb; --rule: #343c47; --tint: #1d232b;
    --s0: #6cb2f0; --s1: #f0a15e; --s2: #5fcf98; --s3: #c79af0; --bad: #ff8a80; --good: #5fcf98;
  }
}
`

/** Plots alone, as in a picture of its own. */
export const PLOT_STYLE = `${COLORS}svg { font: 12px system-ui, sans-serif; }
.grid { stroke: var(--rule); stroke-width: 1; }
.axis { stroke: var(--soft); stroke-width: 1; }
.tick, .label { fill: var(--soft); }
.name { fill: var(--ink); stroke: var(--page); stroke-width: 3px; paint-order: stroke; }
.front { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 5 4; }
.interval { stroke: var(--soft); stroke-width: 1; opacity: 0.55; }
.series.s0 { fill: var(--s0); } .series.s1 { fill: var(--s1); }
.series.s2 { fill: var(--s2); } .series.s3 { fill: var(--s3); }
.mean { stroke-width: 1.5; stroke-dasharray: 2 3; }
.cost { fill: none; stroke-width: 1.5; }
.mean.s0, .cost.s0 { stroke: var(--s0); } .mean.s1, .cost.s1 { stroke: var(--s1); }
.mean.s2, .cost.s2 { stroke: var(--s2); } .mean.s3, .cost.s3 { stroke: var(--s3); }
`

/** The style sheet of a report: light, dark and paper. */
export const REPORT_STYLE = `${PLOT_STYLE}* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 20px 60px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6em; margin: 0 0 4px; }
h2 { font-size: 1.25em; margin: 40px 0 8px; border-bottom: 1px solid var(--rule); padding-bottom: 4px; }
h3 { font-size: 1em; margin: 22px 0 6px; }
p { margin: 6px 0 12px; }
.soft { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92em; }
th, td { padding: 4px 12px 4px 0; line-height: 1.35; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
th:first-child, td:first-child, .left { text-align: left; }
td { white-space: nowrap; }
tr.wrap td, td:first-child, td.left { white-space: normal; }
tr.best td:first-child { font-weight: 700; }
del { color: var(--bad); text-decoration-thickness: 1px; }
ins { color: var(--good); text-decoration: none; font-weight: 600; }
nav a { margin-right: 12px; }
a { color: var(--s0); }
svg { width: 100%; height: auto; display: block; }
.key svg { display: inline-block; width: 14px; height: 14px; vertical-align: -2px; margin-right: 4px; }
.key span { margin-right: 18px; white-space: nowrap; }
@page { margin: 15mm; }
@media print {
  :root { color-scheme: light; --page: #ffffff; --ink: #000000; --soft: #444444; --rule: #cccccc;
    --s0: #1f6fb5; --s1: #b4540a; --s2: #1a7f4e; --s3: #7a3fa0; --bad: #b3261e; --good: #1a7f4e; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; }
  section.recording { break-before: page; }
  svg, tr, h2, h3 { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .wide { overflow: visible; }
}
`
