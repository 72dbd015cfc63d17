import { writeFile } from "node:fs/promises";
import { ByteWriter, parquetWrite, type ColumnSource } from "hyparquet-writer";

import type { EndReason, Outcome } from "../core/trace.ts";

/** One rollout: a start under a policy in a world. */
export interface EpisodeRow {
  /** Hash of what determines the rollout: where a run that died finds it again. */
  readonly key: string;
  readonly policy: string;
  readonly world: string;
  readonly role: "truth" | "candidate";
  /** Position in the panel. */
  readonly start: number;
  readonly seed: bigint;
  /** Start dimension → value, in its unit; the same keys in every row. */
  readonly dimensions: Readonly<Record<string, number>>;
  readonly outcome: Outcome["kind"];
  readonly margin: number | null;
  readonly steps: number;
  readonly durationSec: number;
  readonly end: EndReason;
  /** When the scaled error against truth first exceeded 1; null in truth, or if it never did. */
  readonly firstDivergenceSec: number | null;
  /** The channel that was farthest off then. */
  readonly firstDivergenceChannel: string | null;
  readonly fault: { readonly step: number; readonly kind: string; readonly reason: string } | null;
  /** In the evidence folder; null where no trace was kept. */
  readonly trace: string | null;
}

/**
 * `episodes.parquet`, one row a rollout, in the order given. A start dimension becomes a column `start_<key>`; the seed
 * is text, because it has 64 bits without a sign. The same rows give the same bytes.
 */
export async function writeEpisodes(path: string, rows: readonly EpisodeRow[]): Promise<void> {
  await writeFile(path, await episodesParquet(rows));
}

export async function episodesParquet(rows: readonly EpisodeRow[]): Promise<Uint8Array> {
  const writer = new ByteWriter();
  await parquetWrite({ writer, columnData: columns(rows), createdBy: "simgate" });
  return new Uint8Array(writer.getBuffer());
}

function columns(rows: readonly EpisodeRow[]): ColumnSource[] {
  const text = (name: string, of: (row: EpisodeRow) => string | null, nullable = false): ColumnSource => ({
    name,
    data: rows.map(of),
    type: "STRING",
    nullable,
  });
  const whole = (name: string, of: (row: EpisodeRow) => number | null, nullable = false): ColumnSource => ({
    name,
    data: rows.map(of),
    type: "INT32",
    nullable,
  });
  const real = (name: string, of: (row: EpisodeRow) => number | null, nullable = false): ColumnSource => ({
    name,
    data: rows.map(of),
    type: "DOUBLE",
    nullable,
  });
  const dimensions = Object.keys(rows[0]?.dimensions ?? {});
  return [
    text("key", (row) => row.key),
    text("policy", (row) => row.policy),
    text("world", (row) => row.world),
    text("role", (row) => row.role),
    whole("start", (row) => row.start),
    text("seed", (row) => row.seed.toString()),
    ...dimensions.map((key) => real(`start_${key}`, (row) => row.dimensions[key] ?? null, true)),
    text("outcome", (row) => row.outcome),
    real("margin", (row) => row.margin, true),
    whole("steps", (row) => row.steps),
    real("durationSec", (row) => row.durationSec),
    text("end", (row) => row.end),
    real("firstDivergenceSec", (row) => row.firstDivergenceSec, true),
    text("firstDivergenceChannel", (row) => row.firstDivergenceChannel, true),
    whole("faultStep", (row) => row.fault?.step ?? null, true),
    text("faultKind", (row) => row.fault?.kind ?? null, true),
    text("faultReason", (row) => row.fault?.reason ?? null, true),
    text("trace", (row) => row.trace, true),
  ];
}
