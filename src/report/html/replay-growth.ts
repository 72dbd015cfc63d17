import type { ErrorRow, ReplayResult } from "../replay-result.ts";
import { BASELINES, baselineKeys } from "./baselines.ts";
import { short } from "./format.ts";
import { horizonMoments } from "./error-growth.ts";
import { lineChart, type Line } from "./line-chart.ts";
import { html, raw, type Markup } from "./markup.ts";
import { channelsOf, channelTitle, replayWorlds, rowsAt, SCALED } from "./replay-rows.ts";
import { errorScale } from "./scale.ts";
import { section, table, tableAlternative } from "./section.ts";

/** Colour and dash of the first four worlds; further ones share the last. */
const WORLD_LINES = ["candidate", "second", "third", "fourth"] as const;
export function replayGrowthSection(result: ReplayResult): Markup {
  const channels = channelsOf(result.errors);
  if (channels.length === 0) {
    return section(
      "growth",
      "Error growth",
      "No window could be compared: there is no error to show.",
      html``,
    );
  }
  return section(
    "growth",
    "Error growth",
    "Median error against the recording, per channel, free-running. Below the dashed level the task can bear it; what does not beat the grey baselines has learned nothing that a formula could not say.",
    html`<div class="choices" data-choice="growth">
        <label class="select"
          >Channel
          <select name="channel">
            ${channels.map((channel) => html`<option value="${channel}">${channelTitle(channel)}</option>`)}
          </select></label
        >
      </div>
      ${channels.map((channel, index) => view(result, channel, index === 0))}
      <p class="legend">
        ${replayWorlds(result).map(
          ({ world }, index) =>
            html`<span class="key"><i class="stroke ${worldLine(index)}"></i>${world.name}</span>`,
        )}
        <span class="key"><i class="swatch band"></i>${result.world.name}, up to its 90th percentile</span>
        ${baselineKeys((name) => result.errors.some(({ baselines }) => baselines[name] !== null))}
        <span class="key"><i class="stroke level"></i>tolerance</span>
      </p>`,
  );
}

function view(result: ReplayResult, channel: string, shown: boolean): Markup {
  const own = result.errors.filter((row) => row.channel === channel).toSorted((a, b) => a.atSec - b.atSec);
  const atSec = own.map((row) => row.atSec);
  const unit = own[0]?.unit ?? "";
  const worlds = replayWorlds(result).map(({ world, errors }, index): Line => {
    const rows = errors.filter((row) => row.channel === channel);
    const at = (of: (row: ErrorRow) => number | null): (number | null)[] =>
      atSec.map((time) => {
        const row = rowsAt(rows, time)[0];
        return row === undefined ? null : of(row);
      });
    const line = { name: world.name, className: worldLine(index), values: at((row) => row.median) };
    return index === 0 ? { ...line, upper: at((row) => row.p90) } : line;
  });
  const baselines = BASELINES.map(([key, name]): Line => ({
    name,
    className: key,
    values: own.map((row) => row.baselines[key]),
  })).filter(({ values }) => values.some((value) => value !== null));
  const lines = [...worlds, ...baselines];
  const tolerance = channel === SCALED ? 1 : result.tolerances[channel];
  const values = lines
    .flatMap((line) => [...line.values, ...(line.upper ?? [])])
    .filter((value) => value !== null);
  const title = channelTitle(channel);
  const toleranceName = channel === SCALED ? "tolerance" : `tolerance ${short(tolerance ?? 0)} ${unit}`;
  return html`<div class="view" data-view="growth" data-channel="${channel}" ${raw(shown ? "" : "hidden")}>
    <p class="view-title">${title}</p>
    ${lineChart({
      label: `Error growth of ${title}`,
      atSec,
      unit: channel === SCALED ? "error in tolerances" : `error in ${unit}`,
      lines,
      y: errorScale(tolerance === undefined ? values : [...values, tolerance]),
      ...(tolerance === undefined ? {} : { level: { name: toleranceName, value: tolerance } }),
      ...(channel === SCALED ? { moments: horizonMoments(result.horizon) } : {}),
    })}
    ${tableAlternative(`${title}: the values as a table`, growthTable(result, channel))}
  </div>`;
}

/** Worlds and baselines side by side at the reported times. */
function growthTable(result: ReplayResult, channel: string): Markup {
  const cell = (value: number | null | undefined): string =>
    value === null || value === undefined ? "–" : short(value);
  const rows = result.reportAtSec.flatMap((atSec) => {
    const own = rowsAt(result.errors, atSec).find((row) => row.channel === channel);
    if (own === undefined) return [];
    const others = result.others.map(
      ({ errors }) => rowsAt(errors, atSec).find((row) => row.channel === channel)?.median,
    );
    return [
      [
        cell(atSec),
        cell(own.median),
        cell(own.p90),
        String(own.n),
        ...others.map(cell),
        ...BASELINES.map(([key]) => cell(own.baselines[key])),
      ],
    ];
  });
  const { name } = result.world;
  return table(
    [
      "Time (s)",
      `${name}, median`,
      `${name}, 90th percentile`,
      "n",
      ...result.others.map(({ world }) => world.name),
      ...BASELINES.map(([, title]) => title),
    ],
    rows,
    { text: [] },
  );
}

function worldLine(index: number): string {
  return WORLD_LINES[Math.min(index, WORLD_LINES.length - 1)]!;
}
