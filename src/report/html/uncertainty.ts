import type {
  Calibration,
  DistributionComparison,
  ExamResult,
  Measure,
  OneStepCalibration,
  UncertaintyAlarm,
} from "../result.ts";
import { percent, percentInterval, score, scoreInterval, seconds, sentence, short } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

type Channel = OneStepCalibration["channels"][number];

export function uncertaintySection({ calibration: found }: ExamResult): Markup {
  const title = "Uncertainty";
  if ("undefined" in found) return section("uncertainty", title, sentence(found.undefined), html``);
  return section(
    "uncertainty",
    title,
    `What the candidate says of its own error, and what that is worth: as error bars of its next observation, as an alarm,
    and, where chance is at play, whether its futures are distributed as truth's.`,
    html`<h3>Error bars of one step</h3>
      ${errorBars(found)}
      <h3>As an alarm</h3>
      ${alarm(found.alarm)}
      <h3>In distribution</h3>
      ${distribution(found.distribution)}`,
  );
}

function errorBars({ oneStep }: Calibration): Markup {
  if ("undefined" in oneStep) return html`<p class="hint">${sentence(oneStep.undefined)}</p>`;
  const { channels, without } = oneStep;
  return html`<p class="hint">
      A right error bar holds truth as often as it says: on the diagonal. Below it the candidate is too sure,
      above it too careful. The bars are how often truth lies in each tenth of what was predicted: level if
      right, high at both ends if too sure, in the middle if too careful.
    </p>
    <div class="multiples">
      ${channels.map(
        (channel) =>
          html`<figure>
            <figcaption>${channel.channel}</figcaption>
            ${raw(reliability(channel))}${raw(histogram(channel))}
          </figure>`,
      )}
    </div>
    ${without.length > 0 && html`<p class="hint">Nothing is said about ${without.join(", ")}.</p>`}
    ${tableAlternative("Error bars as a table", errorBarTable(oneStep))}`;
}

function errorBarTable({ channels }: OneStepCalibration): Markup {
  const levels = channels[0]?.coverage.map(({ level }) => level) ?? [];
  return table(
    [
      "Channel",
      "n",
      ...levels.map((level) => `Inside ${percent(level)}`),
      "Spread ÷ error",
      "CRPS",
      "Mean error",
      "Gap to uniform",
      "p",
    ],
    channels.map((one) => [
      one.channel,
      one.n.toLocaleString("en"),
      ...one.coverage.map(({ observed }) => share(observed)),
      ratio(one.spreadSkill),
      `${plain(one.crps)} ${one.unit}`,
      `${plain(one.meanAbsoluteError)} ${one.unit}`,
      score(one.pitGap),
      short(one.pitPValue),
    ]),
  );
}

const BOX = 100;

/** Stated level across, observed share up, with its interval. */
function reliability({ channel, coverage }: Channel): string {
  const said = coverage.map(({ level, observed }) => `${percent(level)} holds ${share(observed)}`).join(", ");
  let svg = open(`Reliability of ${channel}: ${said}`);
  svg += `<line class="join" x1="0" y1="${BOX}" x2="${BOX}" y2="0"/>`;
  const points = coverage.flatMap(({ level, observed }) =>
    "undefined" in observed ? [] : [{ x: BOX * level, y: BOX * (1 - observed.value), observed }],
  );
  for (const { x, observed } of points) {
    if (observed.interval === null) continue;
    const [lower, upper] = observed.interval;
    svg += `<line class="whisker candidate" x1="${x}" x2="${x}" y1="${at(lower)}" y2="${at(upper)}"/>`;
  }
  svg += `<path class="line candidate" d="M0 ${BOX}${points.map(({ x, y }) => `L${x} ${y.toFixed(1)}`).join("")}"/>`;
  return `${svg}</svg>`;
}

/** Bars against the height of a uniform distribution. */
function histogram({ channel, pit }: Channel): string {
  const total = pit.reduce((sum, count) => sum + count, 0);
  const shares = pit.map((count) => count / Math.max(1, total));
  const highest = Math.max(2 / pit.length, ...shares);
  let svg = open(
    `Where truth lies in what was predicted, ${channel}: ${shares.map((one) => percent(one)).join(", ")}`,
  );
  shares.forEach((one, i) => {
    const height = (BOX * one) / highest;
    svg += `<rect class="band candidate" x="${((BOX * i) / pit.length).toFixed(1)}" width="${(BOX / pit.length - 1).toFixed(1)}" y="${(BOX - height).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
  const level = (BOX * (1 - 1 / pit.length / highest)).toFixed(1);
  svg += `<line class="level" x1="0" x2="${BOX}" y1="${level}" y2="${level}"/>`;
  return `${svg}</svg>`;
}

function open(label: string): string {
  return `<svg viewBox="-2 -2 ${BOX + 4} ${BOX + 4}" role="img" aria-label="${html`${label}`.text}"><rect class="ground" width="${BOX}" height="${BOX}"/>`;
}

function at(value: number): string {
  return (BOX * (1 - value)).toFixed(1);
}

function alarm(found: UncertaintyAlarm | { undefined: string }): Markup {
  if ("undefined" in found) return html`<p class="hint">${sentence(found.undefined)}</p>`;
  const { withinSec, auroc, clockAuroc, threshold, precision, recall, falseAlarmRate, warned, leadSec } =
    found;
  return html`<p>
      <b>${found.trusted ? "To be trusted" : "Not to be trusted"}</b>: ${sentence(found.reason)}
    </p>
    <p class="hint">
      While the candidate runs on by itself and is still within tolerance: does its present uncertainty tell
      that it will be off within ${seconds(withinSec)}? The threshold is chosen on one half of the starts, the
      figures behind it are those of the other half.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Alarm by uncertainty">
      ${table(
        ["Figure", "Value", "Meaning"],
        [
          ["AUROC", ratio(auroc), "how well the uncertainty tells soon off from still right; 0.5 is chance"],
          ["AUROC of a clock", ratio(clockAuroc), "the same for the time since the start"],
          ["Threshold", threshold === null ? "–" : `${short(threshold)} tolerances`, "alarm from here on"],
          ["Precision", share(precision), "alarms after which it is off in time"],
          ["Recall", share(recall), "moments before it is off that have an alarm"],
          ["False alarms", share(falseAlarmRate), "moments after which it stays right that have an alarm"],
          ["Warned", share(warned), "predictions that go off with an alarm before"],
          ["Lead time", leadSec === null ? "–" : seconds(leadSec), "median, from the first alarm on"],
        ],
        { text: [0, 2] },
      )}
    </div>`;
}

function distribution(found: DistributionComparison | { undefined: string }): Markup {
  if ("undefined" in found) return html`<p class="hint">${sentence(found.undefined)}</p>`;
  const { starts, seeds, times, reason } = found;
  const channels = times[0]?.channels.map(({ channel }) => channel) ?? [];
  return html`<p>${sentence(reason)}</p>
    <p class="hint">
      ${starts} starts × ${seeds} seeds under the same commands in both worlds. Energy distance in tolerances,
      and how likely one as large is if both worlds were the same.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Energy distance">
      ${table(
        ["Channel", ...times.map(({ atSec }) => `at ${seconds(atSec)}`)],
        [
          ["all together", ...times.map(({ distance, pValue }) => `${short(distance)} (p ${short(pValue)})`)],
          ...channels.map((channel, i) => [
            channel,
            ...times.map((time) => {
              const one = time.channels[i];
              return one === undefined ? "–" : `${short(one.distance)} (p ${short(one.pValue)})`;
            }),
          ]),
        ],
      )}
    </div>`;
}

function share(found: Measure): string {
  if ("undefined" in found) return "–";
  return `${percent(found.value)}${found.interval === null ? "" : ` (${percentInterval(found.interval)})`}`;
}

function ratio(found: Measure): string {
  if ("undefined" in found) return "–";
  return `${score(found.value)}${found.interval === null ? "" : ` (${scoreInterval(found.interval)})`}`;
}

function plain(found: Measure): string {
  return "undefined" in found ? "–" : short(found.value);
}
