import type { BoundaryMap, ExamResult } from "../result.ts";
import { boundaryScript } from "./boundary-script.ts";
import { html, jsonData, raw, type Markup } from "./markup.ts";
import { legendEntry } from "./marks.ts";

/**
 * Slices of the boundary over any two dimensions of the box: truth's zero line and the candidate's over each other, the
 * starts of the panel as marks, flips linked to their traces. Drawn by the page's script from the surfaces themselves.
 */
export function boundaryMap(map: BoundaryMap, result: ExamResult): Markup {
  if (map.dimensions.length < 2 || map.policies.length === 0) {
    return html`<p>The scenario varies fewer than two start dimensions: there is no map.</p>`;
  }
  const keys = map.dimensions.map(({ key }) => key);
  const wanted = [result.outcomeMap?.x.key, result.outcomeMap?.y.key].map((key) => keys.indexOf(key ?? ""));
  const [x, y] = wanted.every((at) => at >= 0) ? [wanted[0]!, wanted[1]!] : [0, 1];
  const option = (text: string, index: number, chosen: number): Markup =>
    html`<option value="${index}" ${raw(index === chosen ? "selected" : "")}>${text}</option>`;
  const policies = map.policies.map(({ policy }) => policy);
  const shown = mostFlips(map);
  return html`<div class="boundary-map" data-boundary>
    <div class="choices no-print">
      <label class="select"
        >Policy
        <select name="boundary-policy">
          ${policies.map((name, index) => option(name, index, shown))}
        </select></label
      >
      <label class="select"
        >Across
        <select name="boundary-x">
          ${map.dimensions.map(({ label }, index) => option(label, index, x))}
        </select></label
      >
      <label class="select"
        >Up
        <select name="boundary-y">
          ${map.dimensions.map(({ label }, index) => option(label, index, y))}
        </select></label
      >
    </div>
    <div class="boundary-view">
      <div class="plot-frame">
        <span class="y-title"></span>
        <div class="y-ticks" aria-hidden="true"></div>
        <div
          class="plot map"
          tabindex="0"
          role="application"
          aria-roledescription="map of the decision boundary"
          aria-label="Slice of the decision boundary. Arrow keys move from start to start, d to the next flip, Enter takes the slice through the start, t opens its trace."
        >
          <svg width="100%" height="100%" aria-hidden="true">
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">
              <path data-layer="wrong-pass" class="region wrong-pass" />
              <path data-layer="wrong-fail" class="region wrong-fail" />
              <path data-layer="truth" class="zero truth" />
              <path data-layer="candidate" class="zero candidate" />
            </svg>
            <g data-layer="starts"></g>
            <circle data-layer="cursor" class="cursor" r="10" style="display:none" />
          </svg>
        </div>
        <div class="x-ticks" aria-hidden="true"></div>
        <span class="x-title"></span>
      </div>
      <div class="slice no-print">
        <p class="hint">The slice lies at</p>
        ${map.dimensions.map(
          ({ label }, d) =>
            html`<label
              >${label} <input type="range" min="0" max="1" step="any" value="0.5" name="boundary-at-${d}"
            /></label>`,
        )}
        <button type="button">Middle of the box</button>
      </div>
    </div>
    <p class="hint slice-note" role="status">The map is drawn by the page's script.</p>
    <p class="legend">
      <span class="key"><i class="stroke zero-truth"></i>truth changes its outcome</span>
      <span class="key"><i class="stroke zero-candidate"></i>the candidate does</span>
      ${legendEntry("pass", "both succeed", "truth")} ${legendEntry("fail", "both fail")}
      ${legendEntry("wrong-pass", "flip: wrong pass")} ${legendEntry("wrong-fail", "flip: wrong fail")}
    </p>
    <p class="hint no-print">
      Faint marks lie far from the slice. Click a mark to take the slice through it; a ringed flip opens its
      trace.
    </p>
    <script type="application/json">
      ${jsonData(dataOf(map, result))}
    </script>
    <script>
      ${raw(boundaryScript)};
    </script>
  </div>`;
}

function dataOf(map: BoundaryMap, { traces }: ExamResult): unknown {
  return {
    ...map,
    policies: map.policies.map((one) => ({
      ...one,
      traces: Object.fromEntries(
        traces.filter(({ policy }) => policy === one.policy).map(({ start, path }) => [start, path]),
      ),
    })),
  };
}

function mostFlips({ policies }: BoundaryMap): number {
  const flips = policies.map(
    ({ truthMargins, candidateMargins }) =>
      truthMargins.filter((margin, i) => {
        const other = candidateMargins[i];
        return margin !== null && other != null && margin > 0 !== other > 0;
      }).length,
  );
  return flips.indexOf(Math.max(...flips));
}
