import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importLog, recordingNames } from "../../src/api/import-log.ts";
import { describeRecording } from "../../src/record/describe-recording.ts";
import { readTraces } from "../../src/record/read-traces.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MAP = `schema: simgate/import-map@1
time: { column: t, unit: ms }
notFinite: drop
observation:
  cart_position: { columns: [x_cm], unit: cm }
  pole_angle: { columns: [angle], unit: deg }
  cart_velocity: { columns: [v], unit: m/s }
  pole_velocity: { columns: [w], unit: deg/s }
action:
  force: { applied: { columns: [f], unit: N } }
`;
const CSV = "t,x_cm,angle,v,w,f\n0,10,180,1,90,5\n20,,0,0,0,0\n40,30,90,1,0,5\n80,50,0,1,0,5\n";

describe("import", () => {
  it("turns several logs into a folder of recordings in the scenario's units", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "map.yaml"), MAP);
    for (const name of ["a.csv", "b.csv"]) await writeFile(join(folder, name), CSV);
    const imported = await importLog({
      csv: [join(folder, "a.csv"), join(folder, "b.csv")],
      map: join(folder, "map.yaml"),
      scenario: "cartpole",
      out: join(folder, "out"),
    });
    expect(imported.map(({ path }) => path)).toEqual([
      join(folder, "out/a.mcap"),
      join(folder, "out/b.mcap"),
    ]);
    expect(imported[0]).toMatchObject({
      rows: 3,
      durationSec: 0.08,
      dropped: { notFinite: 1, nonIncreasingTime: 0 },
    });
    const [trace] = await readTraces(join(folder, "out/a.mcap"), await loadScenario("cartpole"));
    expect(trace!.steps).toBe(4);
    expect(trace!.observation["cart_position"]![0]).toBeCloseTo(0.1, 12);
    expect(trace!.observation["pole_angle"]![0]).toBeCloseTo(Math.PI, 12);
    expect(trace!.observation["pole_velocity"]![0]).toBeCloseTo(Math.PI / 2, 12);
  });

  it("needs no scenario: the channels are then as the map has them, in SI", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "map.yaml"), MAP.replace("unit: N }", "unit: kN }"));
    await writeFile(join(folder, "a.csv"), CSV);
    const out = join(folder, "a.mcap");
    await importLog({ csv: [join(folder, "a.csv")], map: join(folder, "map.yaml"), out });
    const { infos } = await describeRecording(out);
    expect(infos[0]!.observation.map(({ name, unit }) => [name, unit])).toEqual([
      ["cart_position", "m"],
      ["pole_angle", "rad"],
      ["cart_velocity", "m/s"],
      ["pole_velocity", "rad/s"],
    ]);
    // kg m/s^2 here and N there are one unit.
    const [trace] = await readTraces(out, await loadScenario("cartpole"));
    expect(trace!.appliedAction["force"]!).toEqual(Float64Array.of(5000, 5000, 5000, 5000));
  });

  it("names recordings by as much of their path as tells them apart", () => {
    expect(recordingNames(["one/a.csv", "two/b.csv"])).toEqual(["a", "b"]);
    expect(recordingNames(["x/experiment01/run.csv", "x/experiment02/run.csv"])).toEqual([
      "experiment01-run",
      "experiment02-run",
    ]);
    expect(() => recordingNames(["a.csv", "./a.csv"])).toThrow("given twice");
  });

  it("does not put several logs into one file", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "x"));
    const options = { csv: ["a.csv", "b.csv"], map: "map.yaml", out: join(folder, "all.mcap") };
    await expect(importLog(options)).rejects.toThrow("several logs need a folder");
  });
});
