import { parquetReadObjects } from "hyparquet";
import { z } from "zod";

import type { EpisodeRow } from "./parquet.ts";

const DIMENSION = "start_";

const count = z.int().nonnegative();
const row = z.object({
  key: z.string(),
  policy: z.string(),
  world: z.string(),
  role: z.enum(["truth", "candidate"]),
  start: count,
  seed: z.string().transform(BigInt),
  outcome: z.enum(["success", "failure", "fault"]),
  margin: z.number().nullable(),
  steps: count,
  durationSec: z.number(),
  end: z.enum(["horizon", "ends", "fault", "aborted"]),
  firstDivergenceSec: z.number().nullable(),
  firstDivergenceChannel: z.string().nullable().default(null),
  faultStep: count.nullable(),
  faultKind: z.string().nullable(),
  faultReason: z.string().nullable(),
  trace: z.string().nullable(),
});

/** `episodes.parquet` back as the rows it was written from. @throws Error if it cannot be read or lacks a column. */
export async function readEpisodes(bytes: Uint8Array): Promise<EpisodeRow[]> {
  const rows = await parquetReadObjects({ file: bytes.slice().buffer });
  return rows.map((one) => {
    const parsed = row.safeParse(one);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(`column ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
    }
    const { faultStep, faultKind, faultReason, ...rest } = parsed.data;
    return {
      ...rest,
      dimensions: Object.fromEntries(
        Object.entries(one)
          .filter(([name, value]) => name.startsWith(DIMENSION) && typeof value === "number")
          .map(([name, value]) => [name.slice(DIMENSION.length), value as number]),
      ),
      fault:
        faultStep === null || faultKind === null || faultReason === null
          ? null
          : { step: faultStep, kind: faultKind, reason: faultReason },
    };
  });
}
