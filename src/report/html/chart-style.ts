/** How the charts look. Their geometry is in percent of the page, their strokes and text in px. */
export const chartStyle = /* css */ `
svg { display: block; overflow: visible; }
.ground { fill: var(--faint); }
.hatch { fill: var(--rule); }
.grid { stroke: var(--faint); stroke-width: 1; }
.truth, .legend .truth { color: var(--truth); }
.candidate { color: var(--candidate); }
.m-pass.truth, .m-truth { fill: var(--truth); }
.m-pass.candidate, .m-candidate { fill: var(--candidate); }
.m-fail { fill: none; stroke: var(--baseline); stroke-width: 1.5; stroke-linecap: round; }
.m-fault { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.m-wrong-pass { fill: var(--wrong-pass); stroke: var(--paper); stroke-width: 1.2; }
.m-wrong-fail { fill: var(--wrong-fail); stroke: var(--paper); stroke-width: 1.2; }
.m-ring { fill: none; stroke-width: 1.6; }
.m-ring.wrong-pass { stroke: var(--wrong-pass); }
.m-ring.wrong-fail { stroke: var(--wrong-fail); }
.cursor { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 13px; color: var(--muted); margin: 12px 0 0; }
.key { display: inline-flex; align-items: center; gap: 6px; }
.swatch { width: 12px; height: 12px; border-radius: 2px; }
.stroke { width: 22px; height: 0; border-top: 2px solid var(--baseline); }
.tp { fill: var(--baseline); background: var(--baseline); }
.fp { fill: var(--wrong-pass); background: var(--wrong-pass); }
.fn { fill: var(--wrong-fail); background: var(--wrong-fail); }
.tn { fill: var(--rule); background: var(--rule); }
.confusion td.fp, .confusion td.fn { background: none; font-weight: 650; }
.confusion td.fp { color: var(--wrong-pass); }
.confusion td.fn { color: var(--wrong-fail); }

.axis, .horizon-row { display: grid; grid-template-columns: 210px 1fr 104px 140px; gap: 0 18px; align-items: center; padding: 9px 0 11px; border-top: 1px solid var(--faint); }
.axis:first-child, .horizon-row:first-child { border-top: 0; }
.axis .value, .horizon-row .value { font-size: 18px; font-weight: 600; line-height: 1.2; white-space: nowrap; }
.axis .value small, .horizon-row .value small { display: block; font-size: 12.5px; }
.axis .reason, .horizon-row .reason { grid-column: 2 / -1; font-size: 13.5px; line-height: 1.45; color: var(--muted); max-width: 88ch; margin-top: 4px; }
.axis .n, .horizon-row .n { white-space: nowrap; }
.axis .n::before, .horizon-row .n::before { content: "· "; }
.tag { font-size: 12px; font-weight: 500; border: 1px solid currentColor; border-radius: 3px; padding: 0 5px; margin-left: 4px; color: var(--muted); }
.chip { font-size: 14px; font-weight: 600; white-space: nowrap; --status: var(--muted); color: var(--status); }
.chip span { display: inline-block; width: 1.1em; }
.chip.pass { --status: var(--pass); }
.chip.fail { --status: var(--fail); }
.chip.insufficient { --status: var(--insufficient); }
.axis .bar { fill: var(--baseline); }
.axis.pass .bar { fill: var(--pass); }
.axis.fail .bar { fill: var(--fail); }
.axis.insufficient .bar { fill: var(--insufficient); }
.whisker { stroke: var(--ink); stroke-width: 1.6; }
.whisker.under { stroke: var(--paper); stroke-width: 4; stroke-opacity: 0.75; }
.whisker.truth { stroke: var(--truth); stroke-width: 2; stroke-opacity: 0.55; }
.whisker.candidate { stroke: var(--candidate); stroke-width: 2; stroke-opacity: 0.6; }
.threshold { stroke: var(--ink); stroke-width: 2.5; }
.horizon-row { grid-template-columns: 210px 1fr 190px; }
.horizon-row .bar { fill: var(--baseline); }
.horizon-row .detail { display: block; }

.policy, .policy-axis { display: grid; grid-template-columns: 150px 1fr 340px; gap: 0 30px; align-items: center; }
.policy { padding: 10px 0; border-top: 1px solid var(--faint); }
.policies { margin-top: 12px; }
.policy .kind { display: block; font-weight: 400; font-size: 13px; color: var(--muted); }
.rate-text { font-size: 13px; color: var(--muted); margin-top: 2px; }
.join { stroke: var(--baseline); stroke-width: 1.5; }
.ticks { display: flex; justify-content: space-between; font-size: 12px; color: var(--muted); border-top: 1px solid var(--rule); padding-top: 2px; }
.ticks i, .x-ticks i, .y-ticks i { font-style: normal; }
.confusion { font-size: 12.5px; width: 100%; margin-top: 4px; }
.confusion th, .confusion td { border: 0; padding: 0 0 0 10px; font-weight: 400; color: var(--muted); text-align: right; }
.confusion th[scope="row"], .confusion td:first-child { text-align: left; padding-left: 0; }
.confusion td { color: var(--ink); }

.choice { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; min-width: 0; }
.choice legend { float: left; padding: 0 6px 0 0; font-size: 13px; color: var(--muted); }
.choice label { position: relative; cursor: pointer; }
.choice input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.choice span { display: block; padding: 3px 12px; border: 1px solid var(--rule); border-radius: 4px; font-size: 14px; }
.choice label:hover span { border-color: var(--muted); }
.choice input:checked + span { background: var(--ink); border-color: var(--ink); color: var(--paper); }
.choice input:focus-visible + span { outline: 2px solid var(--truth); outline-offset: 2px; }
.choices { display: flex; flex-wrap: wrap; gap: 10px 28px; align-items: center; }
.select { font-size: 13px; color: var(--muted); }
select { font: inherit; font-size: 14px; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 4px; padding: 3px 6px; margin-left: 6px; max-width: 100%; }
.view-title { font-size: 14px; margin: 14px 0 6px; }

.map-pair { display: grid; grid-template-columns: 1fr 1fr; gap: 30px; }
figcaption { font-size: 14px; padding-left: 52px; margin-bottom: 5px; color: var(--muted); }
figcaption span { font-weight: 650; }
.plot-frame { display: grid; grid-template-columns: 20px 32px 1fr; grid-template-rows: 1fr 20px auto; }
.y-title { grid-row: 1; writing-mode: vertical-rl; transform: rotate(180deg); text-align: center; font-size: 12.5px; line-height: 20px; color: var(--muted); }
.x-title { grid-column: 3; text-align: center; font-size: 12.5px; color: var(--muted); }
.y-ticks { position: relative; font-size: 12px; color: var(--muted); }
.y-ticks i { position: absolute; right: 7px; transform: translateY(50%); line-height: 1; white-space: nowrap; }
.x-ticks { grid-column: 3; position: relative; font-size: 12px; color: var(--muted); }
.x-ticks i { position: absolute; top: 5px; transform: translateX(-50%); line-height: 1; white-space: nowrap; }
.plot { position: relative; border: 1px solid var(--rule); touch-action: pan-y; }
.plot.map { aspect-ratio: 1.08; }
.plot.square { aspect-ratio: 1; }
.scatter-pair { display: grid; grid-template-columns: minmax(260px, 400px) 1fr; gap: 30px; align-items: start; margin-bottom: 18px; }
.plot-frame.scatter { grid-template-columns: 20px 44px 1fr; }
.mark-name { font-size: 12.5px; font-weight: 600; fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3; stroke-linejoin: round; }
.check-line { margin: 0 0 14px; max-width: 90ch; }
.plot.lines { height: 330px; }
.plot.lines > svg { overflow: hidden; }
.chart .plot-frame { grid-template-columns: 20px 44px 1fr; }
.line { fill: none; stroke: var(--baseline); stroke-width: 1.8; stroke-linejoin: round; }
.line.candidate { stroke: var(--candidate); stroke-width: 2.6; }
.line.persistence, .stroke.persistence { stroke-dasharray: 2 4; border-top-style: dotted; }
.line.constantVelocity, .stroke.constantVelocity { stroke-dasharray: 8 4; border-top-style: dashed; }
.line.linear { stroke-width: 1.8; }
.line.second { stroke: var(--truth); stroke-dasharray: 12 3; stroke-width: 2.2; }
.line.third { stroke: var(--wrong-fail); stroke-dasharray: 12 3 3 3; stroke-width: 2.2; }
.line.fourth { stroke: var(--pass); stroke-dasharray: 5 3; stroke-width: 2.2; }
.stroke.candidate { border-top: 3px solid var(--candidate); }
.stroke.second { border-color: var(--truth); border-top-style: dashed; }
.stroke.third { border-color: var(--wrong-fail); border-top-style: dashed; }
.stroke.fourth { border-color: var(--pass); border-top-style: dashed; }
.stroke.level { border-top: 2px dashed var(--level); }
.band { fill: var(--candidate); fill-opacity: 0.16; stroke: none; }
.swatch.band { background: color-mix(in srgb, var(--candidate) 22%, transparent); }
.level { stroke: var(--level); stroke-width: 1.6; stroke-dasharray: 7 5; }
.level-name { font-size: 12.5px; fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-linejoin: round; }
.moment { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; }
.moments { position: relative; margin-left: 64px; font-size: 12.5px; line-height: 17px; color: var(--ink); }
.moments span { position: absolute; border-left: 1px dashed var(--ink); padding-left: 6px; white-space: nowrap; }
.moments span.left { border-left: 0; border-right: 1px dashed var(--ink); padding: 0 6px 0 0; transform: translateX(-100%); }
.moments b { font-weight: 500; position: relative; z-index: 1; padding: 0 2px; background: var(--paper); }
.crosshair { position: absolute; top: 0; bottom: 0; width: 0; border-left: 1px solid var(--ink); pointer-events: none; }
.boundary-view { display: grid; grid-template-columns: minmax(0, 620px) 1fr; gap: 26px; margin-top: 14px; }
.zero { fill: none; stroke-width: 2.6; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.zero.truth { stroke: var(--truth); }
.zero.candidate { stroke: var(--candidate); stroke-dasharray: 9 5; }
.region { stroke: none; fill-opacity: 0.16; }
.region.wrong-pass { fill: var(--wrong-pass); }
.region.wrong-fail { fill: var(--wrong-fail); }
.stroke.zero-truth { border-top: 3px solid var(--truth); }
.stroke.zero-candidate { border-top: 3px dashed var(--candidate); }
.has-trace use { stroke: var(--ink); stroke-width: 2; }
.slice label { display: block; font-size: 13px; color: var(--muted); margin-top: 8px; }
.slice label[hidden] { display: none; }
.slice input { display: block; width: 100%; max-width: 260px; accent-color: var(--truth); }
.slice button { font: inherit; font-size: 13px; margin-top: 12px; padding: 3px 10px; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 4px; cursor: pointer; }
#tip { position: absolute; z-index: 3; max-width: 300px; padding: 8px 12px; border-radius: 4px; background: var(--ink); color: var(--paper); font-size: 13px; line-height: 1.45; pointer-events: none; }
#tip .strong { font-weight: 650; }
#tip .truth, #tip .candidate { color: inherit; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 14px 26px; margin-top: 10px; }
.multiples figure { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 12px; }
.multiples figcaption { grid-column: 1 / -1; padding: 0; }

@media screen and (max-width: 760px) {
  .axis { grid-template-columns: 1fr 126px; gap: 2px 14px; }
  .axis h3 { grid-column: 1; grid-row: 1; }
  .axis .chip { grid-column: 2; grid-row: 1; }
  .axis .track { grid-column: 1; grid-row: 2; }
  .axis .value { grid-column: 2; grid-row: 2; }
  .axis .reason, .horizon-row .reason { grid-column: 1 / -1; }
  .horizon-row { grid-template-columns: 1fr 126px; gap: 2px 14px; }
  .horizon-row h3 { grid-column: 1 / -1; }
  .policy, .policy-axis { grid-template-columns: 1fr; gap: 6px; }
  .policy-axis span:first-child { display: none; }
  .policy .kind { display: inline; margin-left: 6px; }
  .map-pair, .scatter-pair { grid-template-columns: 1fr; gap: 18px; }
  .plot.lines { height: 260px; }
  .moments span { max-width: 60vw; overflow: hidden; text-overflow: ellipsis; }
}
@media print {
  .policy, .policy-axis { grid-template-columns: 90px 1fr 270px; gap: 0 18px; }
  .axis { grid-template-columns: 150px 1fr 84px 126px; gap: 0 14px; }
  .horizon-row { grid-template-columns: 150px 1fr 120px; }
  .plot.lines { height: 230px; }
}
`;
