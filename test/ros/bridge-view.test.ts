import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { openBeside } from "../../src/api/bridge-beside.ts";
import { watchBeside, watchEpisodes } from "../../src/api/bridge-view.ts";
import type { Viewer } from "../../src/api/view.ts";
import type { Batch } from "../../src/core/channels.ts";
import { scanMcap } from "../../src/record/scan-mcap.ts";
import { besideConfigSchema } from "../../src/ros/beside-config.ts";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { temporaryFolder } from "../api/temporary-folder.ts";
import { LIVE_TOPICS, type LiveInfo, type TrustMessage } from "../../src/viewer/live-messages.ts";
import type { Transition } from "../../src/world/world.ts";
import { CountingWorld } from "../rollout/counting-world.ts";
import { listen } from "../viewer/foxglove-listener.ts";
import { alongside } from "./alongside.ts";
import { scenario } from "./hosted.ts";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
const start = { index: 0, initial: {}, parameters: {}, seed: 1n };

it("a candidate beside truth is shown as it runs, with how far off it is and since when", async () => {
  const problems: unknown[] = [];
  let viewer: Viewer | undefined;
  const shown = await watchBeside({
    scenario,
    view: { listen: { port: 0 }, onReady: (ready) => (viewer = ready) },
    onProblem: (_where, thrown) => problems.push(thrown),
    truth: "the network",
    candidate: "counting",
    start,
    horizonSec: null,
  });
  onTestFinished(() => shown.close());
  const heard = listen(viewer!.port);
  await vi.waitFor(() => expect(heard.sessionIds).toHaveLength(1));
  const one = await alongside({ watch: shown.watch });
  onTestFinished(() => one.close());
  // Truth moves 0.56 m a second and is told 0.5: 0.6 tolerances more each second.
  for (let k = 0; k < 4; k++) {
    one.show(0.56 * k, 1 + k);
    one.command(0.5, 1 + k);
    await turn();
  }
  await vi.waitFor(() => expect(heard.count("/candidate/joint_states")).toBe(4));
  expect(heard.count("/truth/joint_states")).toBe(4);
  const info = heard.said<LiveInfo>(LIVE_TOPICS.info);
  expect(info.map(({ entries }) => entries["world"])).toEqual(["the network", "counting"]);
  const trust = heard.said<TrustMessage>(LIVE_TOPICS.trust);
  expect(trust.map(({ level, atSec }) => [level, atSec])).toEqual([
    ["trust", 0],
    ["caution", 1],
    ["stop", 2],
    ["stop", 3],
  ]);
  expect(trust.at(-1)).toMatchObject({ channel: "position", sinceSec: 2 });
  expect(trust.at(-1)!.scaledError).toBeCloseTo(1.8, 9);

  // Another episode is another picture.
  one.show(0, 0);
  one.command(0.5, 0);
  await turn();
  one.show(0.5, 1);
  await vi.waitFor(() => {
    const epochs = heard.said<LiveInfo>(LIVE_TOPICS.info).map(({ epoch }) => epoch);
    expect(new Set(epochs).size).toBe(2);
  });
  expect(problems).toEqual([]);
  heard.close();
});

it("how sure the candidate says it is of what it predicts is shown with it", async () => {
  let viewer: Viewer | undefined;
  const shown = await watchBeside({
    scenario,
    view: { listen: { port: 0 }, onReady: (ready) => (viewer = ready) },
    onProblem: (_where, thrown) => expect.unreachable(String(thrown)),
    truth: "the network",
    candidate: "unsure",
    start,
    horizonSec: null,
  });
  onTestFinished(() => shown.close());
  const heard = listen(viewer!.port);
  await vi.waitFor(() => expect(heard.sessionIds).toHaveLength(1));
  const one = await alongside({ watch: shown.watch, candidate: new UnsureWorld() });
  onTestFinished(() => one.close());
  for (let k = 0; k < 4; k++) {
    one.show(0.5 * k, 1 + k);
    one.command(0.5, 1 + k);
    await turn();
  }
  // The topic is announced with the first of them: whoever listens hears those after that.
  await vi.waitFor(() => expect(heard.count("/candidate/position/uncertainty")).toBeGreaterThan(0));
  expect(heard.count("/truth/position/uncertainty")).toBe(0);
});

/** Less and less sure: 0.1 m more each step. */
class UnsureWorld extends CountingWorld {
  override async step(actions: Batch): Promise<Transition> {
    const transition = await super.step(actions);
    const { lanes, step } = transition.observation;
    return {
      ...transition,
      uncertainty: { lanes, step, columns: { position: new Float64Array(lanes).fill(0.1 * step) } },
    };
  }
}

it("what goes wrong in whoever watches is a problem to report, not an end of what is watched", async () => {
  const problems: string[] = [];
  const shown = await watchEpisodes({
    scenario,
    view: { listen: { port: 0 }, onReady: () => undefined },
    onProblem: (where) => problems.push(where),
    world: "counting",
  });
  onTestFinished(() => shown.close());
  // Without its columns no message can be made of it.
  shown.watch.begin({ epoch: 1, start });
  expect(() => shown.watch.step({ step: 0, timeSec: 0, observation: undefined as never }, 0n)).not.toThrow();
  expect(problems).toEqual(["the viewer"]);
});

it("a viewer whose port is taken leaves neither the candidate's thread nor an open recording behind", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const folder = await temporaryFolder();
  const threads = (): number =>
    process.getActiveResourcesInfo().filter((one) => one === "MessagePort").length;
  const before = threads();
  const opening = openBeside(
    {
      node: new InMemoryNetwork().open({ name: "simgate", onProblem: () => undefined }),
      scenario: await loadScenario("cartpole"),
      path: (name) => name,
      file: (path) => join(folder, path),
      signal: new AbortController().signal,
      log: () => undefined,
      onProblem: () => undefined,
      problems: () => [],
      view: { listen: { port: (taken.address() as AddressInfo).port }, onReady: () => undefined },
    },
    besideConfigSchema.parse({
      schema: "simgate/bridge@1",
      mode: "beside",
      scenario: "cartpole",
      world: "linear",
      record: "bag",
    }),
  );
  await expect(opening).rejects.toThrow(/the viewer cannot listen there/);
  await vi.waitFor(() => expect(threads()).toBe(before));
  const [bag] = await readdir(join(folder, "bag"));
  expect((await scanMcap(join(folder, "bag", bag!), {})).closed).toBe(true);
});
