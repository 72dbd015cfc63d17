import type { ErrorRow, ReplayResult } from "../replay-result.ts";
import { counted, rangeText, short } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { channelsOf, channelTitle, replayWorlds, rowsAt, SCALED } from "./replay-rows.ts";
import { section, table, tableAlternative } from "./section.ts";

/** A row a robot-and-policy group and world, a column a reported time: median error with its interval. */
export function replayGroupsSection(result: ReplayResult): Markup {
  const level = Math.round(100 * result.confidence);
  if (result.groups.length === 0) {
    return section("groups", "By robot and policy", "The recordings are not divided into groups.", html``);
  }
  const channels = channelsOf(result.groups[0]!.errors);
  const main = channels.includes(SCALED) ? SCALED : channels[0]!;
  return section(
    "groups",
    "By robot and policy",
    `Median error with its ${level}% interval, ${main === SCALED ? "all channels together, in tolerances" : `in ${main}`}. Few recordings make wide intervals.`,
    html`<div class="scroll" tabindex="0" role="region" aria-label="Errors by robot and policy">
        ${groupTable(result, main)}
      </div>
      ${channels
        .filter((channel) => channel !== main)
        .map((channel) =>
          tableAlternative(`${channelTitle(channel)} by robot and policy`, groupTable(result, channel)),
        )}`,
  );
}

function groupTable(result: ReplayResult, channel: string): Markup {
  const worlds = replayWorlds(result);
  const rows = result.groups.flatMap(({ group, recordings }) =>
    worlds.flatMap(({ world, groups }, index) => {
      const own = groups.find((other) => other.group === group);
      if (own === undefined) return [];
      const cells = result.reportAtSec.map((atSec) =>
        errorText(rowsAt(own.errors, atSec).find((row) => row.channel === channel)),
      );
      const name = index === 0 ? html`${group} <small>${counted(recordings, "recording")}</small>` : html``;
      return [[name, world.name, ...cells]];
    }),
  );
  return table(["Group", "World", ...result.reportAtSec.map((atSec) => `after ${short(atSec)} s`)], rows, {
    text: [0, 1],
  });
}

function errorText(row: ErrorRow | undefined): Markup {
  if (row === undefined || row.median === null) return html`–`;
  const unit = row.channel === SCALED ? "" : ` ${row.unit}`;
  const interval = row.interval === null ? "" : `${rangeText(row.interval)}, `;
  return html`${short(row.median)}${unit} <small class="interval">${interval}n ${row.n}</small>`;
}

/** Ratios of median errors on the same windows, where the replay computed them. */
export function replayComparisonsSection(result: ReplayResult): Markup {
  const rows = replayWorlds(result).flatMap(({ world, comparisons }) =>
    comparisons.map(({ with: other, group, channel, atSec, ratio, interval, n }) => [
      `${world.name} ÷ ${other}`,
      group ?? "all",
      channelTitle(channel),
      short(atSec),
      short(ratio),
      interval === null ? "–" : rangeText(interval),
      ruling(interval, world.name, other),
      String(n),
    ]),
  );
  const lead =
    "Median error of a world divided by that of another on the same windows. Below 1 the first is better; an interval that contains 1 does not decide.";
  if (rows.length === 0)
    return section("comparisons", "Head to head", "No head-to-head comparison was made.", html``);
  return section(
    "comparisons",
    "Head to head",
    lead,
    html`<div class="scroll" tabindex="0" role="region" aria-label="Head to head">
      ${table(["Ratio", "Group", "Channel", "Time (s)", "Value", "Interval", "Says", "n"], rows, {
        text: [0, 1, 2, 6],
      })}
    </div>`,
  );
}

function ruling(interval: readonly [number, number] | null, world: string, other: string): string {
  if (interval === null) return "–";
  if (interval[1] < 1) return `${world} better`;
  if (interval[0] > 1) return `${other} better`;
  return "undecided";
}
