import { toSec, type TimeNs } from "../../core/time.ts";
import type { DiagnosticStatus } from "../messages.ts";
import type { AlarmLevels, DivergenceState, FirstDivergence } from "./divergence-monitor.ts";
import type { TopicCounts } from "./track.ts";

/** How a candidate beside truth is at present. */
export interface BesideReport {
  /** Fully qualified name of the node. */
  readonly node: string;
  readonly scenario: string;
  readonly candidate: string;
  readonly divergence: DivergenceState;
  readonly levels: AlarmLevels;
  readonly usableHorizon: { readonly sec: number; readonly source: string } | undefined;
  /** Whether truth is listened to. */
  readonly active: boolean;
  /** Undefined: truth is not silent. */
  readonly silentSinceNs: TimeNs | undefined;
  /** Whether a recording has been played to its end. */
  readonly ended: boolean;
  readonly topics: readonly TopicCounts[];
  /** Topics that have brought nothing. */
  readonly missing: readonly string[];
  /** Control steps, by what became of them. */
  readonly counts: Readonly<
    Record<"compared" | "incomplete" | "given up" | "synchronised" | "episodes", number>
  >;
  /** Control steps that wait for the candidate. */
  readonly waiting: number;
  /** Longest delay from a message of truth to its divergence lately. */
  readonly delayMs: number;
}

type Said = Pick<DiagnosticStatus, "level" | "message" | "values">;

/** What an operator is told on `/diagnostics`: how far off it is, how truth comes in, whether the candidate keeps up. */
export function besideStatuses(report: BesideReport): readonly DiagnosticStatus[] {
  const { node, scenario, candidate } = report;
  const hardwareId = `${scenario}/${candidate}`;
  return [
    { name: `${node}: divergence`, hardwareId, ...divergence(report) },
    { name: `${node}: truth`, hardwareId: scenario, ...truth(report) },
    { name: `${node}: candidate`, hardwareId, ...keepingUp(report) },
  ];
}

function divergence({ divergence: state, levels, usableHorizon, active, silentSinceNs }: BesideReport): Said {
  const { worst, worstAt, sinceNs, aloneSec, insideHorizon, first, latest } = state;
  const values = {
    "scaled error": worst.toFixed(3),
    channel: worstAt,
    since: clock(sinceNs),
    "runs by itself for, s": aloneSec.toFixed(3),
    "usable horizon": insideHorizon === undefined ? "unknown" : insideHorizon ? "inside" : "outside",
    "usable horizon, s": usableHorizon?.sec.toFixed(3) ?? "",
    "usable horizon from": usableHorizon?.source ?? "",
    "first divergence": firstText(first),
    "latest divergence": firstText(latest),
    "warns from": `${levels.warn}`,
    "error from": `${levels.error}`,
  };
  if (!active) return { level: "stale", message: "inactive", values };
  if (silentSinceNs === undefined) return { level: state.level, message: state.reason, values };
  return { level: "stale", message: `truth has been silent since ${clock(silentSinceNs)}`, values };
}

function truth({ topics, missing, ended, silentSinceNs }: BesideReport): Said {
  const values = Object.fromEntries(
    topics.flatMap(({ topic, ...counts }) =>
      Object.entries(counts).map(([name, count]) => [`${topic} ${COUNT_NAMES[name] ?? name}`, `${count}`]),
    ),
  );
  if (ended) return { level: "ok", message: "the recording has ended", values };
  if (silentSinceNs !== undefined) return { level: "stale", message: "silent", values };
  if (missing.length === 0) return { level: "ok", message: "heard", values };
  return { level: "warn", message: `nothing has come on ${missing.join(", ")}`, values };
}

function keepingUp({ counts, waiting, delayMs }: BesideReport): Said {
  const late = counts["given up"] > 0;
  return {
    level: late ? "warn" : "ok",
    message: late ? "too slow at times" : "keeps up",
    values: {
      ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, `${count}`])),
      waiting: `${waiting}`,
      "longest delay, ms": delayMs.toFixed(1),
    },
  };
}

const COUNT_NAMES: Readonly<Record<string, string>> = { outOfOrder: "out of order", tooLate: "too late" };

function firstText(first: FirstDivergence | undefined): string {
  if (first === undefined) return "none";
  return `${clock(first.timeNs)}, ${first.channel}, ${first.afterSec.toFixed(3)} s after it was put where truth is`;
}

/** A time as it is shown. */
export function clock(timeNs: TimeNs): string {
  return `${toSec(timeNs).toFixed(3)} s`;
}
