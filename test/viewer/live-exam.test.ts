import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { runOne } from "../../src/api/run.ts";
import { examViewed } from "../../src/api/view-exam.ts";
import { replayViewed } from "../../src/api/view-replay.ts";
import { decodeRecording } from "../../src/viewer/decode-recording.ts";
import { LIVE_TOPICS, type ProgressMessage } from "../../src/viewer/live-messages.ts";
import type { Session } from "../../src/viewer/session.ts";
import { listen, type Listener } from "./foxglove-listener.ts";

async function sessionAt(port: number): Promise<Session> {
  return (await (await fetch(`http://127.0.0.1:${port}/api/session`)).json()) as Session;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "simgate-live-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it("an exam tells its progress and every finished pair, and then shows its evidence at the same address", async () => {
  const out = join(await temporaryFolder(), "evidence");
  let heard: Listener | undefined;
  const { viewer, result } = await examViewed({
    scenario: "cartpole",
    world: "linear",
    policies: ["timid"],
    starts: 4,
    without: ["stressors", "boundary", "attribution"],
    workers: 1,
    out,
    listen: { port: 0 },
    onReady: ({ port }) => (heard = listen(port)),
  });
  onTestFinished(() => viewer.close());
  const last = heard!.said<ProgressMessage>(LIVE_TOPICS.progress).at(-1)!;
  expect(last).toMatchObject({ of: "pairs", finished: 4, total: 4 });
  expect(last.latest).toHaveLength(4);
  // What it said of the policies before it was done is what the result says of the same starts.
  for (const { policy, truth, candidate, confusion } of last.policies) {
    const scored = result.policies.find((one) => one.policy === policy)!;
    expect([truth, candidate]).toEqual([scored.truth, scored.candidate]);
    expect(scored.confusion).toMatchObject(confusion);
  }
  await vi.waitFor(() => expect(new Set(heard!.sessionIds).size).toBe(2));
  expect(await sessionAt(viewer.port)).toMatchObject({ kind: "evidence", live: null });
  heard!.close();
}, 300_000);

it("a replay shows every window, what was recorded beside what was predicted, and at the end the worst first", async () => {
  const log = "run.mcap";
  const record = join(await temporaryFolder(), log);
  await runOne({ scenario: "cartpole", policy: "lqr", start: "pole_angle=0.3", record });
  const { viewer, result } = await replayViewed({
    logs: [record],
    scenario: "cartpole",
    world: "linear",
    strideSec: 1,
    atSec: [0.2, 0.5],
    workers: 1,
    listen: { port: 0 },
    onReady: () => undefined,
  });
  onTestFinished(() => viewer.close());
  const { runs, kind } = await sessionAt(viewer.port);
  expect(kind).toBe("evidence");
  expect(runs).toHaveLength(Math.min(60, result.windows.count));
  const errors = runs.map(({ why }) => Number(/([\d.e+]+) tolerances/.exec(why!)![1]));
  expect(errors).toEqual([...errors].sort((a, b) => b - a));
  const bytes = await (await fetch(`http://127.0.0.1:${viewer.port}/${runs[0]!.href!}`)).arrayBuffer();
  const { worlds } = await decodeRecording(new Uint8Array(bytes));
  expect(worlds.map(({ role, name }) => [role, name])).toEqual([
    ["truth", log],
    ["candidate", "linear"],
  ]);
  const from = worlds.map(({ observation }) => Object.values(observation)[0]!.values[0]);
  expect(from[1]).toBe(from[0]); // both begin where the recording is
}, 300_000);
