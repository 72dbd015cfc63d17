import { BREAK_WORDS, type ExamResult, type Measure, type Persistence } from "../result.ts";
import { counted, percent, percentInterval, seconds, sentence } from "./format.ts";
import { lineChart } from "./line-chart.ts";
import { html, type Markup } from "./markup.ts";
import { linearScale } from "./scale.ts";
import { section, table } from "./section.ts";

export function persistenceSection({ persistence: found }: ExamResult): Markup {
  const title = "Object persistence";
  if ("undefined" in found) return section("persistence", title, sentence(found.undefined), html``);
  const kinds = Object.keys(BREAK_WORDS) as (keyof typeof BREAK_WORDS)[];
  return section(
    "persistence",
    title,
    `Is every object that truth sees there, once, with its identity? Looked at in ${counted(found.rollouts.closedLoop, "closed-loop rollout")}
    and ${counted(found.rollouts.openLoop, "rollout")} under truth's commands. An object that drifts off truth's place without a
    break is badly predicted, not lost: it does not count until it is back.`,
    html`<ul>
        ${notes(found).map((note) => html`<li>${sentence(note)}</li>`)}
      </ul>
      <div class="scroll" tabindex="0" role="region" aria-label="Object persistence by object">
        ${table(
          [
            "Object",
            "Kept",
            "First break",
            "After occlusion",
            "Not counted (drifted)",
            "Steps by what is wrong",
          ],
          found.objects.map(
            ({ id, label, persistenceRate, firstBreakStep, afterOcclusion, strayed, broken }) => [
              html`${id}${label !== null && html` <small>${label}</small>`}`,
              share(persistenceRate),
              firstBreakStep === null ? "never" : `step ${firstBreakStep}`,
              share(afterOcclusion),
              "undefined" in strayed ? "–" : percent(strayed.value),
              kinds
                .filter((kind) => broken[kind] > 0)
                .map((kind) => `${broken[kind].toLocaleString("en")} ${BREAK_WORDS[kind]}`)
                .join(", ") || "none",
            ],
          ),
          { text: [0, 5] },
        )}
      </div>
      ${overTime(found)} ${events(found)}`,
  );
}

function notes({ persistenceRate, afterOcclusion, strayed, firstBreakStep }: Persistence): string[] {
  const list = [
    "undefined" in persistenceRate
      ? persistenceRate.undefined
      : `kept in ${share(persistenceRate)} of ${counted(persistenceRate.n, "object step")}${firstBreakStep === null ? "" : `; the first break of any rollout is at step ${firstBreakStep}`}`,
    "undefined" in afterOcclusion
      ? afterOcclusion.undefined
      : `back after ${Math.round(afterOcclusion.value * afterOcclusion.n)} of ${counted(afterOcclusion.n, "occlusion")} (${share(afterOcclusion)})`,
  ];
  if (!("undefined" in strayed) && strayed.value > 0) {
    list.push(
      `${percent(strayed.value)} of the object steps do not count because the object had drifted off`,
    );
  }
  return list;
}

function overTime({ overTime: { atSec, rate } }: Persistence): Markup | false {
  if (atSec.length === 0) return false;
  return html`<p class="view-title">Share of the objects kept, over time</p>
    ${lineChart({
      label: "Object persistence over time",
      atSec,
      unit: "share kept",
      lines: [{ name: "candidate", className: "candidate", values: rate }],
      y: linearScale(0, 1),
    })}`;
}

function events({ events: list, eventCounts }: Persistence): Markup {
  const total = Object.values(eventCounts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return html`<p class="hint">Nothing happened to any object.</p>`;
  return html`<h3>${counted(total, "event")}, and those that last longest</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="Events">
      ${table(
        ["Object", "What", "At", "For", "Policy", "Start", "Rollout"],
        list.map(({ kind, object, as, atSec, step, steps, policy, start, drive }) => [
          object,
          `${BREAK_WORDS[kind]}${as === null ? "" : ` (${as})`}`,
          `${seconds(atSec)}, step ${step}`,
          counted(steps, "step"),
          policy,
          `#${start}`,
          drive === "closedLoop" ? "closed loop" : "truth's commands",
        ]),
        { text: [0, 1, 4, 6] },
      )}
    </div>`;
}

function share(found: Measure): string {
  if ("undefined" in found) return "–";
  return `${percent(found.value)}${found.interval === null ? "" : ` (${percentInterval(found.interval)})`}`;
}
