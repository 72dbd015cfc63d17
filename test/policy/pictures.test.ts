import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { bytesOf } from "../../src/core/picture.ts";
import type { Trace } from "../../src/core/trace.ts";
import { OnnxPolicy } from "../../src/policy/onnx.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { RemotePolicy } from "../../src/policy/remote.ts";
import { withObservationDelay } from "../../src/policy/stressors/with-observation-delay.ts";
import { withObservationDropout } from "../../src/policy/stressors/with-observation-dropout.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { swapped } from "../../src/rollout/swap.ts";
import { takeOver } from "../../src/rollout/take-over.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { policySchema, type RemotePolicyConfig } from "../../src/scenario/schema.ts";
import { servePolicy } from "../../src/serve/policy-server.ts";

/** A graph made by fixtures/make-sees.py: [redness now − redness a step ago, steps so far / 100]. */
const SEES = new URL("./fixtures/sees.onnx", import.meta.url);
const STEPS = 6;

const scenario = await loadScenario("tabletop-push");
const starts = drawPanel(scenario, { count: 2 });
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simgate-sees-"));
  await copyFile(SEES, join(folder, "sees.onnx"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeCard(over: Record<string, unknown> = {}): Promise<string> {
  const sha256 = createHash("sha256")
    .update(await readFile(SEES))
    .digest("hex");
  const card = {
    schema: "simgate/policy-card@1",
    name: "sees",
    title: "Looks at two pictures",
    license: "Apache-2.0",
    model: "sees.onnx",
    sha256,
    controlPeriodSec: scenario.controlPeriodSec,
    pictures: [{ tensor: "frames", channel: "coarse", range: [0, 255], history: 2 }],
    state: [{ input: "h", output: "h_next", shape: [-1, 1] }],
    outputs: [{ tensor: "u", actions: ["velocity"], std: [0.05, 1] }],
    training: { data: "none" },
    ...over,
  };
  const path = join(folder, `${Math.random()}.policy.yaml`);
  await writeFile(path, stringify(card));
  return path;
}

const open = async (over?: Record<string, unknown>): Promise<Policy> =>
  OnnxPolicy.open({ name: "sees", scenario, cardPath: await writeCard(over) });

async function roll(policy: Policy, world = "mujoco"): Promise<readonly Trace[]> {
  const opened = await openWorld(scenario, world);
  try {
    const options = { horizonSteps: STEPS, keep: ["images"], images: ["coarse"] } as const;
    return (await closedLoop(opened, policy, starts, options)).tape.traces();
  } finally {
    await opened.close();
    await policy.close();
  }
}

/** What the graph computes, from the pictures that a rollout kept. @param seenAt which step's picture it saw at each step */
function expectedCommands({ images }: Trace, seenAt: (step: number) => number): number[][] {
  const { size } = scenario.images!.find(({ name }) => name === "coarse")!;
  const bytes = bytesOf({ name: "coarse", size });
  const redness = (step: number): number => {
    const rgb = images!["coarse"]!.subarray(step * bytes, (step + 1) * bytes);
    let sum = 0;
    for (let i = 0; i < rgb.length; i += 3) sum += rgb[i]!;
    return sum / (rgb.length / 3);
  };
  return Array.from({ length: STEPS }, (_, step) => [
    0.05 * (redness(seenAt(step)) - redness(seenAt(Math.max(0, step - 1)))),
    step / 100,
  ]);
}

function expectCommands(trace: Trace, seenAt: (step: number) => number = (step) => step): void {
  expectedCommands(trace, seenAt).forEach((command, step) =>
    command.forEach((value, i) =>
      expect(trace.requestedAction["velocity"]![2 * step + i]!).toBeCloseTo(value, 4),
    ),
  );
}

describe("a policy that looks at pictures", { timeout: 60_000 }, () => {
  it("is given those of the world that it acts in, remembers the last ones, and carries its state", async () => {
    const policy = await open();
    expect(policy.spec).toMatchObject({
      images: [{ name: "coarse", size: [32, 64] }],
      observation: [],
      stateful: true,
    });
    for (const trace of await roll(policy)) {
      expect(trace.steps).toBe(STEPS);
      expectCommands(trace);
    }
  });

  it("sees in a model what the model paints", async () => {
    const [dreamt] = await roll(await open(), "dreamer");
    expect(dreamt!.fault).toBeUndefined();
    expectCommands(dreamt!);
  });

  it("sees old pictures where observations are late, and the last ones that arrived where they get lost", async () => {
    const [late] = await roll(withObservationDelay(await open(), { steps: 2 }));
    expectCommands(late!, (step) => Math.max(0, step - 2));
    const [lost] = await roll(withObservationDropout(await open(), { rate: 1 }));
    expectCommands(lost!, () => 0);
  });

  it("answers over a wire as it does here", async () => {
    const server = await servePolicy({ host: "127.0.0.1", port: 0, openPolicy: () => open() });
    try {
      const config = policySchema.parse({
        kind: "remote",
        url: server.url,
        connections: 2,
        observation: { "observation/coarse": { image: "coarse" } },
      }) as RemotePolicyConfig;
      const remote = await RemotePolicy.open({ name: "far", scenario, config });
      expect(remote.spec.images).toEqual([{ name: "coarse", size: [32, 64] }]);
      const [far, near] = [await roll(remote), await roll(await open())];
      for (const [lane, trace] of far.entries()) {
        expect(trace.requestedAction).toEqual(near[lane]!.requestedAction);
      }
    } finally {
      await server.close();
    }
  });

  it("takes over in the middle of a rollout whose pictures were kept, and says what is missing of another", async () => {
    const [past] = await roll(await open());
    const world = await openWorld(scenario, "mujoco");
    const options = { past: past!, atStep: 3, by: "replay", horizonSteps: STEPS } as const;
    const { tape } = await takeOver(world, await open(), starts[0]!, options);
    expect(tape.trace(0).requestedAction).toEqual(past!.requestedAction);
    const { images: _images, ...blind } = past!;
    await expect(takeOver(world, await open(), starts[0]!, { ...options, past: blind })).rejects.toThrow(
      "no pictures for it to look back at",
    );
    await world.close();
  });

  it("is shown the other world's pictures where its perception is swapped, and cannot have channels swapped", async () => {
    // Truth beside it is given the commands that come of truth's own pictures: it rolls as if alone.
    const alone = await roll(await open());
    const [world, other] = [await openWorld(scenario, "gru"), await openWorld(scenario, "mujoco")];
    const both = swapped({ part: "perception" }, world, await open(), other);
    const { tape } = await closedLoop(both.world, both.policy, starts, { horizonSteps: STEPS });
    expect(tape.trace(0).requestedAction).toEqual(alone[0]!.requestedAction);
    const policy = await open();
    expect(() => swapped({ part: "representation", contextSteps: 1 }, world, policy, undefined)).toThrow(
      "of channels put together anew there are none",
    );
    await Promise.all([both.world.close(), both.policy.close(), policy.close()]);
  });

  it("does what its teacher does: the bundled one, from one picture", async () => {
    const judge = createJudge(scenario);
    const panel = drawPanel(scenario, { count: 12 });
    const outcomesOf = async (name: string): Promise<string[]> => {
      const world = await openWorld(scenario, "mujoco");
      const policy = await openPolicy(scenario, name);
      const { tape } = await closedLoop(world, policy, panel, {
        horizonSteps: scenario.horizonSteps,
        ended: (observation, parameters) => judge.ended(observation, parameters),
      });
      await Promise.all([world.close(), policy.close()]);
      return tape.traces().map((trace) => judge.outcome(trace).kind);
    };
    const looks = fileURLToPath(
      new URL("../../scenarios/tabletop-push/policies/from-pictures.policy.yaml", import.meta.url),
    );
    const [pupil, teacher] = [await outcomesOf(looks), await outcomesOf("careful")];
    expect(pupil.filter((kind, i) => kind === teacher[i]).length).toBeGreaterThanOrEqual(10);
    expect(pupil).toContain("success");
  });

  it("is refused where there are no such pictures, with what there is", async () => {
    const world = await openWorld(scenario, "dreamer");
    const careful = await openPolicy(scenario, "careful");
    const images = [{ name: "overhead", size: [96, 192] }] as const;
    const looks: Policy = { ...careful, spec: { ...careful.spec, images } };
    await expect(closedLoop(world, looks, starts, { horizonSteps: 1 })).rejects.toThrow(
      /world dreamer does not show[\s\S]*"coarse" of 32 × 64/,
    );
    await world.close();
    await expect(open({ pictures: [{ tensor: "frames", channel: "course", history: 2 }] })).rejects.toThrow(
      /pictures\[0\]\.channel[\s\S]*no image channel "course"[\s\S]*coarse/,
    );
    await expect(open({ pictures: [{ tensor: "frames", channel: "coarse" }] })).rejects.toThrow(
      /pictures\[0\]\.tensor/,
    );
    const config = policySchema.parse({
      kind: "remote",
      url: "ws://127.0.0.1:9",
      observation: { image: { image: "course" } },
    }) as RemotePolicyConfig;
    await expect(RemotePolicy.open({ name: "far", scenario, config })).rejects.toThrow(
      "pictures that the scenario does not declare",
    );
  });
});
