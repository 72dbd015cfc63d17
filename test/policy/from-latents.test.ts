import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import type { Batch } from "../../src/core/channels.ts";
import { bytesOf } from "../../src/core/picture.ts";
import type { Trace } from "../../src/core/trace.ts";
import { cutWindow } from "../../src/exam/windows.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { addTensor } from "../../src/tensor/add-tensor.ts";
import { type FloatArray, OnnxSession, type OnnxTensor } from "../../src/tensor/session.ts";
import { SceneCamera } from "../../src/world/camera/scene-camera.ts";
import { LatentModelWorld } from "../../src/world/latent.ts";

const path = (name: string): string =>
  fileURLToPath(new URL(`../../scenarios/tabletop-push/policies/${name}`, import.meta.url));
const scenario = await loadScenario("tabletop-push");
const coarse = scenario.images!.find(({ name }) => name === "coarse")!;
const open = (): Promise<Policy> => openPolicy(scenario, path("from-latents.policy.yaml"));

/** An episode that Python rolled out, with what the graph commanded there: fixtures/make-from-latents.py. */
interface Episode {
  readonly columns: Readonly<Record<string, readonly number[]>>;
  /** m/s, x and y. */
  readonly commands: readonly number[];
}
const episode = JSON.parse(
  await readFile(new URL("./fixtures/from-latents.json", import.meta.url), "utf8"),
) as Episode;

/** What lanes see that are at these steps of the episode. */
function seenAt(step: number, rows: readonly number[]): Batch {
  const columns = Object.fromEntries(
    scenario.observation.map(({ name, size }) => [
      name,
      Float64Array.from(rows.flatMap((row) => episode.columns[name]!.slice(row * size, (row + 1) * size))),
    ]),
  );
  const camera = new SceneCamera(coarse, scenario.observation);
  const bytes = bytesOf(coarse);
  const pictures = new Uint8Array(rows.length * bytes);
  rows.forEach((_, lane) =>
    camera.draw(columns, lane, {}, pictures.subarray(lane * bytes, (lane + 1) * bytes)),
  );
  return { lanes: rows.length, step, columns, images: { coarse: pictures } };
}

/** Its commands in lane 0. @param others where in the episode the other lanes are at each step */
async function commandsOf(
  policy: Policy,
  steps: number,
  others: (step: number) => number[],
): Promise<number[]> {
  await policy.reset(1 + others(0).length, new Array<bigint>(1 + others(0).length).fill(0n));
  const commands: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { actions } = await policy.act(seenAt(step, [step, ...others(step)]));
    commands.push(...actions[0]!.columns["velocity"]!.subarray(0, 2));
  }
  return commands;
}

describe("the policy that acts on the state of the dreamer", { timeout: 60_000 }, () => {
  it("commands what it commands in Python, shown the same", async () => {
    const policy = await open();
    expect(policy.spec).toMatchObject({ images: [{ name: "coarse" }], stateful: true, deterministic: true });
    const commands = await commandsOf(policy, episode.commands.length / 2, () => []);
    commands.forEach((value, i) => expect(Math.abs(value - episode.commands[i]!)).toBeLessThan(1e-5));
    await policy.close();
  });

  it("does the same after a reset, and whatever the lanes beside it see", async () => {
    const policy = await open();
    const alone = await commandsOf(policy, 40, () => []);
    expect(await commandsOf(policy, 40, () => [])).toEqual(alone);
    expect(await commandsOf(policy, 40, (step) => [100 - step, 60, 2 * step])).toEqual(alone);
    await policy.close();
  });

  it("carries the state that the world dreamer has when both are shown the same pictures", async () => {
    const [drawn] = drawPanel(scenario, { count: 1 });
    // A policy is not told what the table is like: it takes both for nominal.
    const start = { ...drawn!, parameters: { friction: 0.3, puck_mass: 0.5 } };
    const [truth, policy] = [await openWorld(scenario, "mujoco"), await open()];
    const steps = 60;
    const { tape } = await closedLoop(truth, policy, [start], {
      horizonSteps: steps,
      keep: ["images"],
      images: ["coarse"],
    });
    const trace = tape.trace(0);
    const carried = await stateAfter(trace);
    const cardPath = fileURLToPath(
      new URL("../../scenarios/tabletop-push/models/dreamer.world.yaml", import.meta.url),
    );
    const dreamer = await LatentModelWorld.open({ name: "dreamer", scenario, cardPath });
    const window = cutWindow(trace, 0, steps - 1, 1, steps, scenario);
    await dreamer.reset([window.start]);
    await dreamer.step({ lanes: 1, step: 0, columns: window.actions.columns });
    const { columns } = dreamer.latent();
    for (const [name, values] of Object.entries(carried)) {
      values.forEach((value, i) => expect(Math.abs(value - columns[name]![i]!)).toBeLessThan(1e-5));
    }
    await Promise.all([truth.close(), policy.close(), dreamer.close()]);
  });

  it("puts the puck where it belongs, in truth and in the world whose state it has", async () => {
    const judge = createJudge(scenario);
    for (const name of ["mujoco", "dreamer"]) {
      const [world, policy] = [await openWorld(scenario, name), await open()];
      const { tape } = await closedLoop(world, policy, drawPanel(scenario, { count: 4 }), {
        horizonSteps: scenario.horizonSteps,
        ended: (observation, parameters) => judge.ended(observation, parameters),
      });
      const ends = tape.traces().map((trace) => judge.outcome(trace).kind);
      expect(ends.filter((kind) => kind === "success").length, name).toBeGreaterThanOrEqual(3);
      await Promise.all([world.close(), policy.close()]);
    }
  });
});

/** What the graph carries on after the last step of a rollout whose pictures were kept. */
async function stateAfter(trace: Trace): Promise<Readonly<Record<string, FloatArray>>> {
  const model = path("from-latents.onnx");
  const session = await OnnxSession.open(await readFile(model), model);
  let state: Record<string, FloatArray> = {
    places: new Float32Array(12),
    seen: new Float32Array(2),
    h: new Float32Array(48),
  };
  const pixels = bytesOf(coarse) / 3;
  for (let step = 0; step < trace.steps; step++) {
    const feeds: Record<string, OnnxTensor> = {};
    const add = (tensor: string, ...dims: number[]): FloatArray =>
      addTensor(session, feeds, { tensor, type: "float32", dims: [-1, ...dims] }, 1);
    const rgb = trace.images!["coarse"]!.subarray(3 * pixels * step, 3 * pixels * (step + 1));
    const picture = add("picture", 3, ...coarse.size);
    rgb.forEach((byte, i) => (picture[(i % 3) * pixels + Math.floor(i / 3)] = byte / 255));
    const pusher = ["pusher_position", "pusher_velocity"];
    add("pusher", 4).set(
      pusher.flatMap((name) => [...trace.observation[name]!.subarray(2 * step, 2 * step + 2)]),
    );
    for (const [name, values] of Object.entries(state)) add(name, values.length).set(values);
    const names = Object.keys(state);
    const found = await session.run(
      feeds,
      names.map((name) => `${name}_next`),
    );
    state = Object.fromEntries(names.map((name) => [name, found[`${name}_next`]!.data as FloatArray]));
  }
  await session.close();
  return state;
}
