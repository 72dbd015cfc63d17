import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, it, onTestFinished } from "vitest";
import * as simgate from "../src/index.ts";

const ROOT = resolve(import.meta.dirname, "..");

describe("import from simgate", { timeout: 60_000 }, () => {
  it("gives one call a command, the parts they are made of, and nothing by accident", () => {
    expect(Object.keys(simgate).sort()).toEqual([
      "BatchRecorder",
      "McapRecorder",
      "SimgateError",
      "boundaryStats",
      "bundledScenarios",
      "calibrate",
      "closedLoop",
      "columnOf",
      "compare",
      "createJudge",
      "dimensionValue",
      "drawPanel",
      "emptyBatch",
      "exam",
      "fit",
      "importLog",
      "initCard",
      "initScenario",
      "inspect",
      "isRestorable",
      "loadScenario",
      "openInWorker",
      "openLoop",
      "openPolicy",
      "openWorld",
      "readTraces",
      "replay",
      "runOne",
      "startWith",
      "stlMargins",
      "transferStats",
      "verify",
    ]);
  });

  it("runs examples/library.ts as a package of that name would", async () => {
    const source = await readFile(join(ROOT, "examples/library.ts"), "utf8");
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    // Inside the package, so that its own name leads to dist/.
    const folder = join(ROOT, `out/library-${process.pid}`);
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "library.mjs"), outputText);
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "library.mjs")]);
    expect(stdout).toMatch(/^succeed in truth: \d+ of 64\n/);
    expect(stdout.split("\n").slice(1, -1)).toSatisfy((lines: string[]) =>
      lines.every((line) => /^start #\d+: (success|failure), ensemble says (success|failure) by /.test(line)),
    );
  });

  it("lets a world of one's own be rolled out", async () => {
    const scenario = await simgate.loadScenario("cartpole");
    const starts = simgate.drawPanel(scenario, { count: 3 });
    const policy = await simgate.openPolicy(scenario, "timid");
    // Nothing ever moves here: what it shows is what it was started with.
    const still: simgate.World = {
      spec: {
        name: "still",
        observation: scenario.observation,
        action: scenario.action,
        controlPeriodSec: scenario.controlPeriodSec,
        respondsToActions: false,
        stochastic: false,
        objects: [],
        restorable: false,
      },
      reset: async (begun) => {
        const batch = simgate.emptyBatch(scenario.observation, begun.length);
        begun.forEach(({ initial }, lane) => batch.columns["pole_angle"]!.set(initial["pole_angle"]!, lane));
        return batch;
      },
      step: async (actions) => ({
        observation: simgate.emptyBatch(scenario.observation, actions.lanes, actions.step + 1),
        appliedAction: actions,
        faults: [],
      }),
      close: async () => {},
    };
    const { tape } = await simgate.closedLoop(still, policy, starts, { horizonSteps: 10 });
    await policy.close();
    expect(tape.traces().map(({ steps, end }) => ({ steps, end }))).toEqual(
      starts.map(() => ({ steps: 10, end: "horizon" })),
    );
    expect(tape.trace(1).observation["pole_angle"]![0]).toBe(starts[1]!.initial["pole_angle"]![0]);
  });
});
