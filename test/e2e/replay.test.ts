import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type ErrorRow, replayResultSchema } from "../../src/report/replay-result.ts";
import { simgate, temporaryFolder } from "./simgate.ts";

const DATA = resolve(import.meta.dirname, "../../../shared/data/double-pendulum");

/** Held out: no trial of these was used to fit the learned world (its card names those that were). */
const HELD_OUT = [
  "acrobot-ilqr_tvlqr_lqr-01",
  ...["01", "02", "03"].map((trial) => `acrobot-mcpilco-${trial}`),
  ...["01", "04"].map((trial) => `pendubot-ilqr_tvlqr_lqr-${trial}`),
  ...["01", "02", "03"].map((trial) => `pendubot-mcpilco-${trial}`),
  ...["01", "03"].map((trial) => `pendubot-sac_lqr-${trial}`),
];

describe("replaying the real double pendulum", { timeout: 300_000 }, () => {
  it("ranks the worlds as their physics does, and the learned one beats every baseline", async ({ skip }) => {
    skip(!existsSync(DATA), "the recordings of the double pendulum are not in ../shared/data");
    const folder = await temporaryFolder();
    const map = resolve(import.meta.dirname, "../../scenarios/double-pendulum/import-map.yaml");
    const csv = HELD_OUT.map((trial) => join(DATA, `${trial}.csv`));
    const imported = await simgate([
      "import",
      ...csv,
      "--map",
      map,
      "--scenario",
      "double-pendulum",
      "--out",
      folder,
    ]);
    expect(imported).toMatchObject({ code: 0 });

    const logs = HELD_OUT.map((trial) => join(folder, `${trial}.mcap`));
    const flags = [
      "--scenario",
      "double-pendulum",
      "--world",
      "learned",
      "--against",
      "analytic,friction,ideal",
    ];
    const { code, stdout } = await simgate(["replay", ...logs, ...flags, "--json"]);
    expect(code).toBe(0);
    const result = replayResultSchema.parse(JSON.parse(stdout));
    expect(result.windows.count).toBeGreaterThan(300);

    const at = (world: string, sec: number): ErrorRow => {
      const found = [result, ...result.others].find((one) => one.world.name === world)!;
      return found.errors.find((row) => row.channel === "joint_pos" && Math.abs(row.atSec - sec) < 1e-9)!;
    };
    for (const sec of [0.1, 0.5, 1]) {
      const learned = at("learned", sec);
      const { persistence, constantVelocity, linear } = learned.baselines;
      for (const baseline of [persistence, constantVelocity, linear]) {
        expect(learned.median).toBeLessThan(baseline!);
      }
      expect(at("friction", sec).median).toBeLessThan(at("ideal", sec).median!);
      expect(learned.median).toBeLessThan(at("analytic", sec).median!);
    }
    // The published plant, replayed elsewhere (Runge–Kutta 4, one window every 0.25 s) on trial acrobot-mcpilco-01:
    // 0.002, 0.012 and 0.059 rad at 0.1, 0.5 and 1 s. Here on three trials of that robot and policy.
    const group = result.others
      .find(({ world }) => world.name === "analytic")!
      .groups.find((one) => one.group === "acrobot-mcpilco")!;
    const medians = group.errors
      .filter(({ channel }) => channel === "joint_pos")
      .map(({ median }) => median!);
    expect(medians[1]).toBeCloseTo(0.012, 2);
    expect(medians[2]).toBeGreaterThan(0.03);
    expect(medians[2]).toBeLessThan(0.1);
  });
});
