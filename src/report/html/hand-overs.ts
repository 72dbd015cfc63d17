import { handOverText } from "../../core/hand-over.ts";
import type { ExamResult, HandOvers } from "../result.ts";
import { counted, percent, percentInterval, seconds } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

export function handOversSection({ candidate }: ExamResult, found: HandOvers): Markup {
  const { learned, physics, physicsShare, rollouts, withoutPhysics, handOvers, list } = found;
  const interval =
    "undefined" in physicsShare || physicsShare.interval === null
      ? ""
      : ` (${percentInterval(physicsShare.interval)})`;
  return section(
    "hand-overs",
    "Hand-overs",
    `${candidate.name} is ${learned}, which hands over to ${physics}. Physics made ${shareOf(found)}${interval} of the steps of ${counted(rollouts, "closed-loop rollout")}, in ${counted(handOvers, "hand-over")}; ${counted(withoutPhysics, "rollout")} did without it.`,
    html`<div class="scroll" tabindex="0" role="region" aria-label="Steps made by physics">
        ${table(
          ["Physics took over for", "Times", "Steps"],
          found.causes.map(({ cause, times, stepsByPhysics }) => [
            cause,
            String(times),
            String(stepsByPhysics),
          ]),
        )}
        ${table(
          ["Policy", "Steps", "Made by physics", "Hand-overs"],
          found.policies.map((policy) => [
            policy.policy,
            String(policy.steps),
            shareOf(policy),
            String(policy.handOvers),
          ]),
        )}
        ${table(
          ["From", "To", "Steps", "Made by physics"],
          found.overTime.map((part) => [
            seconds(part.fromSec),
            seconds(part.toSec),
            String(part.steps),
            shareOf(part),
          ]),
          { text: [] },
        )}
      </div>
      ${tableAlternative(
        list.length < handOvers ? `The first ${list.length} of ${handOvers} hand-overs` : "Every hand-over",
        table(
          ["Policy", "Start", "Step", "Time", "Hand-over"],
          list.map(({ policy, start, atSec, ...one }) => [
            policy,
            `#${start}`,
            String(one.step),
            seconds(atSec),
            handOverText(textual(one)),
          ]),
          { text: [0, 4] },
        ),
      )}`,
  );
}

function shareOf({
  steps,
  stepsByPhysics,
}: {
  readonly steps: number;
  readonly stepsByPhysics: number;
}): string {
  return steps === 0 ? "–" : percent(stepsByPhysics / steps);
}

function textual({ channel, ...rest }: Omit<HandOvers["list"][number], "policy" | "start" | "atSec">) {
  return { ...rest, ...(channel === undefined ? {} : { channel }) };
}
