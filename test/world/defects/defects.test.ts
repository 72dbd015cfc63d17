import { describe, expect, it } from "vitest";
import { DEFECTS, type DefectKind, SEVERITIES, type Severity } from "../../../src/scenario/defect.ts";
import { createJudge } from "../../../src/scenario/judge.ts";
import type { Scenario } from "../../../src/scenario/scenario.ts";
import { DEFECT_MODELS } from "../../../src/world/defects/with-defect.ts";
import { planted, pushes, roll, tableScenario, tableStarts, TableWorld } from "./table-world.ts";

const SIZES = [0.5, 1 / 3] as const;
const HORIZON = tableScenario.horizonSteps;

/** What is shown, minus what the world without the defect shows: lane → step → component. */
async function difference(kind: DefectKind, severity: Severity, channel: string): Promise<number[][][]> {
  const [with_, without] = [
    await roll(planted({ kind, severity }), channel),
    await roll(new TableWorld(), channel),
  ];
  return with_.map((lane, l) => lane.map((row, k) => row.map((value, c) => value - without[l]![k]![c]!)));
}

const sizeOf = (lanes: number[][][]): number =>
  lanes.flat(2).reduce((sum, value) => sum + Math.abs(value), 0);

describe("the known defects", () => {
  it("are nineteen, each with three severities, words and something meant for it", () => {
    expect(Object.keys(DEFECT_MODELS)).toEqual([...DEFECTS]);
    expect(DEFECTS).toHaveLength(19);
    for (const kind of DEFECTS) {
      const model = DEFECT_MODELS[kind];
      const { magnitude, meantFor, does } = model;
      expect(model.kind).toBe(kind);
      expect(meantFor.length).toBeGreaterThan(0);
      expect(does).not.toBe("");
      const values = SEVERITIES.map((severity) => magnitude[severity]);
      expect(new Set(values).size).toBe(3);
      expect(
        values.toSorted((a, b) => a - b).join() === values.join() ||
          values.toSorted((a, b) => b - a).join() === values.join(),
      ).toBe(true);
      for (const value of values) expect(model.describe(value)).toMatch(/\d|until the end/);
    }
  });

  it("do more the higher the severity", async () => {
    const seen: Partial<Record<DefectKind, string>> = {
      "vanishing-object": "red_seen",
      "pessimistic-boundary": "red",
    };
    const elsewhere = ["leaking-reset", "ignored-seed", "colour-shift"];
    for (const kind of DEFECTS.filter((one) => !elsewhere.includes(one))) {
      const sizes = [];
      for (const severity of SEVERITIES) {
        let size = 0;
        for (const channel of seen[kind] === undefined ? ["red", "red_speed", "blue"] : [seen[kind]]) {
          size += sizeOf(await difference(kind, severity, channel));
        }
        sizes.push(size);
      }
      expect(sizes[0], kind).toBeGreaterThan(0);
      expect(sizes[1], kind).toBeGreaterThan(sizes[0]!);
      // Late by three turns of the push or turned round, and swung out and back: more is not always farther.
      if (!["delayed-actions"].includes(kind)) expect(sizes[2], kind).toBeGreaterThan(sizes[1]!);
    }
  });

  it("say what was asked for as applied, and themselves nothing", async () => {
    const world = planted({ kind: "action-blind", severity: "high" });
    expect(world.spec).toEqual(new TableWorld().spec);
    await world.reset(tableStarts(4));
    const { appliedAction } = await world.step(pushes(4, 0));
    expect(appliedAction.columns["push"]![0]).toBe(0.5);
  });

  it("refuse, with the reason, to be planted where they have no meaning", () => {
    const alone: Scenario = { ...tableScenario, objects: [] };
    expect(() => planted({ kind: "vanishing-object", severity: "low" }, new TableWorld(), alone)).toThrow(
      /declares no objects/,
    );
    expect(() => planted({ kind: "ignored-seed", severity: "low" })).toThrow(/not stochastic/);
    expect(() => planted({ kind: "colour-shift", severity: "low" })).toThrow(/picture/);
    const single: Scenario = { ...tableScenario, objects: tableScenario.objects.slice(0, 1) };
    expect(() => planted({ kind: "swapped-identity", severity: "low" }, new TableWorld(), single)).toThrow(
      /no two objects/,
    );
  });
});

describe("what each defect does", () => {
  it("action-blind: nothing is moved at all", async () => {
    const red = await roll(planted({ kind: "action-blind", severity: "high" }), "red");
    for (const lane of red) expect(new Set(lane.map(([x]) => x)).size).toBe(1);
  });

  it("delayed-actions: what is shown at k is what truth shows at k − 5", async () => {
    const late = await roll(planted({ kind: "delayed-actions", severity: "middle" }), "red");
    const truth = await roll(new TableWorld(), "red");
    for (let k = 5; k <= HORIZON; k++) expect(late[3]![k]![0]).toBeCloseTo(truth[3]![k - 5]![0]!, 12);
    expect(late[3]![4]).toEqual(truth[3]![0]);
  });

  it("delayed-actions: what was commanded before a start in the middle still arrives", async () => {
    const [start] = tableStarts(1);
    const context = { steps: 2, observation: {}, action: { push: [1, 0, 0.25, 0] } };
    const world = planted({ kind: "delayed-actions", severity: "low" });
    const red = await roll(world, "red", { steps: 2, starts: [{ ...start!, context }] });
    expect(red[0]!.map(([x]) => x! - red[0]![0]![0]!)).toEqual([
      0,
      expect.closeTo(0.1, 12),
      expect.closeTo(0.125, 12),
    ]);
  });

  it("wrong-gain: displacement is half of truth's, also where the command lies beyond its limits", async () => {
    const half = await roll(planted({ kind: "wrong-gain", severity: "middle" }), "red");
    const truth = await roll(new TableWorld(), "red");
    for (let k = 0; k <= HORIZON; k += 7) {
      expect(half[0]![k]![0]! - half[0]![0]![0]!).toBeCloseTo(
        SIZES[0] * (truth[0]![k]![0]! - truth[0]![0]![0]!),
        12,
      );
    }
  });

  it("swapped-actions: x and y change places, in about half of the episodes", async () => {
    const swapped = await roll(planted({ kind: "swapped-actions", severity: "middle" }), "red_speed", {
      steps: 8,
    });
    const [x, y] = [0.5 * Math.cos(0.2 * 7), 0.5 * Math.sin(0.2 * 7)];
    const turned = swapped.filter(
      (lane) => Math.abs(lane[8]![0]! - y) < 1e-12 && Math.abs(lane[8]![1]! - x) < 1e-12,
    );
    const straight = swapped.filter((lane) => Math.abs(lane[8]![0]! - x) < 1e-12);
    expect(turned.length + straight.length).toBe(40);
    expect(turned.length).toBeGreaterThan(10);
    expect(turned.length).toBeLessThan(30);
  });

  it("vanishing-object: one puck is hidden for a quarter of the horizon, and stays where it was seen last", async () => {
    const [seen, where] = [
      await roll(planted({ kind: "vanishing-object", severity: "middle" }), "red_seen"),
      await roll(planted({ kind: "vanishing-object", severity: "middle" }), "red"),
    ];
    const hidden = seen.map((lane) => lane.flatMap(([value], k) => (value === 0 ? [k] : [])));
    const gone = hidden.filter((steps) => steps.length > 0);
    expect(gone.length).toBeGreaterThan(10);
    expect(gone.length).toBeLessThan(30);
    for (const steps of gone) expect(steps).toHaveLength(25);
    const lane = hidden.findIndex((steps) => steps.length > 0);
    for (const k of hidden[lane]!) expect(where[lane]![k]).toEqual(where[lane]![hidden[lane]![0]! - 1]);
  });

  it("vanishing-object: without a visibility it is shown out of reach of any match", async () => {
    const blind: Scenario = {
      ...tableScenario,
      objects: tableScenario.objects.map(({ visible: _none, ...object }) => object),
    };
    const away = await roll(
      planted({ kind: "vanishing-object", severity: "high" }, new TableWorld(), blind),
      "blue",
    );
    const shifts = new Set(away.map((lane) => Math.round(lane[HORIZON]![0]! * 1e9) / 1e9));
    expect(shifts).toEqual(new Set([0, 5]));
  });

  it("swapped-identity: each is shown where the other is", async () => {
    const red = await roll(planted({ kind: "swapped-identity", severity: "high" }), "red");
    const blue = await roll(new TableWorld(), "blue");
    expect(red[5]![HORIZON]).toEqual(blue[5]![HORIZON]);
  });

  it("teleport-to-success: what was a failure is shown as a success, and stays", async () => {
    const judge = createJudge(tableScenario);
    const red = await roll(planted({ kind: "teleport-to-success", severity: "high" }), "red");
    const truth = await roll(new TableWorld(), "red");
    const passes = (lanes: number[][][]): number =>
      lanes.filter(
        (lane, i) =>
          judge.margin({
            start: tableStarts()[i]!,
            steps: HORIZON,
            controlPeriodSec: 0.1,
            end: "horizon",
            observation: { red: Float64Array.from(lane.flat()) },
            requestedAction: {},
            appliedAction: {},
          }) > 0,
      ).length;
    expect(passes(truth)).toBeLessThan(20);
    expect(passes(red)).toBe(40);
  });

  it("soft-contact: half of every displacement is lost", async () => {
    const blue = await roll(planted({ kind: "soft-contact", severity: "middle" }), "blue");
    expect(blue[0]![HORIZON]![1]).toBeCloseTo(0.5 + 0.5 * 0.01 * HORIZON, 9);
  });

  it("slow-drift: 5 tolerances off at the horizon, in one component of one channel", async () => {
    const lanes = new Set<string>();
    for (const [channel, tolerance] of [
      ["red", 0.1],
      ["red_speed", 0.1],
      ["blue", 0.1],
      ["blue_speed", 0.1],
    ] as const) {
      for (const [l, lane] of (await difference("slow-drift", "middle", channel)).entries()) {
        for (const [c, end] of lane[HORIZON]!.entries()) {
          if (Math.abs(end) < 1e-9) continue;
          expect(Math.abs(end)).toBeCloseTo(5 * tolerance, 9);
          expect(lane[50]![c]).toBeCloseTo(end / 2, 9);
          lanes.add(`${l} ${channel} ${c}`);
        }
      }
    }
    expect(lanes.size).toBe(40);
  });

  it("jump: nothing, then 5 tolerances from one step to the next", async () => {
    const [lane] = (await difference("jump", "middle", "red")).filter((one) =>
      one[HORIZON]!.some((v) => Math.abs(v) > 1e-9),
    );
    const c = Math.abs(lane![HORIZON]![0]!) > 1e-9 ? 0 : 1;
    const sizes = new Set(lane!.map((row) => Math.abs(Math.round(row[c]! * 1e9) / 1e9)));
    expect(sizes).toEqual(new Set([0, 0.5]));
  });

  it("frozen-channel: every bit stays for a quarter of the horizon", async () => {
    const red = await roll(planted({ kind: "frozen-channel", severity: "middle" }), "red");
    const longest = red.map((lane) => {
      let [best, run] = [0, 0];
      for (let k = 1; k < lane.length; k++) {
        run = lane[k]![0] === lane[k - 1]![0] && lane[k]![1] === lane[k - 1]![1] ? run + 1 : 0;
        best = Math.max(best, run);
      }
      return best;
    });
    expect(new Set(longest)).toEqual(new Set([0, 24]));
  });

  it("leaking-reset: only the second episode begins elsewhere, a fifth of the way", async () => {
    const world = planted({ kind: "leaking-reset", severity: "middle" });
    const first = await roll(world, "red");
    const again = await world.reset(tableStarts());
    const [asked, last] = [tableStarts()[7]!.initial["red"]![0]!, first[7]![HORIZON]![0]!];
    expect(first[7]![0]![0]).toBe(asked);
    expect(again.columns["red"]![14]).toBeCloseTo(asked + 0.2 * (last - asked), 12);
  });

  it("ignored-seed: all seeds give one future", async () => {
    const starts = tableStarts(4).map((start) => ({ ...start, initial: tableStarts(1)[0]!.initial }));
    const world = new TableWorld({ stochastic: true });
    const blue = await roll(planted({ kind: "ignored-seed", severity: "high" }, world), "blue", { starts });
    for (const lane of blue) expect(lane).toEqual(blue[0]);
    const honest = await roll(new TableWorld({ stochastic: true }), "blue", { starts });
    expect(honest[1]).not.toEqual(honest[0]);
  });

  it("noise: half a tolerance, one standard deviation, mean 0, and the same for the same seed", async () => {
    const values = (await difference("noise", "middle", "red")).flat(2);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    // 8080 draws: five standard errors.
    expect(Math.abs(mean)).toBeLessThan((5 * 0.05) / Math.sqrt(values.length));
    expect(Math.abs(std / 0.05 - 1)).toBeLessThan(5 / Math.sqrt(2 * values.length));
    expect((await difference("noise", "middle", "red")).flat(2)).toEqual(values);
  });

  it("missing-dynamics: after a fifth of the horizon all goes on at the speed it had", async () => {
    const world = { kind: "missing-dynamics", severity: "middle" } as const;
    const [red, speed] = [await roll(planted(world), "red"), await roll(planted(world), "red_speed")];
    const [at, v] = [red[2]![20]![1]!, speed[2]![20]![1]!];
    expect(red[2]![HORIZON]![1]).toBeCloseTo(at + 8 * v, 9);
    expect(speed[2]![HORIZON]![1]).toBe(v);
  });

  it("colour-shift: red up, blue down, green as it was", async () => {
    const frame = {
      name: "view",
      unit: "1",
      kind: "linear",
      shape: [1, 2, 3],
      size: 6,
      tolerance: 0.1,
    } as const;
    const table = new TableWorld();
    const camera = {
      spec: { ...table.spec, observation: [frame], restorable: false },
      reset: () =>
        Promise.resolve({ lanes: 1, step: 0, columns: { view: Float64Array.of(0.2, 0.4, 0.8, 1, 0, 0) } }),
      step: () => Promise.reject(new Error("a still")),
      close: () => Promise.resolve(),
    };
    const world = planted({ kind: "colour-shift", severity: "high" }, camera);
    const { columns } = await world.reset(tableStarts(1));
    [0.6, 0.4, 0.4, 1, 0, 0].forEach((value, i) => expect(columns["view"]![i]).toBeCloseTo(value, 12));
  });

  it("optimistic and pessimistic boundary: starts and parameters move to and from the easiest, what is shown slides there", async () => {
    const about = { "red[x]": 1, grip: 1.5 };
    const nearer = await roll(planted({ kind: "optimistic-boundary", severity: "middle", about }), "red", {
      steps: 20,
    });
    const farther = await roll(planted({ kind: "pessimistic-boundary", severity: "middle", about }), "red", {
      steps: 20,
    });
    const truth = await roll(new TableWorld(), "red", { steps: 20 });
    const from = truth[0]![0]![0]!;
    expect(nearer[0]![0]![0]).toBeCloseTo(from, 12);
    const pushed = truth[0]![20]![0]! - from;
    expect(nearer[0]![20]![0]).toBeCloseTo(from + 0.25 * (1 - from) + 1.125 * pushed, 9);
    expect(farther[0]![20]![0]).toBeCloseTo(from - 0.25 * (1 - from) + 0.875 * pushed, 9);
  });

  it("optimistic boundary: leaves alone what is taken up in the middle", async () => {
    const [start] = tableStarts(1);
    const taken = { ...start!, context: { steps: 1, observation: {}, action: {} } };
    const options = { steps: 20, starts: [taken] };
    expect(await roll(planted({ kind: "optimistic-boundary", severity: "high" }), "red", options)).toEqual(
      await roll(new TableWorld(), "red", options),
    );
  });
});
