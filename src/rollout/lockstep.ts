import type { Batch } from "../core/channels.ts";
import { inputError, messageOf, SimgateError } from "../core/errors.ts";
import type { Images } from "../core/picture.ts";
import type { FaultKind, Start, TraceExtra, TraceSink } from "../core/trace.ts";
import type { LatentWorld, World } from "../world/world.ts";
import { Deadline, DeadlineError } from "./deadline.ts";
import { showsImages } from "./pictures.ts";
import { SinkGroup, type SinkFailure } from "./sinks.ts";
import { Tape } from "./tape.ts";

export interface RolloutOptions {
  /** Longest rollout, in control steps; one number, or one a lane. */
  readonly horizonSteps: number | readonly number[];
  /** Which lanes meet the scenario's `ends` condition: `judge.ended`. Absent: none ever does. */
  readonly ended?: (observation: Batch, parameters: Readonly<Record<string, Float64Array>>) => Uint8Array;
  /** Told of every step as it happens. Closing them is the caller's business. */
  readonly sinks?: readonly TraceSink[];
  /** What the tape keeps besides observations and actions. */
  readonly keep?: readonly TraceExtra[];
  /** Which image channels are kept, where pictures are. Default: all. */
  readonly images?: readonly string[];
  /** Added to the latent state of every lane after reset: state → values. The world must show one. */
  readonly nudge?: Readonly<Record<string, readonly number[]>>;
  readonly signal?: AbortSignal;
  /** Longest wait for one answer of the world or the policy; past it all running lanes fault. Default 30 s. */
  readonly stepDeadlineMs?: number;
  /** Called after each control step with the number of lanes still running. */
  readonly onStep?: (step: number, running: number) => void;
}

export interface Rollout {
  readonly tape: Tape;
  readonly sinkFailures: readonly SinkFailure[];
  /** True if the caller's signal stopped it; lanes still running then ended as `aborted`. */
  readonly aborted: boolean;
}

/** Actions for the coming steps, at least one; `undefined` ends all lanes that still run. */
export type ActionSource = (observation: Batch, signal: AbortSignal) => Promise<readonly Batch[] | undefined>;

export const DEFAULT_STEP_DEADLINE_MS = 30_000;

const YIELD_EVERY_MS = 50;

/**
 * Rolls many lanes out in lockstep: observe, ask for actions, step, until the horizon or until no lane runs. What
 * breaks is a fault on the lanes it touched; only bad input (a SimgateError `input`) is thrown.
 */
export async function runLockstep(
  world: World,
  starts: readonly Start[],
  nextActions: ActionSource,
  options: RolloutOptions,
): Promise<Rollout> {
  const deadline = new Deadline(options.stepDeadlineMs ?? DEFAULT_STEP_DEADLINE_MS, options.signal);
  const sinks = new SinkGroup(options.sinks ?? []);
  const tape = new Tape(world.spec, starts);
  const active = new Uint8Array(starts.length).fill(1);
  const parameters = parameterColumns(starts);
  const worldName = `world ${world.spec.name}`;
  const { horizonSteps } = options;
  const horizonOf = (lane: number): number =>
    typeof horizonSteps === "number" ? horizonSteps : horizonSteps[lane]!;
  const keeps = (extra: TraceExtra): boolean => options.keep?.includes(extra) ?? false;
  const latent = (): Batch | undefined =>
    keeps("latent") && showsLatent(world) ? world.latent() : undefined;
  const images = showsImages(world) ? (only?: readonly string[]): Images => world.images(only) : undefined;
  const keptImages = (): Images | undefined => (keeps("images") ? images?.(options.images) : undefined);
  const shown = images === undefined ? {} : { images };
  let running = starts.length;

  const stop = (lane: number): void => {
    active[lane] = 0;
    running--;
  };
  const faultAll = (step: number, kind: FaultKind, reason: string): void => {
    for (let lane = 0; lane < active.length; lane++) {
      if (active[lane] === 0) continue;
      tape.fault({ lane, step, kind, reason });
      stop(lane);
    }
  };
  const endLanes = (observation: Batch, step: number): void => {
    const ended = options.ended?.(observation, parameters);
    for (let lane = 0; lane < active.length; lane++) {
      if (active[lane] === 0) continue;
      if (ended?.[lane] === 1) tape.end(lane, "ends");
      else if (step < horizonOf(lane)) continue;
      stop(lane);
    }
  };
  const finish = (aborted: boolean): Rollout => {
    if (aborted) active.forEach((runs, lane) => runs === 1 && tape.end(lane, "aborted"));
    return { tape, sinkFailures: sinks.failures, aborted };
  };
  /** Answers of world and policy, with their failure turned into faults; undefined: nothing more to do. */
  const ask = async <T>(
    what: string,
    kind: FaultKind,
    step: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await deadline.run(what, work);
    } catch (thrown) {
      if (thrown instanceof SimgateError && (thrown.code === "input" || thrown.code === "aborted"))
        throw thrown;
      faultAll(step, thrown instanceof DeadlineError ? "deadline" : kind, messageOf(thrown));
      return undefined;
    }
  };

  try {
    let observation = await deadline.run(worldName, (signal) => world.reset(starts, signal));
    if (options.nudge !== undefined) moveLatent(world, options.nudge);
    tape.begin(observation, { latent: latent(), images: keptImages() });
    if (!sinks.empty) await sinks.write({ step: 0, timeSec: 0, observation, ...shown });
    endLanes(observation, 0);

    let step = 0;
    let yielded = performance.now();
    while (running > 0) {
      // Worlds that compute in this thread never give it back by themselves: let timers, signals and messages in.
      if (performance.now() - yielded > YIELD_EVERY_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        yielded = performance.now();
      }
      const seen: Batch = { ...observation, active };
      const chunk = await ask("the policy", "policy", step, (signal) => nextActions(seen, signal));
      if (chunk === undefined) break;
      for (const requested of chunk) {
        if (running === 0) break;
        const command: Batch = { ...requested, step, active };
        const transition = await ask(worldName, "threw", step, (signal) => world.step(command, signal));
        if (transition === undefined) break;
        for (const fault of transition.faults) {
          if (active[fault.lane] === 0) continue;
          tape.fault(fault);
          stop(fault.lane);
        }
        observation = transition.observation;
        tape.append(observation, requested, transition.appliedAction, active, {
          ...(keeps("uncertainty") ? { uncertainty: transition.uncertainty } : {}),
          latent: latent(),
          images: keptImages(),
          handOvers: transition.handOvers,
        });
        step++;
        if (!sinks.empty) {
          await sinks.write({
            step,
            timeSec: step * world.spec.controlPeriodSec,
            observation: { ...observation, active },
            requestedAction: requested,
            appliedAction: transition.appliedAction,
            ...(transition.uncertainty === undefined ? {} : { uncertainty: transition.uncertainty }),
            ...(transition.handOvers === undefined ? {} : { handOvers: transition.handOvers }),
            ...shown,
          });
        }
        endLanes(observation, step);
        options.onStep?.(step, running);
      }
    }
    return finish(false);
  } catch (thrown) {
    if (thrown instanceof SimgateError && thrown.code === "aborted") return finish(true);
    throw thrown;
  } finally {
    deadline.close();
  }
}

function showsLatent(world: World): world is LatentWorld {
  return "latent" in world;
}

function moveLatent(world: World, nudge: Readonly<Record<string, readonly number[]>>): void {
  if (!showsLatent(world)) throw inputError(`world ${world.spec.name} shows no latent state to be moved`);
  const latent = world.latent();
  for (const [name, by] of Object.entries(nudge)) {
    const column = latent.columns[name];
    if (column?.length !== by.length * latent.lanes) {
      throw inputError(`world ${world.spec.name} has no latent state "${name}" of that width`, {
        expected: `${column === undefined ? 0 : column.length / latent.lanes} values`,
        got: `${by.length}`,
      });
    }
    for (let i = 0; i < column.length; i++) column[i]! += by[i % by.length]!;
  }
  world.setLatent(latent);
}

function parameterColumns(starts: readonly Start[]): Record<string, Float64Array> {
  const columns: Record<string, Float64Array> = {};
  for (const name of Object.keys(starts[0]?.parameters ?? {})) {
    columns[name] = Float64Array.from(starts, (start) => start.parameters[name]!);
  }
  return columns;
}
