import type { ExamResult, Measure, TemporalConsistency } from "../result.ts";
import { counted, percent, seconds, sentence, short } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table } from "./section.ts";

export function temporalConsistencySection({ temporalConsistency: found }: ExamResult): Markup {
  const title = "Temporal consistency";
  if ("undefined" in found) return section("consistency", title, sentence(found.undefined), html``);
  return section(
    "consistency",
    title,
    `Steps of the candidate that no world should take: changes beyond what truth ever shows in one step (and 1.5 × what it
    shows in 99.9% of them), values
    outside declared limits, channels that stand bit-still where truth moves, steps lost to faults. And whether a rollout
    goes on the same when it is taken up again from what was shown half-way.`,
    html`<ul>
        ${notes(found).map((note) => html`<li>${sentence(note)}</li>`)}
      </ul>
      <div class="scroll" tabindex="0" role="region" aria-label="Temporal consistency by channel">
        ${table(
          ["Channel", "Allowed in one step", "Largest change", "Jumps", "Frozen steps"],
          found.components.map(({ channel, unit, allowedChange, largestChange, jumps, frozenSteps }) => [
            channel,
            `${short(allowedChange)} ${unit}`,
            largestChange === null ? "not finite" : `${short(largestChange)} ${unit}`,
            jumps.toLocaleString("en"),
            found.broken.frozen === null ? "–" : frozenSteps.toLocaleString("en"),
          ]),
        )}
      </div>
      ${found.invariants.length > 0 && declared(found.invariants)}`,
  );
}

/** Quantities that the scenario declares to be kept. */
function declared(invariants: TemporalConsistency["invariants"]): Markup {
  const rows = invariants.map((one) => [
    one.name,
    `${one.expression} ${one.rule === "conserved" ? "stays" : `is ${one.rule}`}`,
    `${short(one.tolerance)} ${one.unit}`,
    one.largestDeparture === null ? "not a number" : `${short(one.largestDeparture)} ${one.unit}`,
    one.brokenInTruth > 0
      ? `not counted: truth breaks it in ${counted(one.brokenInTruth, "step")}`
      : one.brokenSteps.toLocaleString("en"),
  ]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Declared quantities">
    ${table(["Declared quantity", "Rule", "Tolerance", "Largest departure", "Steps that break it"], rows, {
      text: [0, 1],
    })}
  </div>`;
}

function notes({ steps, broken, worstJump, semigroup }: TemporalConsistency): string[] {
  const { jumps, outOfLimits, lost, frozen, invariants } = broken;
  const list = [
    `${share(steps)} of the candidate's ${many(steps)} steps break nothing: ${counted(jumps, "jump")}, ${counted(outOfLimits, "step")} outside limits, ${counted(lost, "step")} lost to faults, ${frozen === null ? "frozen ones not looked for, because truth is a recording" : `${counted(frozen, "frozen step")}`}${invariants === null ? "" : `, ${counted(invariants, "step")} against what is declared`}`,
  ];
  if (worstJump !== null) {
    const { channel, unit, change, allowed, policy, start, step } = worstJump;
    const by =
      change === null
        ? "to no number"
        : `by ${short(change)} ${unit} where ${short(allowed)} ${unit} is allowed`;
    list.push(`the worst jump: ${channel} ${by}, ${policy} from start #${start}, step ${step}`);
  }
  list.push(resumed(semigroup));
  return list;
}

function resumed({ candidate, truth, lengthSec, worst }: TemporalConsistency["semigroup"]): string {
  if ("undefined" in candidate) return `taken up again half-way: ${candidate.undefined}`;
  const same = Math.round(candidate.value * candidate.n);
  const inTruth = "undefined" in truth ? "" : ` (truth: ${percent(truth.value)})`;
  const furthest =
    worst === null
      ? ""
      : `; the furthest off ${worst.scaledError === null ? "" : `by ${short(worst.scaledError)} tolerances, `}start #${worst.start}: ${worst.at}`;
  return `taken up again half-way, ${same} of ${candidate.n} rollouts go on the same for ${seconds(lengthSec)}${inTruth}${furthest}`;
}

function share(found: Measure): string {
  return "undefined" in found ? "none" : percent(found.value);
}

function many(found: Measure): string {
  return "undefined" in found ? "0" : found.n.toLocaleString("en");
}
