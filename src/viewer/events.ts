import type { ChannelSpec } from "../core/channels.ts";
import { handOverText } from "../core/hand-over.ts";
import {
  auditOptions,
  auditTraces,
  objectChannels,
  type ShownObject,
  type ShownTrace,
} from "../metrics/scene-frames.ts";
import type { Comparison, RecordedWorld, Recording, RecordingEvent } from "./recording.ts";
import type { SceneObject } from "./scene.ts";
import type { Session } from "./session.ts";

export interface EventOptions {
  readonly horizon?: Session["horizon"];
  readonly objects?: readonly SceneObject[];
}

/** What happened when: the markers of the time bar, in order of time. */
export function eventsOf(
  { worlds }: Recording,
  comparison: Comparison | undefined,
  { horizon, objects }: EventOptions = {},
): readonly RecordingEvent[] {
  const truth = worlds.find(({ role }) => role === "truth");
  const candidate = worlds.find(({ role }) => role === "candidate");
  return [
    ...divergenceEvents(comparison),
    ...(candidate === undefined ? [] : horizonEvents(horizon ?? null)),
    ...worlds.flatMap(handOverEvents),
    ...worlds.flatMap(endEvents),
    ...(truth === undefined || candidate === undefined
      ? []
      : identityEvents(truth, candidate, objects ?? [])),
  ].sort((a, b) => a.timeSec - b.timeSec);
}

const nothing = { role: null, channel: null, object: null } as const;

function divergenceEvents(comparison: Comparison | undefined): RecordingEvent[] {
  if (comparison === undefined || comparison.first === null) return [];
  const { timeSec, channel } = comparison.first;
  return [
    {
      ...nothing,
      timeSec,
      kind: "first-divergence",
      label: `${channel} leaves`,
      text: `${channel} is more than a tolerance from truth for the first time`,
      channel,
    },
  ];
}

function horizonEvents(horizon: Session["horizon"]): RecordingEvent[] {
  const names = {
    validPredictionTimeSec: ["prediction valid", "until here half of the open-loop predictions stay valid"],
    conformalSec: [
      "conformal",
      "until here every channel stays within its tolerance, with the confidence asked for",
    ],
    decisionSec: ["decision", "until here truth and candidate agree on the outcome"],
  } as const;
  return Object.entries(names).flatMap(([key, [label, text]]): RecordingEvent[] => {
    const timeSec = horizon?.[key as keyof typeof names] ?? null;
    return timeSec === null
      ? []
      : [
          {
            ...nothing,
            timeSec,
            kind: "horizon",
            label: `horizon: ${label}`,
            text: `usable horizon: ${text}`,
          },
        ];
  });
}

function handOverEvents({ role, handOvers, controlPeriodSec, fromSec }: RecordedWorld): RecordingEvent[] {
  return handOvers.map((handOver) => ({
    ...nothing,
    timeSec: fromSec + handOver.step * (controlPeriodSec ?? 0),
    kind: "hand-over",
    role,
    label: `${handOver.to} takes over`,
    text: `${role === "" ? "the world" : role}: ${handOverText(handOver)}`,
    channel: handOver.channel ?? null,
  }));
}

function endEvents(world: RecordedWorld): RecordingEvent[] {
  const { role, fault, outcome, end, controlPeriodSec } = world;
  const last = Math.max(
    world.fromSec,
    ...Object.values(world.observation).map(({ timesSec }) => timesSec.at(-1) ?? 0),
  );
  const who = role === "" ? "the world" : role;
  if (fault !== null) {
    const timeSec = controlPeriodSec === null ? last : world.fromSec + fault.step * controlPeriodSec;
    const text = `${who} broke at step ${fault.step} (${fault.kind}): ${fault.reason}`;
    return [{ ...nothing, timeSec, kind: "fault", role, label: `${who}: fault`, text }];
  }
  if (outcome === null || outcome.kind === "fault") return [];
  const margin = outcome.margin === null ? "" : `, margin ${outcome.margin.toPrecision(3)} tolerances`;
  const how = end === "ends" ? "by the scenario's end condition" : end === "horizon" ? "at the horizon" : "";
  const text = `${who} ends ${how === "" ? "" : `${how} `}in ${outcome.kind}${margin}`;
  return [{ ...nothing, timeSec: last, kind: outcome.kind, role, label: `${who}: ${outcome.kind}`, text }];
}

function identityEvents(
  truth: RecordedWorld,
  candidate: RecordedWorld,
  objects: readonly SceneObject[],
): RecordingEvent[] {
  const shown = objects.filter(
    ({ position }) => position in truth.observation && position in candidate.observation,
  );
  const period = truth.controlPeriodSec;
  if (shown.length === 0 || period === null) return [];
  const channels = objectChannels({
    objects: shown.map(({ name, position, visible, matchWithin }): ShownObject => ({
      name,
      position,
      matchWithin,
      ...(visible === null ? {} : { visible }),
    })),
    observation: Object.values(truth.observation).map(({ channel }): ChannelSpec => channel),
  });
  const truthTrace = shownTrace(truth);
  const options = auditOptions(channels, [truthTrace], period);
  const { events } = auditTraces(channels, truthTrace, shownTrace(candidate), options);
  return events.map(({ kind, object, step, steps, as }): RecordingEvent => {
    const what = kind.replaceAll("-", " ");
    const other = as === undefined || as === object ? "" : ` (${as})`;
    return {
      timeSec: truth.fromSec + step * period,
      kind: "identity",
      role: "candidate",
      label: `${object} ${what}${other}`,
      text: `${object} ${what}${other} in the candidate, for ${(steps * period).toFixed(2)} s`,
      channel: shown.find(({ name }) => name === object)?.position ?? null,
      object,
    };
  });
}

function shownTrace({ steps, observation, fault }: RecordedWorld): ShownTrace {
  return {
    steps,
    observation: Object.fromEntries(Object.entries(observation).map(([name, { values }]) => [name, values])),
    ...(fault === null ? {} : { fault }),
  };
}
