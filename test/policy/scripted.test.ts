import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import { ScriptedPolicy, type ScriptedConfig } from "../../src/policy/scripted.ts";
import { describePolicyContract } from "../contracts/policy-contract.ts";
import { arm, cart } from "./cart.ts";

type Config = Pick<ScriptedConfig, "action" | "waypoints" | "noise">;
const open = (config: Config, scenario: typeof cart | typeof arm = cart): Promise<ScriptedPolicy> =>
  ScriptedPolicy.open({ name: "pd", scenario, config });

describePolicyContract("scripted", () =>
  open({
    action: { force: "20 * angle + 3 * rate - position + sin(2 * t)" },
    waypoints: [{ atSec: 0.1, set: { force: 1 } }],
  }),
);
describePolicyContract(
  "scripted, with noise",
  () => open({ action: { force: "angle" }, noise: { force: 0.3 } }),
  {
    usesSeed: true,
  },
);
describePolicyContract("scripted, one component of two", () =>
  open({ action: { "torque[elbow]": "joint_pos[shoulder]" } }, arm),
);

function observation(columns: Record<string, number[]>, step = 0): Batch {
  const lanes = Object.values(columns)[0]!.length;
  return {
    lanes,
    step,
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
    ),
  };
}

describe("scripted policy", () => {
  it("computes its expressions for every lane at the time of the step", async () => {
    const policy = await open({ action: { force: "20 * angle - 2 * position + t" } });
    expect(policy.spec.observation.map(({ name }) => name)).toEqual(["position", "angle"]);
    await policy.reset(2, [0n, 0n]);
    const { actions } = await policy.act(observation({ position: [1, 2], angle: [0.1, -0.1] }, 50));
    expect([...actions[0]!.columns.force!].map((one) => +one.toFixed(12))).toEqual([1, -5]);
  });

  it("moves along waypoints, holds before the first and after the last, jumps where two share a time", async () => {
    const policy = await open({
      action: { force: "100" },
      waypoints: [
        { atSec: 0.1, set: { force: 1 } },
        { atSec: 0.3, set: { force: 3 } },
        { atSec: 0.3, set: { force: -1 } },
        { atSec: 0.4, set: { force: -2 } },
      ],
    });
    await policy.reset(1, [0n]);
    const at = async (timeSec: number): Promise<number> => {
      const { actions } = await policy.act({ lanes: 1, step: Math.round(timeSec / 0.02), columns: {} });
      return +(actions[0]!.columns.force![0]! - 100).toFixed(9);
    };
    expect([await at(0), await at(0.1), await at(0.2), await at(0.3), await at(0.34), await at(2)]).toEqual([
      1, 1, 2, -1, -1.4, -2,
    ]);
  });

  it("draws noise of the stated spread, the same for a lane and step whatever else is drawn", async () => {
    const policy = await open({ noise: { force: 0.5 } });
    const lanes = 4000;
    await policy.reset(
      lanes,
      Array.from({ length: lanes }, (_, i) => BigInt(i)),
    );
    const blank = (count: number, step: number): Batch => ({ lanes: count, step, columns: {} });
    const values = [...(await policy.act(blank(lanes, 3))).actions[0]!.columns.force!];
    const mean = values.reduce((sum, value) => sum + value, 0) / lanes;
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / lanes);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(std - 0.5)).toBeLessThan(0.02);
    await policy.reset(1, [17n]);
    expect((await policy.act(blank(1, 3))).actions[0]!.columns.force![0]).toBe(values[17]);
  });

  it("leaves at 0 what nothing sets", async () => {
    const policy = await open({ action: { "torque[elbow]": "2" } }, arm);
    await policy.reset(1, [0n]);
    const { actions } = await policy.act({ lanes: 1, step: 0, columns: {} });
    expect([...actions[0]!.columns.torque!]).toEqual([0, 2]);
  });

  it.each([
    [
      { action: { forse: "1" } },
      cart,
      /policy "pd", action forse: there is no channel "forse"[^]*did you mean "force"/,
    ],
    [{ action: { torque: "1" } }, arm, /has 2 components[^]*torque\[shoulder\], torque\[elbow\]/],
    [{ noise: { "torque[wrist]": 1 } }, arm, /no component "wrist"/],
    [{ action: { force: "2 * angel" } }, cart, /angel[^]*angle/],
    [{ action: { force: "2 *" } }, cart, /not an expression/],
    [
      {
        waypoints: [
          { atSec: 1, set: { force: 1 } },
          { atSec: 0.5, set: { force: 1 } },
        ],
      },
      cart,
      /waypoints\[1\].atSec: waypoints must come in the order of time/,
    ],
  ])("says what is wrong with %j", async (config: Config, scenario, message) => {
    await expect(open(config, scenario)).rejects.toThrow(message);
    await expect(open(config, scenario)).rejects.toMatchObject({ code: "input" });
  });

  it("names the channel that an observation lacks", async () => {
    const policy = await open({ action: { force: "angle" } });
    await policy.reset(1, [0n]);
    await expect(policy.act({ lanes: 1, step: 0, columns: {} })).rejects.toThrow(/"angle"/);
  });
});
