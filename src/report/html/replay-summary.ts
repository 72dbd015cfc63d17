import type { ErrorRow, ReplayResult, WorldReplay } from "../replay-result.ts";
import { BASELINES } from "./baselines.ts";
import { counted, rangeText, seconds, short } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { replayWorlds, rowsAt, SCALED } from "./replay-rows.ts";

/** The first screen of a replay: how far off each world is, and whether it beats what needs no learning. */
export function replaySummary(result: ReplayResult): Markup {
  const recordings = counted(result.recordings.length, "recording");
  const names = replayWorlds(result).map(({ world }) => world.name);
  return html`<header class="verdict replay">
    <p class="overline">simgate replay · ${result.scenario.title}</p>
    <h1>How well ${names.length > 1 ? "do" : "does"} <b>${listed(names)}</b> predict what was recorded?</h1>
    <p class="sentence">${headline(result, result)}</p>
    <p class="refusal">
      ${counted(result.windows.count, "window")} of ${seconds(result.windows.lengthSec)} from ${recordings},
      one every ${seconds(result.windows.strideSec)}; ${shownBefore(result.windows.contextSec)} In each the
      recorded actions are played to the world from the recorded start. A replay measures prediction, not
      decisions: it grants no claim.
    </p>
    ${ranking(result)}
  </header>`;
}

/** Worlds, then baselines, by median error at the reported times; the least of a column stands out. */
function ranking(result: ReplayResult): Markup {
  const main = result.reportAtSec.map((atSec) => mainRow(result, atSec));
  const channel = main.find((row) => row !== undefined)?.channel ?? SCALED;
  const worlds = replayWorlds(result).map(({ world, errors }) => ({
    name: world.name,
    className: "world",
    cells: result.reportAtSec.map((atSec) => {
      const row = rowsAt(errors, atSec).find((one) => one.channel === channel);
      return { value: row?.median ?? null, interval: row?.interval ?? null };
    }),
  }));
  const baselines = BASELINES.map(([key, name]) => ({
    name,
    className: "baseline",
    cells: main.map((row) => ({ value: row?.baselines[key] ?? null, interval: null })),
  })).filter(({ cells }) => cells.some(({ value }) => value !== null));
  const lines = [...worlds, ...baselines];
  const least = result.reportAtSec.map((_, column) =>
    Math.min(...lines.map(({ cells }) => cells[column]?.value ?? Infinity)),
  );
  const row = main.find((one) => one !== undefined);
  return html`<div class="ranking scroll" tabindex="0" role="region" aria-label="Median errors">
    <table>
      <caption>
        Median error${row !== undefined && ` in ${unitText(row)}`}, with its
        ${Math.round(100 * result.confidence)}% interval; the least of each column in bold
      </caption>
      <thead>
        <tr>
          <th scope="col">World or baseline</th>
          ${result.reportAtSec.map((atSec) => html`<th scope="col" class="number">after ${seconds(atSec)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ({ name, className, cells }) =>
            html`<tr class="${className}">
              <th scope="row">${name}</th>
              ${cells.map(
                ({ value, interval }, column) =>
                  html`<td class="number ${value !== null && value === least[column] ? "least" : ""}">
                    ${value === null ? "–" : short(value)}
                    <small class="interval">${interval !== null && rangeText(interval)}</small>
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** One sentence: at which of the reported times the world beats every baseline. */
function headline(result: ReplayResult, { world }: WorldReplay): string {
  const rows = result.reportAtSec.map((atSec) => mainRow(result, atSec)).filter((row) => row?.median != null);
  const better = rows.filter((row) => {
    const least = bestBaseline(row!);
    return least !== undefined && row!.median! < least.value;
  });
  const times = better.map((row) => seconds(row!.atSec));
  if (rows.length === 0) return `${world.name} could not be compared at any of the reported times.`;
  if (better.length === rows.length)
    return `${world.name} beats every baseline at all reported times (${listed(times)}).`;
  if (better.length === 0)
    return `${world.name} beats no baseline by which it must be judged at any reported time.`;
  return `${world.name} beats every baseline at ${listed(times)}, but not at the other reported times.`;
}

function bestBaseline({ baselines }: ErrorRow): { name: string; value: number } | undefined {
  return BASELINES.flatMap(([key, name]) => {
    const value = baselines[key];
    return value === null ? [] : [{ name, value }];
  }).toSorted((a, b) => a.value - b.value)[0];
}

/** All channels together where that was measured, else the first channel. */
function mainRow(result: ReplayResult, atSec: number): ErrorRow | undefined {
  const rows = rowsAt(result.errors, atSec);
  return rows.find(({ channel }) => channel === SCALED) ?? rows[0];
}

function unitText(row: ErrorRow): string {
  return row.channel === SCALED ? "tolerances" : `${row.unit} in ${row.channel}`;
}

function shownBefore(contextSec: number): string {
  return contextSec > 0
    ? `the world is shown ${seconds(contextSec)} before.`
    : "the world is shown nothing before.";
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
