import { isActive } from "../core/channels.ts";
import { type TimeNs, toNs } from "../core/time.ts";
import type { Start, Step, TraceSink } from "../core/trace.ts";
import { scaledError } from "../metrics/divergence.ts";
import { encodeHandOver, HAND_OVER_TOPIC, HAND_OVER_TYPE } from "../record/hand-over-message.ts";
import { type RecordedChannels, UNCERTAINTY_SUFFIX } from "../record/recorded-channel.ts";
import {
  infoEntries,
  type RecordingInfo,
  type RecordingResult,
  resultEntries,
} from "../record/recording-info.ts";
import { TopicEncoder } from "../record/topic-encoder.ts";
import { type ChannelRole, type TopicLayout, topicLayouts } from "../record/topic-layout.ts";
import type { Hub } from "./foxglove/hub.ts";
import { LIVE_TOPICS, type LiveInfo, type TrustMessage } from "./live-messages.ts";
import { type TrustInput, trustAt } from "./trust-level.ts";

export type LiveRole = "truth" | "candidate";

export interface LiveWorld {
  readonly role: LiveRole;
  readonly world: string;
  readonly policy?: string;
}

export interface LiveFeedOptions {
  readonly channels: RecordedChannels;
  readonly controlPeriodSec: number;
  readonly worlds: readonly LiveWorld[];
  readonly scenario?: RecordingInfo["scenario"];
  /** Usable horizon of the candidate, where it is known. */
  readonly horizonSec?: number | null;
  /** False: whoever feeds it compares the worlds, and says so with {@link LiveFeed.judge}. Default true. */
  readonly compares?: boolean;
}

/** What is known of the candidate at a step. */
export interface LiveJudgement extends Pick<TrustInput, "scaledError" | "channel" | "aloneSec" | "fault"> {
  readonly step: number;
}

/** Steps of one world that wait for the other's. */
const MOST_WAITING_STEPS = 1000;
/** A level is told again this often though it has not changed, in simulated time. */
const TRUST_EVERY_SEC = 1;

interface LiveTopic {
  readonly id: number;
  readonly encoder: TopicEncoder;
}

type Row = Readonly<Record<string, Float64Array>>;

/**
 * Sends the steps of worlds to whoever listens, as they are made: the topics and messages that a recording of them would
 * have, and at each step whether the candidate may be believed.
 */
export class LiveFeed {
  readonly #hub: Hub;
  readonly #options: LiveFeedOptions;
  readonly #topics = new Map<string, readonly LiveTopic[]>();
  readonly #ids: number[] = [];
  readonly #handOvers = new Map<LiveRole, number>();
  readonly #info: number;
  readonly #result: number;
  readonly #trust: number;
  readonly #waiting = new Map<LiveRole, Map<number, Row>>();
  #epoch = 0;
  /** Time of step 0. */
  #originNs: TimeNs = 0n;
  #trustNow: TrustMessage | undefined;
  #toldSec = -Infinity;

  constructor(hub: Hub, options: LiveFeedOptions) {
    this.#hub = hub;
    this.#options = options;
    this.#info = this.#advertiseJson(LIVE_TOPICS.info, "simgate.LiveInfo", true);
    this.#result = this.#advertiseJson(LIVE_TOPICS.result, "simgate.LiveInfo", true);
    this.#trust = this.#advertiseJson(LIVE_TOPICS.trust, "simgate.Trust", true);
    for (const { role } of options.worlds) {
      const layouts = topicLayouts(options.channels, `/${role}`);
      for (const kind of ["observation", "applied", "requested"] as const) {
        const own = layouts.filter((layout) => layout.role === kind);
        this.#topics.set(
          `${role} ${kind}`,
          own.map((layout) => this.#advertise(layout)),
        );
      }
    }
  }

  /** A rollout begins in every world. @param originNs time of its step 0 */
  begin(start: Start, originNs: TimeNs = 0n): void {
    this.#epoch++;
    this.#originNs = originNs;
    this.#hub.forget(this.#info);
    this.#hub.forget(this.#result);
    for (const id of this.#handOvers.values()) this.#hub.forget(id);
    this.#waiting.clear();
    this.#trustNow = undefined;
    this.#toldSec = -Infinity;
    for (const { role, world, policy } of this.#options.worlds) {
      const { channels, controlPeriodSec, scenario } = this.#options;
      const info: RecordingInfo = {
        source: "rollout",
        prefix: `/${role}`,
        originNs,
        controlPeriodSec,
        ...(scenario === undefined ? {} : { scenario }),
        world,
        ...(policy === undefined ? {} : { policy }),
        start,
        ...channels,
        about: {},
      };
      this.#publishJson(this.#info, 0, this.#entries(infoEntries(info)), role);
    }
  }

  /** Takes the steps of one world; of one lane of it. */
  sink(role: LiveRole, lane = 0): TraceSink {
    return {
      write: (step) => this.write(role, step, lane),
      close: () => Promise.resolve(),
    };
  }

  end(role: LiveRole, result: Omit<RecordingResult, "prefix">): void {
    const entries = resultEntries({ prefix: `/${role}`, ...result });
    const atSec = result.steps * this.#options.controlPeriodSec;
    this.#publishJson(this.#result, atSec, this.#entries(entries), role);
    if (result.fault !== undefined && role === "candidate") {
      const { step, reason } = result.fault;
      const fault = `the candidate broke at step ${step}: ${reason}`;
      this.judge({ step: result.steps, scaledError: null, channel: null, aloneSec: atSec, fault });
    }
  }

  /** How far the candidate is off; told to whoever listens when its level changes, and once a second. */
  judge({ step, ...known }: LiveJudgement): void {
    const before = this.#trustNow;
    const { horizonSec = null, controlPeriodSec } = this.#options;
    const atSec = step * controlPeriodSec;
    const now = trustAt({ atSec, horizonSec, ...known }, before);
    this.#trustNow = now;
    if (before?.level === now.level && atSec - this.#toldSec < TRUST_EVERY_SEC) return;
    this.#toldSec = atSec;
    this.#publishJson(this.#trust, atSec, now);
  }

  /** Withdraws its topics. */
  close(): void {
    this.#hub.unadvertise(this.#ids);
  }

  /** A step of one world. */
  write(role: LiveRole, step: Step, lane = 0): void {
    const { observation, appliedAction, requestedAction, uncertainty, handOvers = [] } = step;
    if (!isActive(observation, lane)) return;
    const period = this.#options.controlPeriodSec;
    const before = this.#originNs + toNs((step.step - 1) * period);
    const now = this.#originNs + toNs(step.step * period);
    if (appliedAction !== undefined) this.#send(role, "applied", appliedAction.columns, lane, before);
    if (requestedAction !== undefined) this.#send(role, "requested", requestedAction.columns, lane, before);
    this.#send(role, "observation", observation.columns, lane, now);
    if (uncertainty !== undefined) this.#sendUncertainty(role, uncertainty.columns, lane, now);
    for (const { lane: whose, ...handOver } of handOvers) {
      if (whose !== lane) continue;
      this.#hub.publish(this.#handOverTopic(role), before, encodeHandOver(handOver), `${handOver.step}`);
    }
    this.#hub.time(now);
    this.#compare(role, step.step, observation.columns, lane);
  }

  /** Which channels a world has an opinion on is known once it gives one. */
  #sendUncertainty(role: LiveRole, columns: Row, lane: number, timeNs: bigint): void {
    const topicOf = (name: string): string => name + UNCERTAINTY_SUFFIX;
    const known = this.#options.channels.observation.filter(({ name }) => name in columns);
    if (!this.#topics.has(`${role} uncertainty`)) {
      const observation = known.map(({ ros: _, ...channel }) => ({
        ...channel,
        name: topicOf(channel.name),
      }));
      const layouts = topicLayouts({ observation, action: [] }, `/${role}`);
      this.#topics.set(
        `${role} uncertainty`,
        layouts.map((layout) => this.#advertise(layout)),
      );
    }
    const named = Object.fromEntries(known.map(({ name }) => [topicOf(name), columns[name]!]));
    this.#send(role, "uncertainty", named, lane, timeNs);
  }

  /** Whether a world hands over is known once it does; who comes later is told of all since the rollout began. */
  #handOverTopic(role: LiveRole): number {
    let id = this.#handOvers.get(role);
    if (id === undefined) {
      const { name, text } = HAND_OVER_TYPE;
      const topic = `/${role}${HAND_OVER_TOPIC}`;
      id = this.#hub.advertise(
        { topic, encoding: "cdr", schemaName: name, schema: text, schemaEncoding: "ros2msg" },
        { latched: true },
      );
      this.#ids.push(id);
      this.#handOvers.set(role, id);
    }
    return id;
  }

  #send(role: LiveRole, kind: ChannelRole | "uncertainty", columns: Row, lane: number, timeNs: bigint): void {
    for (const { id, encoder } of this.#topics.get(`${role} ${kind}`) ?? []) {
      if (this.#hub.isWanted(id)) this.#hub.publish(id, timeNs, encoder.encode(columns, lane, timeNs));
    }
  }

  /** Once both worlds have made a step it is known how far they are apart. */
  #compare(role: LiveRole, step: number, columns: Row, lane: number): void {
    const { worlds, compares = true } = this.#options;
    if (worlds.length < 2 || !compares) return;
    const other = this.#waiting.get(role === "truth" ? "candidate" : "truth");
    const theirs = other?.get(step);
    if (theirs === undefined) {
      const mine = this.#waiting.get(role) ?? new Map<number, Row>();
      this.#waiting.set(role, mine);
      mine.set(step, laneOf(this.#options.channels.observation, columns, lane));
      // The other world has ended, or fallen behind for good.
      if (mine.size > MOST_WAITING_STEPS) mine.delete(mine.keys().next().value!);
      return;
    }
    other!.delete(step);
    let worst = 0;
    let channel: string | null = null;
    for (const spec of this.#options.channels.observation) {
      const { max } = scaledError(spec, columns[spec.name]!, lane, theirs[spec.name]!, 0);
      if (channel === null || max > worst) [worst, channel] = [max, spec.name];
    }
    const aloneSec = step * this.#options.controlPeriodSec;
    this.judge({ step, scaledError: worst, channel, aloneSec, fault: null });
  }

  #entries(entries: Readonly<Record<string, string>>): LiveInfo {
    return { epoch: this.#epoch, entries };
  }

  #publishJson(channel: number, atSec: number, value: object, key = ""): void {
    this.#hub.publish(
      channel,
      this.#originNs + toNs(atSec),
      new TextEncoder().encode(JSON.stringify(value)),
      key,
    );
  }

  #advertise(layout: TopicLayout): LiveTopic {
    const { topic, type } = layout;
    const id = this.#hub.advertise({
      topic,
      encoding: "cdr",
      schemaName: type.name,
      schema: type.text,
      schemaEncoding: "ros2msg",
    });
    this.#ids.push(id);
    return { id, encoder: new TopicEncoder(layout) };
  }

  #advertiseJson(topic: string, schemaName: string, latched: boolean): number {
    const id = this.#hub.advertise(
      { topic, encoding: "json", schemaName, schema: `{"type":"object"}`, schemaEncoding: "jsonschema" },
      { latched },
    );
    this.#ids.push(id);
    return id;
  }
}

function laneOf(channels: RecordedChannels["observation"], columns: Row, lane: number): Row {
  return Object.fromEntries(
    channels.map(({ name, size }) => [name, columns[name]!.slice(lane * size, (lane + 1) * size)]),
  );
}
