import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { importCsv } from "../../src/record/import-csv.ts";
import { parseImportMap, readImportMap } from "../../src/record/import-map.ts";
import { readRecording } from "../../src/record/read-recording.ts";
import { readTraceFile } from "../../src/record/read-traces.ts";
import { jointPos, jointVel, torque } from "./channels.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const at = temporaryFolder();
const fixture = (name: string): string => path.join(import.meta.dirname, "fixtures", name);
const csvPath = fixture("pendulum.csv");
const mapPath = fixture("pendulum.map.yaml");
const channels = { observation: [jointPos, jointVel], action: [torque] };
const DEG = Math.PI / 180;

async function withMap(edit: (text: string) => string): Promise<ReturnType<typeof parseImportMap>> {
  return parseImportMap(edit(await readFile(mapPath, "utf8")), "map.yaml");
}

async function withCsv(name: string, edit: (text: string) => string): Promise<string> {
  await writeFile(at(name), edit(await readFile(csvPath, "utf8")));
  return at(name);
}

describe("importCsv", () => {
  it("converts units, offsets and signs, at the log's own times", async () => {
    const summary = await importCsv({ csvPath, map: mapPath, channels, outPath: at("log.mcap") });
    expect(summary).toMatchObject({
      rows: 20,
      dropped: { notFinite: 0, nonIncreasingTime: 0 },
      channels: ["joint_pos", "joint_vel", "torque"],
    });
    expect(summary.durationSec).toBeCloseTo(0.19, 12);
    const recording = await readRecording(at("log.mcap"), { channels });
    const { timesSec, values } = recording.observation["joint_pos"]!;
    expect([...timesSec.slice(10, 13)]).toEqual([0.1, 0.112, 0.12]);
    expect(values[2 * 11]).toBeCloseTo(5.6 * DEG, 14);
    expect(values[2 * 11 + 1]).toBeCloseTo((84.4 - 90) * DEG, 14);
    expect(recording.observation["joint_vel"]!.values[3]).toBeCloseTo(-50 * DEG, 14);
    expect(recording.applied["torque"]!.values[2 * 11 + 1]).toBeCloseTo(0.21, 14);
    expect(recording.applied["torque"]!.values[3]).toBeCloseTo(0.108, 14);
    expect(recording.requested["torque"]!.values[3]).toBeCloseTo(0.11, 14);
    expect(recording.info).toMatchObject({
      source: "import",
      start: { parameters: { load_mass: 0.3 } },
      about: {
        title: "Bench run 3",
        origin: "test fixture",
        license: "CC0-1.0",
        notes: "the current probe was mounted upside down",
        file: "pendulum.csv",
        firstTimeSec: "0",
      },
    });
    expect(recording.info!.about["sha256"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("can then be read as a trace on the control grid", async () => {
    await importCsv({ csvPath, map: mapPath, channels, outPath: at("grid.mcap") });
    const contract = { ...channels, controlPeriodSec: 0.02 };
    const [reading] = await readTraceFile(at("grid.mcap"), contract);
    const { trace, alignment } = reading!;
    expect(trace.steps).toBe(9);
    // The angle rises by 50 deg/s: at 0.02 k it is k degrees, also where samples lie beside the grid.
    for (let k = 1; k <= 9; k++) expect(trace.observation["joint_pos"]![2 * k]).toBeCloseTo(k * DEG, 3);
    // From 0.10 s: 199 for 12 ms, 210 for 8 ms.
    expect(trace.appliedAction["torque"]![11]).toBeCloseTo(0.2034, 12);
    expect(trace.start.parameters).toEqual({ load_mass: 0.3 });
    expect(alignment.map((one) => [one.channel, one.method, one.missing])).toEqual([
      ["joint_pos", "interpolate", 0],
      ["joint_vel", "interpolate", 0],
      ["torque", "mean", 0],
      ["torque", "mean", 0],
    ]);
  });

  it("writes no topic for actions that the log does not have", async () => {
    const map = await withMap((text) => text.replace(/ +requested: .*\n/, ""));
    await importCsv({ csvPath, map, channels, outPath: at("applied.mcap") });
    expect((await readRecording(at("applied.mcap"), { channels })).requested).toEqual({});
  });

  it("reads files without a header, other delimiters, lines before the table", async () => {
    const csv = await withCsv("plain.csv", (text) =>
      ["made by logger 3", "", ...text.trim().split("\n").slice(2)].join("\n").replaceAll(",", ";"),
    );
    const map = await withMap((text) =>
      text
        .replace('csv: { comment: "#" }', 'csv: { delimiter: ";", header: false, skipRows: 2 }')
        .replace("t_ms", '"0"')
        .replace("[q1, { column: q2,", '["1", { column: "2",')
        .replace("[qd1, qd2]", '["3", "4"]')
        .replace("[u_cmd1, u_cmd2]", '["5", "6"]')
        .replace("[u1, { column: u2,", '["7", { column: "8",'),
    );
    const summary = await importCsv({ csvPath: csv, map, channels, outPath: at("plain.mcap") });
    expect(summary.rows).toBe(20);
  });

  it("names the column that the file lacks, and the nearest", async () => {
    const map = await withMap((text) => text.replace("[qd1, qd2]", "[qd1, qd3]"));
    const failing = importCsv({ csvPath, map, channels, outPath: at("x.mcap") });
    await expect(failing).rejects.toThrow(/pendulum\.csv: the CSV has no column "qd3"[^]*did you mean "qd1"/);
    expect(existsSync(at("x.mcap"))).toBe(false);
  });

  it("stops at a cell that is no number, with its line, or leaves the row out and counts it", async () => {
    const csv = await withCsv("nan.csv", (text) =>
      text.replace("40,2,88", "40,nan,88").replace(/,-290\n$/, ""),
    );
    const strict = importCsv({ csvPath: csv, map: mapPath, channels, outPath: at("x.mcap") });
    await expect(strict).rejects.toThrow(/nan\.csv:7: column "q1" is not a finite number\n +got: +"nan"/);
    const map = await withMap((text) => `${text}notFinite: drop\n`);
    const summary = await importCsv({ csvPath: csv, map, channels, outPath: at("x.mcap") });
    expect(summary).toMatchObject({ rows: 18, dropped: { notFinite: 2 } });
  });

  it("stops where time stands still, with its line, or leaves the row out and counts it", async () => {
    const csv = await withCsv("time.csv", (text) => text.replace("\n60,", "\n50,"));
    const strict = importCsv({ csvPath: csv, map: mapPath, channels, outPath: at("x.mcap") });
    await expect(strict).rejects.toThrow(
      /time\.csv:9: time does not increase[^]*more than 0.05 s[^]*got: +0.05 s/,
    );
    const map = await withMap((text) => `${text}nonIncreasingTime: drop\n`);
    const summary = await importCsv({ csvPath: csv, map, channels, outPath: at("x.mcap") });
    expect(summary).toMatchObject({ rows: 19, dropped: { nonIncreasingTime: 1 } });
  });

  it.each<[string, [string, string], RegExp]>([
    ["an unknown key", ["notes:", "note:"], /map\.yaml:5:1 note: unknown key; did you mean "notes"/],
    [
      "an unknown channel",
      ["joint_pos:", "joint_poss:"],
      /map\.yaml:9:3.*no observation channel "joint_poss"[^]*did you mean "joint_pos"/,
    ],
    [
      "a unit of another kind",
      ["unit: deg\n", "unit: m\n"],
      /map\.yaml:11:5.*"m" cannot be converted[^]*"rad"/,
    ],
    ["a unit nobody knows", ["unit: deg\n", "unit: grad5\n"], /map\.yaml:11:5.*"grad5" is not a unit/],
    [
      "too few columns",
      ["[qd1, qd2]", "[qd1]"],
      /map\.yaml:12.*one column per component[^]*expected: 2 \(shoulder, elbow\)/,
    ],
    ["a time that is a length", ["unit: ms", "unit: mm"], /map\.yaml:7.*"mm" is not a unit of time/],
  ])("rejects a map with %s at its place", async (_, [from, to], message) => {
    const attempt = withMap((text) => text.replace(from, to)).then((map) =>
      importCsv({ csvPath, map, channels, outPath: at("x.mcap") }),
    );
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ code: "input" });
  });

  it("says that a file is missing or empty", async () => {
    const options = { map: mapPath, channels, outPath: at("x.mcap") };
    await expect(importCsv({ ...options, csvPath: at("none.csv") })).rejects.toThrow(/cannot read the CSV/);
    await writeFile(at("empty.csv"), "");
    await expect(importCsv({ ...options, csvPath: at("empty.csv") })).rejects.toThrow(/the CSV is empty/);
    await expect(readImportMap(at("none.yaml"))).rejects.toThrow(/cannot read the import map/);
  });
});

const repository = path.resolve(import.meta.dirname, "../..");
const data = path.join(repository, "../shared/data/double-pendulum");
const here = existsSync(data);

describe("the double pendulum's recordings", () => {
  const unmapped = { observation: [jointPos, jointVel], action: [torque] };

  it("become traces with the scenario's map", async ({ skip }) => {
    skip(!here, "the recordings of the double pendulum are not in ../shared/data");
    const map = path.join(repository, "scenarios/double-pendulum/import-map.yaml");
    const file = path.join(data, "acrobot-mcpilco-01.csv");
    const summary = await importCsv({
      csvPath: file,
      map,
      channels: unmapped,
      outPath: at("acrobot.mcap"),
    });
    expect(summary).toMatchObject({ rows: 330, dropped: { notFinite: 0, nonIncreasingTime: 0 } });
    const recording = await readRecording(at("acrobot.mcap"), { channels: unmapped });
    // The second row of the file.
    expect(recording.observation["joint_pos"]!.timesSec[1]).toBeCloseTo(0.0303032, 9);
    expect([...recording.applied["torque"]!.values.slice(2, 4)]).toEqual([0.00879121, 0.00879121]);
    const [reading] = await readTraceFile(at("acrobot.mcap"), { ...unmapped, controlPeriodSec: 0.02 });
    expect(reading!.trace.steps).toBe(499);
    // It ends upright: tip height −0.2 cos q1 − 0.3 cos(q1 + q2) above 0.45 m.
    const [q1, q2] = reading!.trace.observation["joint_pos"]!.slice(-2);
    expect(-0.2 * Math.cos(q1!) - 0.3 * Math.cos(q1! + q2!)).toBeGreaterThan(0.45);
  });
});
