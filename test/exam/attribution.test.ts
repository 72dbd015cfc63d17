import { describe, expect, it } from "vitest";
import { attributeFailures } from "../../src/exam/attribution.ts";
import { chooseFailures, failuresOf } from "../../src/exam/examined-failures.ts";
import type { Pair } from "../../src/exam/pairs.ts";
import { channelGroups } from "../../src/exam/replacements.ts";
import type { Attribution } from "../../src/report/result.ts";
import { attributionExam, type FakeAttribution, trueStep } from "./attribution-worlds.ts";

async function attribution(options: FakeAttribution): Promise<Attribution> {
  const found = await attributeFailures(await attributionExam(options), () => undefined);
  if ("undefined" in found) throw new Error(found.undefined);
  return found;
}

/** The causes as part and replacement, all examined failures agreeing. */
function causeOf({ examined }: Attribution): string {
  const causes = new Set(examined.map(({ cause }) => cause?.replacement ?? "none"));
  expect(causes.size, [...causes].join(", ")).toBe(1);
  return [...causes][0]!;
}

describe("attribution names the part that was broken on purpose", () => {
  it("dynamics, and the channel, where one channel goes on wrongly", async () => {
    const found = await attribution({
      candidate: {
        step: (state, force) => {
          const { lamp } = state;
          trueStep(state, force);
          state.lamp = lamp;
        },
      },
    });
    expect(causeOf(found)).toBe("dynamics: lamp");
    expect(found.causes).toMatchObject([{ part: "dynamics", count: 24, share: { value: 1, n: 24 } }]);
    expect(found.failures).toEqual({ wrongPasses: 0, wrongFails: 30, faults: 0, examined: 24 });
    const single = found.replacements.find(({ name }) => name === "dynamics: x");
    expect(single).toMatchObject({ tried: 24, cured: 0 });
    expect(found.sentence).toBe("Of 24 examined failures, dynamics is to blame for 24 (lamp in 24).");
  });

  it("dynamics also where the candidate is optimistic, though truth's failing commands make it fail too", async () => {
    const drift = (state: { v: number; x: number; lamp: number }, force: number): void => {
      state.v += 0.1 * (force + 4);
      state.x += 0.1 * state.v;
      state.lamp += 0.1 * (1 - state.lamp);
    };
    const found = await attribution({ truth: { step: drift }, candidate: {} });
    expect(found.failures.wrongPasses).toBe(30);
    const perception = found.examined[0]!.experiments.find(({ replacement }) => replacement === "perception");
    expect(perception).toMatchObject({ outcome: "failure", needed: "failure", cured: false });
    // The wind moves v, and with it x: either of them from truth is enough.
    expect(causeOf(found)).toMatch(/^dynamics: [xv]$/);
    expect(found.replacements.find(({ name }) => name === "dynamics: v")).toMatchObject({ cured: 24 });
  });

  it("perception where the policy is shown something else than what is", async () => {
    // What is shown lies 0.3 m beside what is while the cart moves, and is right again when it rests at the goal.
    const found = await attribution({
      candidate: { show: ({ age, ...state }) => (age < 55 ? { ...state, x: state.x - 0.5 } : state) },
    });
    expect(found.causes[0]).toMatchObject({ part: "perception" });
    expect(causeOf(found)).toBe("perception");
  });

  it("representation where what the world carries beside the state goes stale", async () => {
    const found = await attribution({
      candidate: {
        step: (state, force) => trueStep(state, state.age > 30 ? 0 : force),
      },
      truth: {},
    });
    expect(causeOf(found)).toBe("representation");
  });

  it("evaluation where only the early end makes the difference", async () => {
    // A jolt takes the candidate over the line that ends a rollout, from where it would have come back.
    const found = await attribution({
      candidate: {
        step: (state, force) => {
          trueStep(state, force);
          if (state.age === 0) state.x += 1;
        },
      },
      ends: (x) => x > 2,
      starts: 15,
    });
    expect(found.failures.wrongFails).toBeGreaterThan(3);
    expect(causeOf(found)).toBe("evaluation");
  });

  it("cures a fault like any other failure", async () => {
    const found = await attribution({ candidate: { breaks: ({ age }) => age > 40 } });
    expect(found.failures.faults).toBe(30);
    expect(causeOf(found)).toBe("representation");
    expect(found.examined[0]).toMatchObject({ kind: "fault", candidateMargin: null });
  });

  it("nothing alone, where truth itself cannot be taken up from what it shows", async () => {
    // A kick that truth carries in it, and forgets when it is taken up: even its own transitions do not show it.
    const found = await attribution({
      truth: {
        step: (state, force) => {
          trueStep(state, force);
          if (state.age === 57) state.v += 8;
        },
      },
      candidate: {},
    });
    expect(found.failures.wrongPasses).toBeGreaterThan(20);
    expect(causeOf(found)).toBe("none");
    expect(found.sentence).toMatch(/^No single replacement cures any of the 24 examined failures/);
  });
});

describe("attribution", () => {
  it("says plainly that there is nothing to blame", async () => {
    const run = await attributionExam({ candidate: {} });
    expect(await attributeFailures(run, () => undefined)).toEqual({
      undefined: "nothing to blame: no wrong pass, no wrong fail and no fault of the candidate",
    });
  });

  it("is left out on request, and where truth is a recording", async () => {
    const run = await attributionExam({ candidate: { breaks: () => true } });
    const { contract } = run;
    expect(
      await attributeFailures(
        { ...run, contract: { ...contract, without: ["attribution"] } },
        () => undefined,
      ),
    ).toMatchObject({ undefined: expect.stringContaining("--without attribution") as string });
    const truth = { ...contract.truth, respondsToActions: false };
    expect(
      await attributeFailures({ ...run, contract: { ...contract, truth } }, () => undefined),
    ).toMatchObject({
      undefined: expect.stringContaining("a recording") as string,
    });
  });

  it("links the traces that were kept", async () => {
    const run = await attributionExam({ candidate: { breaks: () => true }, starts: 3 });
    const found = await attributeFailures(run, ({ start }) => (start === 1 ? "traces/one.mcap" : undefined));
    if ("undefined" in found) throw new Error(found.undefined);
    expect(found.examined.map(({ start, trace }) => [start, trace])).toContainEqual([1, "traces/one.mcap"]);
  });
});

describe("the failures that are examined", () => {
  const pair = (policy: string, start: number, truth: number, candidate: number | null): Pair =>
    ({
      policy,
      start,
      truthOutcome: { kind: truth > 0 ? "success" : "failure", margin: truth },
      candidateOutcome:
        candidate === null
          ? { kind: "fault", margin: null }
          : { kind: candidate > 0 ? "success" : "failure", margin: candidate },
    }) as unknown as Pair;

  it("are the worst of each policy first, 12 of a kind, and 24 in all where there are as many", () => {
    const many = Array.from({ length: 40 }, (_, i) => pair(i % 2 === 0 ? "a" : "b", i, -1 - i, 1 + i));
    const failures = failuresOf([...many, pair("a", 90, 1, -1), pair("a", 91, 1, 1), pair("b", 92, 1, null)]);
    expect(failures).toHaveLength(42);
    const chosen = chooseFailures(failures, 1n);
    expect(chosen).toHaveLength(24);
    expect(chosen.slice(0, 2).map(({ pair }) => pair.start)).toEqual([38, 39]);
    expect(chosen.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["wrong fail", "fault"]));
    expect(new Set(chosen).size).toBe(24);
    expect(chooseFailures(failures, 1n)).toEqual(chosen);
  });
});

describe("the channels that are replaced", () => {
  it("are single ones, then those that are derivatives of each other, then all", () => {
    const channels = (names: readonly string[]) =>
      names.map((name) => {
        const [own, of] = name.split("'");
        return { name: own!, ...(of === undefined ? {} : { derivativeOf: of }) };
      }) as never;
    expect(channelGroups(channels(["x", "v'x", "a'v", "lamp"]))).toEqual([
      ["x"],
      ["v"],
      ["a"],
      ["lamp"],
      ["x", "v", "a"],
      ["x", "v", "a", "lamp"],
    ]);
    const nine = channelGroups(channels(["x", "v'x", "c", "d", "e", "f", "g", "h", "i"]));
    expect(nine[0]).toEqual(["x", "v"]);
    expect(nine).toHaveLength(9);
    expect(channelGroups(channels(["x"]))).toEqual([["x"]]);
  });
});
