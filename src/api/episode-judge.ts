import type { Step } from "../core/trace.ts";
import type { EndReason, LaneFault } from "../core/trace.ts";
import type { EpisodeOutcome } from "../ros/bridge.ts";
import type { EpisodeListener, EpisodeStart } from "../ros/episode.ts";
import { Tape } from "../rollout/tape.ts";
import type { Judge } from "../scenario/judge.ts";
import type { WorldSpec } from "../world/world.ts";

const ONE_LANE = Uint8Array.of(1);

/** Judges each episode of a hosted world by the scenario's formula, as an exam would. */
export class EpisodeJudge implements EpisodeListener {
  readonly #spec: WorldSpec;
  readonly #judge: Judge;
  readonly #onOutcome: (outcome: EpisodeOutcome) => void;
  #tape: Tape | undefined;
  #epoch = 0;

  constructor(spec: WorldSpec, judge: Judge, onOutcome: (outcome: EpisodeOutcome) => void) {
    this.#spec = spec;
    this.#judge = judge;
    this.#onOutcome = onOutcome;
  }

  begin({ epoch, start }: EpisodeStart): void {
    this.#epoch = epoch;
    this.#tape = new Tape(this.#spec, [start]);
  }

  step({ observation, requestedAction, appliedAction }: Step): void {
    if (requestedAction === undefined || appliedAction === undefined) this.#tape?.begin(observation);
    else this.#tape?.append(observation, requestedAction, appliedAction, ONE_LANE);
  }

  end(reason: EndReason, fault: Omit<LaneFault, "lane"> | undefined): void {
    const tape = this.#tape;
    if (tape === undefined || reason === "aborted") return;
    if (fault === undefined) tape.end(0, reason);
    else tape.fault({ lane: 0, ...fault });
    const trace = tape.trace(0);
    const { kind, margin } = this.#judge.outcome(trace);
    const start = trace.start.index;
    this.#onOutcome({ epoch: this.#epoch, start, steps: trace.steps, end: reason, kind, margin });
  }
}
