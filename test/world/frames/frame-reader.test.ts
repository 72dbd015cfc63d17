import { beforeAll, describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../../src/api/open.ts";
import { copyBatch, type Batch } from "../../../src/core/channels.ts";
import { bytesOf } from "../../../src/core/picture.ts";
import type { Trace } from "../../../src/core/trace.ts";
import { closedLoop } from "../../../src/rollout/closed-loop.ts";
import { createJudge } from "../../../src/scenario/judge.ts";
import { loadScenario } from "../../../src/scenario/load.ts";
import { drawPanel } from "../../../src/scenario/panel.ts";
import type { Scenario, ScenarioImage } from "../../../src/scenario/scenario.ts";
import { SceneCamera } from "../../../src/world/camera/scene-camera.ts";
import { FrameReader } from "../../../src/world/frames/frame-reader.ts";
import { throughPictures } from "./through-pictures.ts";

let table: Scenario;
let coarse: ScenarioImage;
beforeAll(async () => {
  table = await loadScenario("tabletop-push");
  coarse = table.images!.find(({ name }) => name === "coarse")!;
});

type Values = Readonly<Record<string, readonly number[]>>;

/** One lane of the table: everything at rest in sight, but for what is said. */
function scene(values: Values): Batch {
  const at: Values = {
    red_position: [-0.4, 0.05],
    blue_position: [0.3, 0.1],
    pusher_position: [-0.5, 0],
    ...values,
  };
  const rest = (name: string, size: number): number[] =>
    new Array<number>(size).fill(name.endsWith("visible") ? 1 : 0);
  const columns = table.observation.map(({ name, size }) => [
    name,
    Float64Array.from(at[name] ?? rest(name, size)),
  ]);
  return { lanes: 1, step: 0, columns: Object.fromEntries(columns) as Batch["columns"] };
}

function picture(values: Values): Uint8Array {
  const rgb = new Uint8Array(bytesOf(coarse));
  new SceneCamera(coarse, table.observation).draw(scene(values).columns, 0, {}, rgb);
  return rgb;
}

const commanded = (x = 0, y = 0): Batch => ({
  lanes: 1,
  step: 0,
  columns: { velocity: Float64Array.of(x, y) },
});

function reading(values: Values = {}): FrameReader {
  const reader = FrameReader.of(table, "coarse");
  reader.begin(scene(values));
  return reader;
}

describe("what is read out of a picture", () => {
  it("is where things are and how fast they came there", () => {
    const reader = reading();
    const { step, columns } = reader.read(
      picture({ red_position: [-0.38, 0.06], pusher_position: [-0.48, 0.01] }),
      commanded(),
    );
    expect(step).toBe(1);
    expect(Math.abs(columns["red_position"]![0]! + 0.38)).toBeLessThan(0.005);
    expect(Math.abs(columns["red_position"]![1]! - 0.06)).toBeLessThan(0.005);
    expect(Math.abs(columns["pusher_position"]![0]! + 0.48)).toBeLessThan(0.005);
    expect(Math.abs(columns["red_velocity"]![0]! - 0.02 / 0.05)).toBeLessThan(0.1);
    expect(columns["red_visible"]![0]).toBe(1);
  });

  it("stays where it was while it is not found, and its velocity until it has been found twice", () => {
    const reader = reading({ red_position: [-0.3, 0.05], red_velocity: [0.2, 0] });
    const gone = copyBatch(reader.read(picture({ red_visible: [0] }), commanded())).columns;
    expect([...gone["red_position"]!, ...gone["red_velocity"]!, ...gone["red_visible"]!]).toEqual([
      -0.3, 0.05, 0.2, 0, 0,
    ]);
    const back = copyBatch(
      reader.read(picture({ red_position: [0.3, 0.05], blue_position: [-0.4, 0.1] }), commanded()),
    ).columns;
    expect(Math.abs(back["red_position"]![0]! - 0.3)).toBeLessThan(0.005);
    expect([...back["red_velocity"]!, ...back["red_visible"]!]).toEqual([0.2, 0, 1]);
    const still = reader.read(
      picture({ red_position: [0.3, 0.05], blue_position: [-0.4, 0.1] }),
      commanded(),
    ).columns;
    expect([...still["red_velocity"]!]).toEqual([0, 0]);
  });

  it("of several that look alike is the one nearest to where it was", () => {
    const reader = reading();
    const twice = picture({ red_position: [-0.4, 0.05] });
    const other = picture({ red_position: [0.4, -0.1] });
    const empty = picture({ red_visible: [0] });
    other.forEach((value, i) => value !== empty[i] && (twice[i] = value));
    const { columns } = reader.read(twice, commanded());
    expect(Math.abs(columns["red_position"]![0]! + 0.4)).toBeLessThan(0.005);
  });

  it("goes on as commanded behind the screen where truth always knows where it is", () => {
    const reader = reading({ pusher_position: [0, 0.08] });
    let now = reader.begin(scene({ pusher_position: [0, 0.08] }));
    for (let step = 0; step < 10; step++)
      now = reader.read(picture({ pusher_position: [0, 0.08] }), commanded(0.1, -0.02));
    expect(now.columns["pusher_position"]![0]).toBeCloseTo(0.05, 12);
    expect(now.columns["pusher_position"]![1]).toBeCloseTo(0.07, 12);
    expect(now.columns["pusher_velocity"]![0]).toBeCloseTo(0.1, 12);
  });

  it("does not go on into plain sight, where it would have been found", () => {
    const reader = reading({ pusher_position: [0.1, 0.08] });
    let now = reader.begin(scene({ pusher_position: [0.1, 0.08] }));
    for (let step = 0; step < 60; step++)
      now = reader.read(picture({ pusher_position: [0.1, 0.08] }), commanded(0.2));
    expect(now.columns["pusher_position"]![0]).toBeLessThan(0.3);
    expect([...now.columns["pusher_velocity"]!]).toEqual([0, 0]);
  });
});

describe("a reader of pictures", () => {
  it("names every channel that they do not show, and why", async () => {
    const hall = await loadScenario("warehouse-turn");
    expect(() => FrameReader.of(hall, "overhead")).toThrow(
      /does not show all.*not shown: yaw, turn_rate, speed, scan, clearance$/s,
    );
    const [overhead] = hall.images!;
    const along = { ...hall, images: [{ ...overhead!, view: { ...overhead!.view, centre: "position" } }] };
    expect(() => FrameReader.of(along, "overhead")).toThrow(/position \(the camera moves with position\)/);
    expect(() => FrameReader.of(table, "overheat")).toThrow(/no image channel "overheat".*overhead/s);
    expect(() => reading().read(new Uint8Array(3), commanded())).toThrow(/1 × 6144 bytes.*3/s);
    const [, ...colourless] = coarse.shapes.map((shape) => ({ ...shape, colour: coarse.ground }));
    const blank = { ...table, images: [{ ...coarse, shapes: colourless }] };
    expect(() => FrameReader.of(blank, "coarse")).toThrow(
      /pusher_position \(nothing that is drawn there has a colour of its own\)/,
    );
  });

  it("goes on from what it saved as if nothing had been between, and lanes do not know of each other", () => {
    const reader = FrameReader.of(table, "coarse");
    const [one, other] = [scene({}), scene({ red_position: [0.4, -0.1] })];
    const both = (a: Batch, b: Batch): Batch => ({
      lanes: 2,
      step: 0,
      columns: Object.fromEntries(
        Object.entries(a.columns).map(([name, column]) => [
          name,
          Float64Array.of(...column, ...b.columns[name]!),
        ]),
      ),
    });
    const pair = (a: Values, b: Values): Uint8Array => Uint8Array.of(...picture(a), ...picture(b));
    reader.begin(both(one, other));
    reader.read(
      pair({ red_visible: [0] }, { red_position: [0.41, -0.1] }),
      both(commanded(), commanded(0.1)),
    );
    const saved = reader.save();
    const next = pair({ red_position: [-0.35, 0.05] }, { red_position: [0.42, -0.1] });
    const first = copyBatch(reader.read(next, both(commanded(), commanded(0.1))));
    reader.read(pair({}, {}), both(commanded(), commanded()));
    reader.restore(saved);
    expect(copyBatch(reader.read(next, both(commanded(), commanded(0.1))))).toEqual(first);

    const alone = reading({ red_position: [0.4, -0.1] });
    alone.read(picture({ red_position: [0.41, -0.1] }), commanded(0.1));
    const { columns } = alone.read(picture({ red_position: [0.42, -0.1] }), commanded(0.1));
    for (const [name, column] of Object.entries(columns)) {
      expect([...first.columns[name]!.subarray(column.length)], name).toEqual([...column]);
    }
  });

  it("leaves lanes alone that are over", () => {
    const reader = reading();
    const { columns } = reader.read(picture({ red_visible: [0] }), {
      ...commanded(),
      active: Uint8Array.of(0),
    });
    expect(columns["red_visible"]![0]).toBe(1);
  });
});

describe("the channels of truth read out of its pictures", { timeout: 300_000 }, () => {
  let traces: readonly Trace[];
  beforeAll(async () => {
    const [world, policy] = await Promise.all([openWorld(table, "mujoco"), openPolicy(table, "careful")]);
    const { tape } = await closedLoop(world, policy, drawPanel(table).slice(0, 6), {
      horizonSteps: table.horizonSteps,
      keep: ["images"],
    });
    traces = tape.traces();
    await Promise.all([world.close(), policy.close()]);
  }, 300_000);

  it.each(["coarse", "overhead"])(
    "of image %s are off by millimetres, and say when a puck is seen",
    (name) => {
      const errors = errorsOf(traces, name);
      for (const puck of ["red", "blue"]) {
        expect(quantile(errors[`${puck}_position`]!, 0.5)).toBeLessThan(0.005);
        expect(quantile(errors[`${puck}_position`]!, 1)).toBeLessThan(0.025); // half hidden when it was seen last
        expect(quantile(errors[`${puck}_visible`]!, 0.99)).toBe(0);
      }
      expect(quantile(errors["pusher_position"]!, 0.5)).toBeLessThan(0.006);
      expect(quantile(errors["pusher_position"]!, 0.9)).toBeLessThan(0.04); // behind the screen a puck brakes it
    },
  );

  it("let a policy succeed where it succeeds on the channels themselves, but for a few starts", async () => {
    const judge = createJudge(table);
    const outcomes = async (image: string | undefined): Promise<string[]> => {
      const [world, policy] = await Promise.all([openWorld(table, "mujoco"), openPolicy(table, "direct")]);
      const seen = image === undefined ? world : throughPictures(world, table, image);
      const { tape } = await closedLoop(seen, policy, drawPanel(table).slice(0, 16), {
        horizonSteps: table.horizonSteps,
        ended: (observation, parameters) => judge.ended(observation, parameters),
      });
      await Promise.all([world.close(), policy.close()]);
      return tape.traces().map((trace) => judge.outcome(trace).kind);
    };
    const [truth, read] = [await outcomes(undefined), await outcomes("coarse")];
    expect(read.filter((kind, i) => kind === truth[i]).length).toBeGreaterThanOrEqual(14);
  });
});

/** Channel → how far what is read is from what is true, one a step. */
function errorsOf(traces: readonly Trace[], name: string): Record<string, number[]> {
  const reader = FrameReader.of(table, name);
  const size = bytesOf(reader.image);
  const errors: Record<string, number[]> = {};
  for (const trace of traces) {
    const at = (step: number): Batch["columns"] =>
      Object.fromEntries(
        table.observation.map((channel) => [
          channel.name,
          trace.observation[channel.name]!.slice(step * channel.size, (step + 1) * channel.size),
        ]),
      );
    reader.begin({ lanes: 1, step: 0, columns: at(0) });
    for (let step = 1; step <= trace.steps; step++) {
      const velocity = trace.appliedAction["velocity"]!.subarray(2 * step - 2, 2 * step);
      const rgb = trace.images![name]!.subarray(step * size, (step + 1) * size);
      const { columns } = reader.read(rgb, { lanes: 1, step: step - 1, columns: { velocity } });
      for (const [channel, values] of Object.entries(at(step))) {
        (errors[channel] ??= []).push(Math.hypot(...values.map((value, i) => value - columns[channel]![i]!)));
      }
    }
  }
  return errors;
}

function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.round(q * (values.length - 1))]!;
}
