import type { Boundary, BoundaryFlips, ExamResult, Measure } from "../result.ts";
import { boundaryMap } from "./boundary-map.ts";
import { counted, measureText, percent, rangeText, sentence, short, signed } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

/** Rows of the table of flips; all starts are in `episodes.parquet`. */
const TABLE_ROWS = 200;

export function decisionBoundarySection(result: ExamResult): Markup {
  const { boundary } = result;
  const title = "Decision boundary";
  if ("undefined" in boundary) return section("boundary", title, sentence(boundary.undefined), html``);
  return section(
    "boundary",
    title,
    html`Where in the box of starts the verdict flips, in truth and in the candidate. Between the two lines
    the candidate decides wrongly. Rates come from the panel alone; the lines are zero lines of surfaces laid
    through the margins, helped by rollouts drawn where truth's sign was most open.`,
    html`<ul>
        ${notes(boundary).map((note) => html`<li>${sentence(note)}</li>`)}
      </ul>
      <h3>Map</h3>
      ${boundaryMap(boundary.map, result)} ${tableAlternative("Flips as a table", flipRows(boundary, result))}
      <h3>By policy</h3>
      ${scrolled("Decision boundary by policy", policyTable(boundary))}
      <h3>Does the same change flip the outcome in both worlds?</h3>
      ${scrolled("Counterfactual flips", flipTable(boundary))}
      ${boundary.parameters.length > 0 && parameters(boundary)}`,
  );
}

function notes({
  band,
  bias,
  rays,
  meanSymmetric,
  hausdorff95,
  margins,
  sampling,
  policies,
  oneSided,
}: Boundary): string[] {
  const near = band.tp + band.fp + band.fn + band.tn;
  const list = [
    `near the boundary ${band.tp + band.tn} of ${near} judged rollouts from ${counted(band.starts, "start")} end as in truth, ${band.fp} pass wrongly, ${band.fn} fail wrongly (${band.widened ? `the nearest fifth of truth's successes and failures: too few lie within ${short(band.delta)} tolerances` : `truth's margin within ${short(band.delta)} tolerances`})`,
    `along ${counted(rays.n, "paired ray")} the candidate's boundary is displaced by ${figure(bias)} of the box's side; positive is optimistic${rays.censored > 0 ? `; on ${rays.censored} of them only one world flips before the edge of the box, and the displacement is a lower bound` : ""}`,
    `between the surfaces: ${figure(meanSymmetric)} of the box's side on average, ${figure(hausdorff95)} at the 95 % quantile`,
    `margins have the same sign in ${measureText(margins.signAgreement)}, and rank alike by Spearman's ρ ${figure(margins.spearman)}; near the boundary ${measureText(band.margins.signAgreement)}, ρ ${figure(band.margins.spearman)}`,
  ];
  if (sampling.spent > 0) {
    const settled = policies
      .filter(({ surface }) => surface.drawn > 0)
      .map(
        ({ policy, surface }) =>
          `${policy} from ${short(100 * surface.unsettledBefore)}% to ${short(100 * surface.unsettledAfter)}%`,
      );
    list.push(
      `active sampling spent ${sampling.spent} further truth rollouts; the share of the box that truth's surface is expected to get wrong went for ${settled.join(", ")}`,
    );
  }
  for (const { policy, outcome, n, candidateDiffers } of oneSided) {
    list.push(
      outcome === null
        ? `under ${policy} no rollout of truth gave an outcome: not scored`
        : `under ${policy} truth ends in ${outcome} from all ${n} starts: no boundary here, not scored; the candidate ends otherwise in ${candidateDiffers}`,
    );
  }
  return list;
}

function policyTable({ policies }: Boundary): Markup {
  // Why a figure has no value is long; the table has room for the dash, result.json has the reason.
  const value = (one: Measure): string => ("undefined" in one ? "–" : figure(one));
  return table(
    [
      "Policy",
      "Near, as in truth",
      "Overlap (IoU)",
      "MCC",
      "Displacement",
      "Mean distance",
      "95 % distance",
      "Truth rollouts",
    ],
    policies.map((one) => [
      one.policy,
      measureText(one.nearAgreement),
      value(one.iou),
      value(one.mcc),
      value(one.bias),
      value(one.meanSymmetric),
      value(one.hausdorff95),
      one.surface.drawn > 0
        ? `${one.surface.truthRollouts} (${one.surface.drawn} drawn)`
        : String(one.surface.truthRollouts),
    ]),
  );
}

function flipTable({ flips }: Boundary): Markup {
  const row = (name: string, one: BoundaryFlips): (string | Markup)[] => [
    name,
    String(one.both),
    String(one.truthOnly),
    String(one.candidateOnly),
    String(one.neither),
    measureText(one.agreement),
  ];
  return html`${table(
      ["Change", "Flips in both", "In truth only", "In the candidate only", "In neither", "Agreement"],
      [
        ...flips.dimensions.map((one) => row(`${one.key} ± ${percent(flips.step)} of its range`, one)),
        row("another policy", flips.otherPolicy),
      ],
    )}
    <p class="hint">
      ${counted(flips.starts, "start")} near the boundary, one dimension changed at a time; other policies
      from every start of the panel.
    </p>`;
}

function parameters({ parameters: found }: Boundary): Markup {
  const at = (value: number | null): string => (value === null ? "no flip" : short(value));
  return html`<h3>Where along a parameter the outcome flips</h3>
    ${scrolled(
      "Parameter boundaries",
      table(
        ["Parameter", "Displacement", "Crossings", "One world only"],
        found.map(({ parameter, unit, bias, n, censored }) => [
          parameter,
          "undefined" in bias ? bias.undefined : `${figure(bias)} ${unit}`,
          String(n),
          String(censored),
        ]),
      ),
    )}
    ${tableAlternative(
      "Every crossing as a table",
      table(
        ["Parameter", "Policy", "Start", "Its value", "Truth flips at", "Candidate flips at"],
        found.flatMap(({ parameter, unit, crossings }) =>
          crossings.map(({ policy, start, from, truth, candidate }) => [
            `${parameter} (${unit})`,
            policy,
            `#${start}`,
            short(from),
            at(truth),
            at(candidate),
          ]),
        ),
        { text: [0, 1] },
      ),
    )}`;
}

function flipRows({ map }: Boundary, { traces }: ExamResult): Markup {
  const path = new Map(traces.map((one) => [`${one.policy} ${one.start}`, one.path]));
  const rows = map.policies.flatMap(({ policy, truthMargins, candidateMargins }) =>
    map.starts.flatMap(({ start }, i) => {
      const [truth, candidate] = [truthMargins[i], candidateMargins[i]];
      if (truth == null || candidate == null || truth > 0 === candidate > 0) return [];
      const trace = path.get(`${policy} ${start}`);
      return [
        [
          policy,
          `#${start}`,
          signed(truth),
          signed(candidate),
          candidate > 0 ? "▲ wrong pass" : "▼ wrong fail",
          trace === undefined ? "" : html`<a href="${trace}">${trace}</a>`,
        ],
      ];
    }),
  );
  if (rows.length === 0)
    return html`<p>None: truth and candidate agree on every start that has an outcome.</p>`;
  return html`${table(
    ["Policy", "Start", "Truth margin", "Candidate margin", "Verdict", "Trace"],
    rows.slice(0, TABLE_ROWS),
    { text: [0, 4, 5] },
  )}
  ${rows.length > TABLE_ROWS && html`<p>The first ${TABLE_ROWS} of ${rows.length}; all are in episodes.parquet.</p>`}`;
}

function scrolled(name: string, body: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">${body}</div>`;
}

function figure(measure: Measure): string {
  if ("undefined" in measure) return `undefined: ${measure.undefined}`;
  return measure.interval === null
    ? short(measure.value)
    : `${short(measure.value)} (${rangeText(measure.interval)})`;
}
