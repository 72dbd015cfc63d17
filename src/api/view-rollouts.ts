import { openPolicy, openWorld, policyRef, worldConfig, worldRef } from "../compose.ts";
import { inputError } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import type { Contract, PolicyRef, WorldRef } from "../exam/contract.ts";
import { CONTEXT_STEPS, cutWindow } from "../exam/windows.ts";
import { Fleet, LANES_PER_JOB } from "../fleet/fleet.ts";
import type { Runner } from "../fleet/runner.ts";
import { WorkerThreadsRunner } from "../fleet/worker-threads.ts";
import { type RecordedTrace, writeTraces } from "../record/write-traces.ts";
import { takeOver } from "../rollout/take-over.ts";
import { createJudge, type Judge } from "../scenario/judge.ts";
import type { Fan, MarginCurve } from "../viewer/session.ts";
import type { BranchOrder, FanOrder } from "../viewer/source.ts";
import { cutFrom, joined } from "./continued-trace.ts";
import { digestFiles } from "./files.ts";
import { marginCurve } from "./margin-curve.ts";
import { mcapBytes } from "./mcap-bytes.ts";

/** One rollout of a run: a policy from a start of the panel, in the world of this role. */
interface Asked {
  readonly policy: PolicyRef;
  readonly start: number;
}

/** Batches of rollouts that are kept: a batch is what one was rolled out in company with. */
const KEPT_BATCHES = 8;

/**
 * Rolls the starts of a contract out again, as they were the first time, and on from any moment of them. Everything is
 * determined by the contract, so the same question gets the same bytes.
 */
export class ContractRollouts {
  readonly #contract: Contract;
  readonly #beside: ReadonlyMap<string, WorldRef>;
  readonly #judge: Judge;
  readonly #batches = new Map<string, Promise<readonly Trace[]>>();
  #runner: Runner | undefined;

  /** @param beside further worlds that may be asked for by these names */
  constructor(contract: Contract, beside: ReadonlyMap<string, WorldRef> = new Map()) {
    this.#contract = contract;
    this.#beside = beside;
    this.#judge = createJudge(contract.scenario);
  }

  /** MCAP of one start under one policy, a world beside the other. */
  async recording(
    policy: string,
    start: number,
    worlds: readonly string[],
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const asked = this.#asked(`${policy}/${start}`);
    const traces: RecordedTrace[] = [];
    for (const name of worlds) {
      const trace = await this.#trace(asked, await this.#world(name), signal);
      traces.push(this.#recorded(name, trace, asked.policy.name));
    }
    return this.#mcap(traces);
  }

  async margins(run: string, signal: AbortSignal): Promise<readonly MarginCurve[]> {
    const asked = this.#asked(run);
    const curves: MarginCurve[] = [];
    for (const role of ["truth", "candidate"] as const) {
      const trace = await this.#trace(asked, this.#contract[role], signal);
      curves.push(marginCurve(this.#judge, role, trace));
    }
    return curves;
  }

  /** MCAP of what happens from a moment of a run on, in another world or under another policy. */
  async branch(order: BranchOrder, signal: AbortSignal): Promise<Uint8Array> {
    const { scenario } = this.#contract;
    const asked = this.#asked(order.run);
    const from = this.#contract[order.from];
    const past = await this.#trace(asked, from, signal);
    if (order.atStep > past.steps) {
      throw inputError("the run was over by then", {
        where: "atStep",
        expected: `0 … ${past.steps}`,
        got: String(order.atStep),
      });
    }
    const into = await this.#world(order.world);
    const same = into.name === from.name;
    const driver =
      order.policy === "recorded"
        ? undefined
        : order.policy === undefined
          ? asked.policy
          : this.#policy(order.policy);
    const { atStep } = order;
    const left = scenario.horizonSteps - atStep;
    const steps = Math.min(order.steps ?? left, left);
    if (steps <= 0)
      throw inputError("nothing is left of the horizon", { where: "atStep", got: String(atStep) });
    const { start } = same ? past : cutWindow(past, 0, atStep, 0, CONTEXT_STEPS, scenario);
    const world = await openWorld(scenario, into);
    const policy = driver === undefined ? undefined : await openPolicy(scenario, driver, into.stressor);
    try {
      const { tape } = await takeOver(world, policy, start, {
        past,
        atStep,
        by: same ? "replay" : "start",
        lanes: same ? companyOf(this.#contract, asked.start) : 1,
        horizonSteps: same ? atStep + steps : steps,
        ended: (observation, parameters) => this.#judge.ended(observation, parameters),
        signal,
        keep: ["uncertainty"],
      });
      const rolled = tape.trace(0);
      const trace = same ? cutFrom(rolled, atStep) : rolled;
      const outcome = this.#judge.outcome(same ? rolled : joined(past, atStep, rolled));
      const name = driver?.name ?? `${asked.policy.name} (recorded commands)`;
      const about = {
        fromSec: String(atStep * scenario.controlPeriodSec),
        run: order.run,
        atStep: String(atStep),
      };
      return await this.#mcap([{ role: "branch", world: into.name, policy: name, trace, outcome, about }]);
    } finally {
      await policy?.close();
      await world.close();
    }
  }

  /** What a world predicts from truth's state at some moments, given the commands that truth was given. */
  async fan({ run, atSteps, steps, world }: FanOrder, signal: AbortSignal): Promise<Fan> {
    const { scenario, truth } = this.#contract;
    const asked = this.#asked(run);
    const into = await this.#world(world);
    const past = await this.#trace(asked, truth, signal);
    const late = atSteps.find((step) => step >= past.steps);
    if (late !== undefined) {
      throw inputError("truth was over by then", {
        where: "atSteps",
        expected: `0 … ${past.steps - 1}`,
        got: String(late),
      });
    }
    const windows = atSteps.map((atStep) =>
      cutWindow(past, 0, atStep, Math.min(steps, past.steps - atStep), CONTEXT_STEPS, scenario),
    );
    const traces = await this.#run(into, undefined, signal, (fleet) =>
      fleet.run([
        {
          world: into,
          drive: { kind: "actions", actions: windows.map(({ actions }) => actions) },
          starts: windows.map(({ start }) => start),
          horizonSteps: Math.max(...windows.map((window) => window.steps)),
          keep: ["uncertainty"],
        },
      ]),
    );
    return {
      world: into.name,
      predictions: traces[0]!.map((trace, i) => {
        const { uncertainty } = trace;
        return {
          atStep: atSteps[i]!,
          fromSec: atSteps[i]! * scenario.controlPeriodSec,
          steps: trace.steps,
          observation: lists(trace.observation),
          uncertainty: uncertainty === undefined ? null : finiteLists(uncertainty),
          fault: trace.fault === undefined ? null : trace.fault.reason,
        };
      }),
    };
  }

  async close(): Promise<void> {
    await this.#runner?.close();
  }

  /** @throws SimgateError for a policy or a start that the contract does not have */
  #asked(run: string): Asked {
    const at = run.lastIndexOf("/");
    const start = Number(run.slice(at + 1));
    const { policies, panel } = this.#contract;
    const policy = policies.find(({ name }) => name === run.slice(0, Math.max(0, at)));
    if (policy === undefined || !Number.isInteger(start) || start < 0 || start >= panel.length) {
      throw inputError(`there is no run "${run}"`, {
        expected: `<policy>/<start>: ${policies.map(({ name }) => name).join(", ")}; 0 … ${panel.length - 1}`,
      });
    }
    return { policy, start };
  }

  #policy(name: string): PolicyRef {
    return (
      this.#contract.policies.find((one) => one.name === name) ??
      policyRef(this.#contract.scenario, named(name))
    );
  }

  async #world(name: string): Promise<WorldRef> {
    const { scenario, truth, candidate } = this.#contract;
    if (name === "truth" || name === truth.name) return truth;
    if (name === "candidate" || name === candidate.name) return candidate;
    const beside = this.#beside.get(name);
    if (beside !== undefined) return beside;
    // Throws for a name that the scenario does not have.
    worldConfig(scenario, named(name));
    return worldRef(scenario, name);
  }

  async #trace({ policy, start }: Asked, world: WorldRef, signal: AbortSignal): Promise<Trace> {
    const from = Math.floor(start / LANES_PER_JOB) * LANES_PER_JOB;
    const key = `${world.name} ${policy.name} ${from}`;
    let batch = this.#batches.get(key);
    if (batch === undefined) {
      batch = this.#batch(policy, from, world, signal);
      this.#batches.set(key, batch);
      batch.catch(() => this.#batches.delete(key));
      const [oldest] = this.#batches.keys();
      if (this.#batches.size > KEPT_BATCHES) this.#batches.delete(oldest!);
    }
    return (await batch)[start - from]!;
  }

  /** A learned model may round differently in other company: a rollout is repeated with its whole batch. */
  async #batch(
    policy: PolicyRef,
    from: number,
    world: WorldRef,
    signal: AbortSignal,
  ): Promise<readonly Trace[]> {
    const { scenario, panel } = this.#contract;
    const [traces] = await this.#run(world, policy, signal, (fleet) =>
      fleet.run([
        {
          world,
          drive: { kind: "policy", policy },
          starts: panel.slice(from, from + LANES_PER_JOB),
          horizonSteps: scenario.horizonSteps,
          keep: ["uncertainty"],
        },
      ]),
    );
    return traces!;
  }

  /** In a thread of its own, so that the server goes on answering. */
  async #run<T>(
    world: WorldRef,
    policy: PolicyRef | undefined,
    signal: AbortSignal,
    work: (fleet: Fleet) => Promise<T>,
  ): Promise<T> {
    const { scenario } = this.#contract;
    const policies = policy === undefined ? [] : [policy];
    const files = await digestFiles({ scenario, worlds: [world], policies });
    this.#runner ??= new WorkerThreadsRunner(1);
    const fingerprint = files.fingerprint.bind(files);
    return work(new Fleet({ scenario, runner: this.#runner, fingerprint, signal }));
  }

  #recorded(role: string, trace: Trace, policy: string): RecordedTrace {
    const { truth, candidate } = this.#contract;
    const world = role === "truth" ? truth.name : role === "candidate" ? candidate.name : role;
    return { role, world, policy, trace, outcome: this.#judge.outcome(trace) };
  }

  async #mcap(traces: readonly RecordedTrace[]): Promise<Uint8Array> {
    const { scenario } = this.#contract;
    return mcapBytes((path) => writeTraces(traces, { path, channels: scenario, scenario }));
  }
}

/** As many lanes as its batch had. */
function companyOf({ panel }: Contract, start: number): number {
  const from = Math.floor(start / LANES_PER_JOB) * LANES_PER_JOB;
  return Math.min(LANES_PER_JOB, panel.length - from);
}

/** A page may ask for what the scenario names, not for any file of this machine. */
function named(name: string): string {
  if (/[\\/]|\.(ya?ml|mcap)$/.test(name)) throw inputError(`"${name}" is not the name of a world or policy`);
  return name;
}

function lists(columns: Readonly<Record<string, Float64Array>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
}

function finiteLists(columns: Readonly<Record<string, Float64Array>>): Record<string, (number | null)[]> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Array.from(values, finite)]),
  );
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
