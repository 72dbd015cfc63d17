/**
 * Colours, type and layout. Truth is blue, the candidate orange, a wrong pass red, a wrong fail purple (after Okabe and
 * Ito's palette, which colour-blind readers can tell apart); each also has its own shape or word.
 */
export const pageStyle = /* css */ `
:root {
  color-scheme: light;
  --ground: #f4f3ef; --paper: #ffffff; --ink: #1b1e22; --muted: #5a6169; --rule: #d9d8d1; --faint: #ecebe6;
  --truth: #0a66ad; --candidate: #cf6f00; --wrong-pass: #c0211b; --wrong-fail: #7d3fa6; --baseline: #71777e;
  --pass: #14724f; --fail: #b3201a; --insufficient: #8a5d00; --level: #1b1e22;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ground: #121517; --paper: #1a1e21; --ink: #e9eaeb; --muted: #a3abb3; --rule: #363d43; --faint: #262b30;
    --truth: #62b4f5; --candidate: #f5a742; --wrong-pass: #ff7d70; --wrong-fail: #cd9df0; --baseline: #8d959d;
    --pass: #5ac8a4; --fail: #ff8578; --insufficient: #e6ba58; --level: #e9eaeb;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums;
}
main { max-width: 1080px; margin: 0 auto; padding: 28px 24px 64px; }
h1, h2, h3, p, ol, ul, dl, dd, figure { margin: 0; }
h1 { font-size: 25px; line-height: 1.25; font-weight: 400; letter-spacing: -0.01em; text-wrap: balance; }
h1 b { font-weight: 650; }
h2 { font-size: 19px; line-height: 1.3; font-weight: 650; letter-spacing: -0.005em; }
h3 { font-size: 15px; line-height: 1.35; font-weight: 600; }
small { font-size: 0.82em; font-weight: 400; color: var(--muted); }
code { font: 0.9em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
a { color: var(--truth); text-underline-offset: 2px; }
kbd { font: inherit; border: 1px solid var(--rule); border-bottom-width: 2px; border-radius: 3px; padding: 0 5px; }
:focus-visible { outline: 2px solid var(--truth); outline-offset: 2px; border-radius: 2px; }
.visually-hidden, .definitions { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 8px 12px; z-index: 2; }
main > section, .verdict { background: var(--paper); border: 1px solid var(--rule); border-radius: 6px; }
main > section { padding: 24px 28px 26px; margin-top: 18px; scroll-margin-top: 12px; }
.lead { color: var(--muted); max-width: 74ch; margin: 3px 0 18px; }
.lead:last-child { margin-bottom: 0; }
.hint { color: var(--muted); font-size: 13px; margin-top: 8px; max-width: 80ch; }

.verdict { overflow: hidden; --status: var(--insufficient); }
.verdict.pass { --status: var(--pass); }
.verdict.fail { --status: var(--fail); }
.verdict > * { padding-left: 28px; padding-right: 28px; }
.overline { padding-top: 24px; font-size: 13px; color: var(--muted); }
.verdict h1 { padding-bottom: 20px; }
.ruling { display: flex; align-items: flex-start; gap: 22px; padding-top: 0; padding-bottom: 24px; }
.stamp {
  flex: none; display: flex; align-items: center; gap: 10px; padding: 9px 22px 11px 18px; border-radius: 4px;
  background: var(--status); color: var(--paper); font-size: 38px; line-height: 1; font-weight: 700;
  letter-spacing: 0.015em; text-transform: uppercase;
}
.stamp span { font-size: 32px; }
.sentence { font-size: 19px; line-height: 1.4; min-height: 56px; align-content: center; max-width: 62ch; text-wrap: pretty; }
.claims { border-top: 1px solid var(--rule); padding-top: 16px; padding-bottom: 18px; }
.claims ol { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(5, 1fr); gap: 8px; }
.claims li { border-top: 4px solid var(--rule); padding: 7px 4px 0 0; color: var(--muted); font-size: 13.5px; line-height: 1.35; }
.claims .rung { display: block; font-weight: 600; }
.claims .granted { border-color: var(--pass); color: var(--ink); }
.claims .granted .rung { color: var(--pass); }
.claims .refused { border-color: var(--fail); color: var(--ink); }
.claims .refused .rung { color: var(--fail); }
.claims .beyond { border-top-style: dotted; }
.refusal { margin-top: 12px; font-size: 14px; max-width: 90ch; }
.verdict.replay .refusal { margin: 0; padding-top: 10px; color: var(--muted); }
.ranking { padding-top: 14px; padding-bottom: 22px; }
.ranking table { width: 100%; font-size: 15px; }
.ranking caption { text-align: left; font-size: 13px; color: var(--muted); padding-bottom: 4px; }
.ranking .baseline th, .ranking .baseline td { color: var(--muted); font-weight: 400; }
.ranking tbody th { width: 30%; }
.interval { display: inline-block; min-width: 8.5em; margin-left: 0.6em; text-align: left; }
.ranking .least { font-weight: 700; }
.facts { display: grid; grid-template-columns: repeat(4, 1fr); padding: 0; border-top: 1px solid var(--rule); }
.fact { padding: 15px 18px 18px 28px; }
.fact + .fact { border-left: 1px solid var(--rule); padding-left: 18px; }
.fact dt { font-size: 13px; color: var(--muted); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; margin: 8px 0 16px; }
.pictures img { width: 100%; image-rendering: pixelated; border: 1px solid var(--rule); }
.pictures figcaption { color: var(--muted); font-size: 13px; padding: 0; }
.fact .figure { display: block; font-size: 28px; line-height: 1.25; font-weight: 600; letter-spacing: -0.01em; }
.fact .figure small { font-size: 17px; letter-spacing: 0; }
.fact .note { display: block; font-size: 13px; line-height: 1.4; color: var(--muted); }
.fact.optimistic .figure { color: var(--wrong-pass); }
.fact.pessimistic .figure { color: var(--wrong-fail); }

nav ol { list-style: none; padding: 0; margin: 16px 2px 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; }
nav a { color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--ink); text-decoration: underline; }

table { border-collapse: collapse; font-size: 13.5px; line-height: 1.4; }
.scroll, .scroll-x { overflow-x: auto; }
th, td { padding: 5px 16px 5px 0; border-bottom: 1px solid var(--faint); vertical-align: baseline; }
th { font-weight: 600; text-align: left; }
thead th { color: var(--muted); font-weight: 500; border-bottom-color: var(--rule); }
.number { text-align: right; white-space: nowrap; }
td.text { min-width: 12ch; }
details { margin-top: 16px; font-size: 14px; }
summary { cursor: pointer; color: var(--muted); width: fit-content; }
summary:hover { color: var(--ink); }
details .scroll { margin-top: 8px; max-height: 420px; overflow: auto; }
section ul { padding-left: 20px; margin-top: 10px; font-size: 14px; }
.traces { list-style: none; padding: 0; margin-top: 0; }
.traces li { padding: 6px 0; border-bottom: 1px solid var(--faint); display: flex; flex-wrap: wrap; gap: 2px 16px; }
.traces span { color: var(--muted); }
.provenance { font-size: 14px; }
.provenance > div { display: grid; grid-template-columns: 140px 1fr; gap: 16px; padding: 5px 0; border-bottom: 1px solid var(--faint); }
.provenance dt { color: var(--muted); }
.provenance dd { overflow-wrap: anywhere; }
.provenance ul { margin: 2px 0 0; }
.dimension { white-space: nowrap; }
.dimension:not(:last-child)::after { content: " ·"; color: var(--muted); }
.hash { font: 12px/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; color: var(--muted); overflow-wrap: anywhere; }
blockquote { margin: 8px 0 0; padding-left: 14px; border-left: 3px solid var(--rule); font-size: 14px; }
cite { display: block; color: var(--muted); font-style: normal; font-size: 13px; }
section > h3 { margin-top: 18px; }
.terms { display: grid; grid-template-columns: 190px 1fr; gap: 7px 16px; font-size: 14px; }
.terms dt { font-weight: 600; }
.terms dd { max-width: 74ch; }

@media screen and (max-width: 760px) {
  main { padding: 12px 10px 40px; }
  main > section { padding: 18px 16px 20px; margin-top: 12px; }
  .verdict > * { padding-left: 16px; padding-right: 16px; }
  h1 { font-size: 21px; }
  .ruling { flex-direction: column; gap: 14px; }
  .stamp { align-self: flex-start; font-size: 32px; }
  .sentence { font-size: 17px; min-height: 0; }
  .claims ol { grid-template-columns: 1fr; gap: 2px; }
  .claims li { border-top: 0; border-left: 4px solid var(--rule); padding: 3px 0 3px 10px; }
  .claims .rung { display: inline; }
  .facts { grid-template-columns: 1fr 1fr; padding: 0; }
  .fact { padding: 12px 12px 14px 16px; }
  .fact + .fact { padding-left: 16px; }
  .fact:nth-child(odd) { border-left: 0; }
  .fact:nth-child(n + 3) { border-top: 1px solid var(--rule); }
  .fact .figure { font-size: 24px; }
  .ranking th, .ranking td { padding-right: 8px; }
  .ranking .interval { display: block; min-width: 0; margin: 0; text-align: right; }
  .terms, .provenance > div { grid-template-columns: 1fr; gap: 0; }
  .terms dd { margin-bottom: 8px; }
}
@media print {
  @page { margin: 14mm 13mm; }
  html { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { background: none; font-size: 10.5pt; }
  main { max-width: none; padding: 0 8px 0 0; }
  main > section, .verdict { border: 0; padding: 0; margin-top: 22pt; border-radius: 0; }
  .verdict { margin-top: 0; }
  .verdict > * { padding-left: 0; padding-right: 0; }
  .fact { padding: 10pt 10pt 10pt 0; }
  .fact + .fact { padding-left: 10pt; }
  .sentence { font-size: 14pt; }
  nav, .skip, .no-print, #tip, fieldset.choice, div.choices, details:not([open]) { display: none; }
  h2, h3, .lead { break-after: avoid; }
  .axis, .policy, .horizon-row, .map-pair, .chart, .fact, tr, .provenance > div { break-inside: avoid; }
  a { color: inherit; }
}
`;
