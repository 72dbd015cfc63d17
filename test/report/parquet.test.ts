import { createHash } from "node:crypto";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";

import { episodesParquet } from "../../src/report/parquet.ts";
import { readEpisodes } from "../../src/report/read-episodes.ts";
import { episodesFixture, examFixture } from "./exam-fixture.ts";

const rows = episodesFixture(examFixture());

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}

describe("episodes.parquet", () => {
  it("reads back row by row with hyparquet", async () => {
    const read = await parquetReadObjects({ file: bufferOf(await episodesParquet(rows)) });
    expect(read).toHaveLength(rows.length);
    const at = rows.findIndex(({ outcome }) => outcome === "fault");
    const row = rows[at]!;
    expect(read[at]).toEqual({
      key: row.key,
      policy: row.policy,
      world: row.world,
      role: "candidate",
      start: row.start,
      seed: row.seed.toString(),
      start_pole_angle: row.dimensions["pole_angle"],
      start_cart_velocity: row.dimensions["cart_velocity"],
      outcome: "fault",
      margin: null,
      steps: 500,
      durationSec: 10,
      end: "fault",
      firstDivergenceSec: row.firstDivergenceSec,
      firstDivergenceChannel: row.firstDivergenceChannel,
      faultStep: 212,
      faultKind: "not-finite",
      faultReason: "pole_velocity is NaN",
      trace: null,
    });
    expect(read.map(({ start }) => Number(start))).toEqual(rows.map(({ start }) => start));
  });

  it("reads back as the rows it was written from", async () => {
    expect(await readEpisodes(await episodesParquet(rows))).toEqual(rows);
    await expect(readEpisodes(new Uint8Array(100))).rejects.toThrow();
  });

  it("has the same bytes for the same rows", async () => {
    const digest = async (): Promise<string> =>
      createHash("sha256")
        .update(await episodesParquet(rows))
        .digest("hex");
    expect(await digest()).toBe(await digest());
  });

  it("keeps 64-bit seeds, which no signed integer holds, as text", async () => {
    const [first] = await parquetReadObjects({ file: bufferOf(await episodesParquet(rows.slice(0, 1))) });
    expect(first!["seed"]).toBe("9223372036854775808");
  });

  it("can be written without any rollout", async () => {
    const metadata = parquetMetadata(bufferOf(await episodesParquet([])));
    expect(Number(metadata.num_rows)).toBe(0);
    expect(metadata.schema.map(({ name }) => name)).toContain("outcome");
  });
});
