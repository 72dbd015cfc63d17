import type { EndReason, LaneFault, Outcome, Start } from "../core/trace.ts";
import type { RecordedChannel } from "./recorded-channel.ts";

/** What is known when a recording begins. Written first, so that a file cut off still tells what it is. */
export interface RecordingInfo {
  /** Who made the steps: a rollout of simgate, or an import of somebody's log. */
  readonly source: "rollout" | "lanes" | "import";
  /** `""`, or `/truth`, `/candidate` where several worlds share the file. */
  readonly prefix: string;
  /** Time of control step 0. */
  readonly originNs: bigint;
  readonly controlPeriodSec?: number;
  readonly scenario?: { readonly name: string; readonly sha256: string };
  readonly world?: string;
  readonly policy?: string;
  readonly start?: Start;
  /** The channels as they were recorded, and in which message each travels. */
  readonly observation: readonly RecordedChannel[];
  readonly action: readonly RecordedChannel[];
  /** Title, origin, licence, notes, versions: whatever else a reader should know. */
  readonly about: Readonly<Record<string, string>>;
}

/** Of the world that is read where nobody says which: the only one, or truth. */
export function mainInfo(infos: readonly RecordingInfo[]): RecordingInfo | undefined {
  const of = (prefix: string): RecordingInfo | undefined => infos.find((info) => info.prefix === prefix);
  return of("") ?? of("/truth") ?? infos[0];
}

/** What is known when it ends. */
export interface RecordingResult {
  readonly prefix: string;
  readonly steps: number;
  readonly end?: EndReason;
  readonly outcome?: Outcome;
  readonly fault?: Omit<LaneFault, "lane">;
}

export const INFO_RECORD = "simgate";
export const RESULT_RECORD = "simgate/result";
/** Why each lane of a recording of many lanes stopped. */
export const LANES_RESULT_RECORD = "simgate/lanes";
/** Topics of a recording of many lanes live under this prefix. */
export const LANES_PREFIX = "/lanes";
const SCHEMA = "simgate/recording@1";

/** As the entries of an MCAP metadata record, which holds text only: plain where a person reads it, JSON elsewhere. */
export function infoEntries(info: RecordingInfo): Record<string, string> {
  const { start, scenario } = info;
  const entries: Record<string, string> = {
    schema: SCHEMA,
    source: info.source,
    prefix: info.prefix,
    originNs: info.originNs.toString(),
  };
  if (info.controlPeriodSec !== undefined) entries["controlPeriodSec"] = String(info.controlPeriodSec);
  if (scenario !== undefined) {
    entries["scenario"] = scenario.name;
    entries["scenarioSha256"] = scenario.sha256;
  }
  if (info.world !== undefined) entries["world"] = info.world;
  if (info.policy !== undefined) entries["policy"] = info.policy;
  if (start !== undefined) entries["start"] = JSON.stringify(startText(start));
  entries["observation"] = JSON.stringify(info.observation.map(plainChannel));
  entries["action"] = JSON.stringify(info.action.map(plainChannel));
  for (const [key, text] of Object.entries(info.about)) entries[`about.${key}`] = text;
  return entries;
}

/** The reverse; undefined for a record that simgate did not write, or wrote in a form this version does not know. */
export function infoFrom(entries: ReadonlyMap<string, string>): RecordingInfo | undefined {
  if (entries.get("schema") !== SCHEMA) return undefined;
  try {
    const text = (key: string): string => entries.get(key) ?? "";
    const source = text("source");
    const scenario = entries.get("scenario");
    const world = entries.get("world");
    const policy = entries.get("policy");
    const period = entries.get("controlPeriodSec");
    const start = entries.get("start");
    const about = [...entries].filter(([key]) => key.startsWith("about."));
    return {
      source: source === "import" || source === "lanes" ? source : "rollout",
      prefix: text("prefix"),
      originNs: BigInt(text("originNs")),
      ...(period === undefined ? {} : { controlPeriodSec: Number(period) }),
      ...(scenario === undefined ? {} : { scenario: { name: scenario, sha256: text("scenarioSha256") } }),
      ...(world === undefined ? {} : { world }),
      ...(policy === undefined ? {} : { policy }),
      ...(start === undefined ? {} : { start: startFrom(JSON.parse(start)) }),
      observation: JSON.parse(text("observation")) as RecordedChannel[],
      action: JSON.parse(text("action")) as RecordedChannel[],
      about: Object.fromEntries(about.map(([key, value]) => [key.slice("about.".length), value])),
    };
  } catch {
    return undefined;
  }
}

export function resultEntries(result: RecordingResult): Record<string, string> {
  const { outcome, fault } = result;
  const entries: Record<string, string> = { prefix: result.prefix, steps: String(result.steps) };
  if (result.end !== undefined) entries["end"] = result.end;
  if (outcome !== undefined) {
    entries["outcome"] = outcome.kind;
    // "Infinity" and full precision survive as text; JSON would lose the former.
    entries["margin"] = outcome.margin === null ? "" : String(outcome.margin);
  }
  if (fault !== undefined) entries["fault"] = JSON.stringify(fault);
  return entries;
}

export function resultFrom(entries: ReadonlyMap<string, string>): RecordingResult {
  const end = entries.get("end") as EndReason | undefined;
  const kind = entries.get("outcome") as Outcome["kind"] | undefined;
  const margin = entries.get("margin");
  const fault = entries.get("fault");
  return {
    prefix: entries.get("prefix") ?? "",
    steps: Number(entries.get("steps")),
    ...(end === undefined ? {} : { end }),
    ...(kind === undefined
      ? {}
      : { outcome: { kind, margin: margin === undefined || margin === "" ? null : Number(margin) } }),
    ...(fault === undefined ? {} : { fault: JSON.parse(fault) as Omit<LaneFault, "lane"> }),
  };
}

/** A start as JSON can hold it: the seed, a 64-bit integer, as text. */
export function startText(start: Start): Record<string, unknown> {
  return { ...start, seed: start.seed.toString() };
}

export function startFrom(text: unknown): Start {
  const start = text as Omit<Start, "seed"> & { readonly seed: string };
  return { ...start, seed: BigInt(start.seed) };
}

/** The channel and its message: where it lives in some simulator is not the recording's business. */
function plainChannel(channel: RecordedChannel): RecordedChannel {
  const { name, unit, kind, shape, size, labels, frame, tolerance, limits, derivativeOf, ros } = channel;
  return {
    name,
    unit,
    kind,
    shape,
    size,
    ...(labels === undefined ? {} : { labels }),
    ...(frame === undefined ? {} : { frame }),
    tolerance,
    ...(limits === undefined ? {} : { limits }),
    ...(derivativeOf === undefined ? {} : { derivativeOf }),
    ...(ros === undefined ? {} : { ros }),
  };
}
