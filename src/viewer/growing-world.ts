import type { LaneHandOver } from "../core/hand-over.ts";
import type { RecordingInfo, RecordingResult } from "../record/recording-info.ts";
import { GrowingPictures } from "./growing-pictures.ts";
import { GrowingSignal } from "./growing-signal.ts";
import type { RecordedWorld, Signal } from "./recording.ts";
import type { TopicChannel } from "./topic-channels.ts";

/** A world of a recording, as its signals come in. */
export class GrowingWorld {
  readonly fromSec: number;
  readonly signals = new Map<
    string,
    { readonly kind: TopicChannel["kind"]; readonly signal: GrowingSignal }
  >();
  readonly pictures = new Map<string, GrowingPictures>();
  readonly handOvers: LaneHandOver[] = [];
  readonly #prefix: string;
  readonly #info: RecordingInfo | undefined;

  constructor(prefix: string, info: RecordingInfo | undefined) {
    this.#prefix = prefix;
    this.#info = info;
    this.fromSec = Number(info?.about["fromSec"] ?? 0);
  }

  get firstSec(): number[] {
    return [...this.signals.values()].flatMap(({ signal }) => signal.firstSec ?? []);
  }

  get lastSec(): number[] {
    return [...this.signals.values()].flatMap(({ signal }) => signal.lastSec ?? []);
  }

  signalOf({ kind, channel }: TopicChannel): GrowingSignal {
    const key = `${kind} ${channel.name}`;
    const known = this.signals.get(key)?.signal;
    if (known?.channel.size === channel.size) return known;
    const signal = new GrowingSignal(channel);
    this.signals.set(key, { kind, signal });
    return signal;
  }

  picturesOf(name: string): GrowingPictures {
    let pictures = this.pictures.get(name);
    if (pictures === undefined) {
      pictures = new GrowingPictures();
      this.pictures.set(name, pictures);
    }
    return pictures;
  }

  forgetBefore(timeSec: number): void {
    for (const { signal } of this.signals.values()) signal.forgetBefore(timeSec);
    for (const pictures of this.pictures.values()) pictures.forgetBefore(timeSec);
  }

  build(shiftSec: number, results: readonly RecordingResult[]): RecordedWorld {
    const info = this.#info;
    const result = results.findLast(({ prefix }) => prefix === this.#prefix);
    const of = (kind: TopicChannel["kind"]): Record<string, Signal> =>
      Object.fromEntries(
        [...this.signals.values()]
          .filter((one) => one.kind === kind)
          .map(({ signal }) => [signal.channel.name, signal.signal(shiftSec)]),
      );
    const observation = of("observation");
    return {
      role: this.#prefix.slice(1),
      name: info?.world ?? null,
      policy: info?.policy ?? null,
      scenario: info?.scenario?.name ?? null,
      start: info?.start ?? null,
      controlPeriodSec: info?.controlPeriodSec ?? null,
      fromSec: this.fromSec,
      steps: Math.max(0, Math.min(...Object.values(observation).map(({ timesSec }) => timesSec.length - 1))),
      observation,
      applied: of("applied"),
      requested: of("requested"),
      uncertainty: of("uncertainty"),
      pictures: Object.fromEntries(
        [...this.pictures].map(([name, pictures]) => [name, pictures.series(shiftSec)]),
      ),
      handOvers: [...this.handOvers],
      end: result?.end ?? null,
      outcome: result?.outcome ?? null,
      fault: result?.fault ?? null,
    };
  }
}

/** Truth first, then the candidate, then whatever else there is. */
export function byRole(a: RecordedWorld, b: RecordedWorld): number {
  const rank = ({ role }: RecordedWorld): number => ["truth", "candidate"].indexOf(role) + 1 || 3;
  return rank(a) - rank(b);
}
