import type { ReplayResult } from "../../../report/replay-result.ts";
import { figure, seconds } from "../numbers/format.ts";
import { element } from "../shell/element.ts";

/** What a replay found: how the error grows, beside what needs no model, and for how long it may be believed. */
export function replayView(result: ReplayResult): HTMLElement {
  const { horizon, windows, recordings, world, reportAtSec } = result;
  const tables = [world.name, ...result.others.map((other) => other.world.name)].map((name, i) =>
    errorTable(name, i === 0 ? result.errors : result.others[i - 1]!.errors, reportAtSec),
  );
  return element(
    "div",
    { class: "exam-left" },
    element(
      "section",
      { class: "panel under-way", "aria-label": "Replay" },
      element("h2", {}, `${world.name}, open loop`),
      element(
        "p",
        {},
        `${windows.count} windows of ${seconds(windows.lengthSec)} in ${recordings.length} recording${recordings.length === 1 ? "" : "s"}; `,
        `usable horizon: prediction valid ${orDash(horizon.validPredictionTimeSec)}, conformal ${orDash(horizon.conformalSec)}`,
      ),
      element("p", { class: "muted" }, "Its windows, the worst first, are the runs of the trace view."),
    ),
    ...tables,
  );
}

function errorTable(name: string, errors: ReplayResult["errors"], atSec: readonly number[]): HTMLElement {
  const rows = errors.filter((row) => atSec.some((at) => Math.abs(at - row.atSec) < 1e-9));
  const columns = [
    "at",
    "channel",
    "median",
    "90 %",
    "unit",
    "persistence",
    "const. velocity",
    "linear",
    "n",
  ];
  return element(
    "section",
    { class: "panel ranking replay-errors", "aria-label": `Errors of ${name}` },
    element("h2", {}, `Errors of ${name}`),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, ...columns.map((text) => element("th", { scope: "col" }, text))),
      ),
      element(
        "tbody",
        {},
        ...rows.map(({ atSec: at, channel, median, p90, unit, baselines, n }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, seconds(at)),
            element("td", {}, channel === "*" ? "worst of all" : channel),
            ...[median, p90].map((value) => element("td", {}, orFigure(value))),
            element("td", {}, unit),
            ...[baselines.persistence, baselines.constantVelocity, baselines.linear].map((value) =>
              element("td", { class: "muted" }, orFigure(value)),
            ),
            element("td", { class: "muted" }, String(n)),
          ),
        ),
      ),
    ),
  );
}

function orFigure(value: number | null): string {
  return value === null ? "–" : figure(value);
}

function orDash(sec: number | null): string {
  return sec === null ? "–" : seconds(sec);
}
