import type { Effect, ExamResult, Measure } from "../result.ts";
import { counted, percent, score, scoreInterval, sentence, short } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table } from "./section.ts";

export function controllabilitySection({ controllability: found }: ExamResult): Markup {
  const title = "Controllability";
  if ("undefined" in found) return section("controllability", title, sentence(found.undefined), html``);
  const { scripts, actions, channels, starts, noiseFloor } = found;
  const notes = scripts.flatMap(({ script, faults, truthFaults }) => [
    ...(faults > 0
      ? [`script ${script}: the candidate broke in ${counted(faults, "pair")}, which score 0`]
      : []),
    ...(truthFaults > 0
      ? [`script ${script}: truth broke from ${counted(truthFaults, "start")}, which are left out`]
      : []),
  ]);
  return section(
    "controllability",
    title,
    `A script of actions and its counterfactual from the same ${counted(starts, "start")}, in both worlds: is what
    changes the same? Score 1: it is; 0: actions change nothing, or the opposite. An effect in truth below
    ${short(noiseFloor)} tolerances counts as none.`,
    html`<div class="scroll" tabindex="0" role="region" aria-label="Controllability">
        ${table(
          ["Effect", "Window", "Score", "Pairs with effect", "Gain", "Same sign", "Delay"],
          [
            ...scripts.map(({ script, description, windowSec: [from, to], ...effect }) => [
              html`of ${script}${description !== null && html` <small>${description}</small>`}`,
              `${short(from)}–${short(to)} s`,
              ...cells(effect),
            ]),
            ...actions.map(({ channel, ...effect }) => [`of action ${channel}`, "", ...cells(effect)]),
            ...channels.map(({ channel, ...effect }) => [`on ${channel}`, "", ...cells(effect)]),
          ],
        )}
      </div>
      ${
        notes.length > 0 &&
        html`<ul>
          ${notes.map((note) => html`<li>${sentence(note)}</li>`)}
        </ul>`
      }`,
  );
}

function cells({ score: found, effects: count, gain, signAgreement, delaySteps }: Effect): string[] {
  return [
    scoreText(found),
    "undefined" in found ? String(count) : `${count} of ${found.n}`,
    gain === null ? "–" : `× ${short(gain)}`,
    "undefined" in signAgreement ? "–" : percent(signAgreement.value),
    delaySteps === null ? "–" : delayText(delaySteps),
  ];
}

function scoreText(found: Measure): string {
  if ("undefined" in found) return "–";
  return `${score(found.value)}${found.interval === null ? "" : ` (${scoreInterval(found.interval)})`}`;
}

function delayText(steps: number): string {
  if (steps === 0) return "none";
  return `${counted(Math.abs(steps), "step")} ${steps > 0 ? "late" : "early"}`;
}
