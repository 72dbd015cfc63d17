import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writePairTrace } from "../../src/api/pair-trace.ts";
import { bytesOf } from "../../src/core/picture.ts";
import type { Trace } from "../../src/core/trace.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import type { RolloutRequest } from "../../src/exam/rollouts.ts";
import { withPictures } from "../../src/exam/telling-pictures.ts";
import { type TellingPair, tellingPairs } from "../../src/exam/telling-traces.ts";
import { readTraceFile } from "../../src/record/read-traces.ts";
import type { Scenario, ScenarioImage } from "../../src/scenario/scenario.ts";
import { temporaryFolder } from "../api/temporary-folder.ts";
import { cart, fakeExam, fakeScenario } from "./fake-exam.ts";

const small = {
  name: "coarse",
  size: [2, 3],
  shapes: [{ object: "cart" }],
} as unknown as ScenarioImage;

/** Every pixel as bright as the cart is far to the right. */
function pictured(trace: Trace, image: ScenarioImage): Trace {
  const rgb = new Uint8Array((trace.steps + 1) * bytesOf(image));
  trace.observation["x"]!.forEach((x, step) =>
    rgb.fill(128 + Math.round(40 * x), step * bytesOf(image), (step + 1) * bytesOf(image)),
  );
  return { ...trace, images: { [image.name]: rgb } };
}

interface Options {
  readonly image?: ScenarioImage;
  /** Image channels that the candidate paints itself. */
  readonly own?: readonly string[];
  /** What a rollout gives when it is asked for pictures. */
  readonly again?: (trace: Trace, world: string) => Trace;
}

async function shown({ image = small, own = ["coarse"], again = (trace) => trace }: Options = {}): Promise<{
  run: ExamRun;
  asked: RolloutRequest[];
  telling: readonly TellingPair[];
}> {
  const scenario = { ...fakeScenario(), images: [image] } as Scenario;
  const run = await fakeExam({ scenario, candidate: cart({ gain: 0.9 }), candidateSays: { images: own } });
  const asked: RolloutRequest[] = [];
  const telling = await withPictures(
    {
      contract: run.contract,
      rollouts: {
        run: async (requests) => {
          asked.push(...requests);
          const traces = await run.rollouts.run(requests);
          return traces.map((own, r) =>
            own.map((trace) => again(pictured(trace, image), requests[r]!.world.name)),
          );
        },
      },
    },
    tellingPairs(flipped(run)),
  );
  return { run, asked, telling };
}

/** As if the first pairs had been judged otherwise by the candidate. */
function flipped({ pairs }: ExamRun): ExamRun["pairs"] {
  return pairs.map((pair, i) =>
    i < 5 ? { ...pair, candidateOutcome: { kind: "failure", margin: i - 5 } } : pair,
  );
}

let plain: Awaited<ReturnType<typeof shown>>;
beforeAll(async () => {
  plain = await shown();
});

describe("pictures of the telling pairs", () => {
  it("are asked for of those pairs alone, and of the one image channel", () => {
    const { asked, telling } = plain;
    expect(asked.map(({ world, keep, images }) => [world.name, keep, images])).toEqual([
      ["truth", ["images"], ["coarse"]],
      ["candidate", ["images"], ["coarse"]],
    ]);
    for (const { starts } of asked) {
      expect(starts.map(({ index }) => index)).toEqual(telling.map(({ link }) => link.start));
    }
  });

  it("lie in the trace as what both worlds showed at each step", async () => {
    const { run, telling } = plain;
    const path = join(await temporaryFolder(), "one.mcap");
    const { pair, pictures } = telling[0]!;
    await writePairTrace(path, run.contract, pair, pictures);
    for (const role of ["truth", "candidate"] as const) {
      const [reading] = await readTraceFile(path, run.contract.scenario, { role, images: [small] });
      expect(reading!.trace.images!["coarse"]).toEqual(pictured(pair[role], small).images!["coarse"]);
      expect(reading!.trace.observation).toEqual(pair[role].observation);
    }
  });

  it("are left out of a world that does not repeat itself, and of it alone", async () => {
    const { telling } = await shown({
      again: (trace, world) =>
        world === "truth"
          ? trace
          : {
              ...trace,
              observation: { ...trace.observation, v: trace.observation["v"]!.map((v) => v + 1e-12) },
            },
    });
    for (const { pictures } of telling) expect(Object.keys(pictures!)).toEqual(["truth"]);
  });

  it("are left out of a rollout that stopped earlier the second time", async () => {
    const { telling } = await shown({ again: (trace) => ({ ...trace, steps: trace.steps - 1 }) });
    for (const { pictures } of telling) expect(pictures).toEqual({});
  });

  it("are not asked for where the candidate shows none of its own", async () => {
    const { asked, telling } = await shown({ own: [] });
    expect(asked).toEqual([]);
    for (const { pictures } of telling) expect(pictures).toBeUndefined();
  });

  it("that would take more than a quarter of a gigabyte are kept of the first pairs only", async () => {
    // Two worlds × 81 pictures of 640 kB each: 99 MiB a pair.
    const { telling } = await shown({ image: { ...small, size: [400, 534] } });
    expect(telling).toHaveLength(5);
    expect(telling.map(({ pictures }) => pictures !== undefined)).toEqual([true, true, false, false, false]);
  });
});
