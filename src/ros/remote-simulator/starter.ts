import { difference } from "../../core/channels.ts";
import { inputError, runtimeError } from "../../core/errors.ts";
import { startText } from "../../core/start-text.ts";
import type { Start } from "../../core/trace.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { entitiesOf, frameOf, type Entity, type Place } from "../entities.ts";
import { poseOf, twistOf } from "../entity-state.ts";
import type { RosNode } from "../node.ts";
import { FEATURE } from "../simulation-interfaces/codes.ts";
import type { SimulatorCalls } from "./calls.ts";

type LaneValues = Readonly<Record<string, Float64Array>>;

/** Brings a simulator to where an episode is to begin. */
export interface Starter {
  /** Before the reset. */
  announce(start: Start, signal?: AbortSignal): Promise<void>;
  /** After it. @returns whether something was moved, so that what was shown before is out of date. */
  place(start: Start, signal?: AbortSignal): Promise<boolean>;
  /** @throws SimgateError `runtime` if it begins elsewhere. */
  check(start: Start, first: LaneValues): void;
}

const STRING_PARAMETER = 4;

/** simgate's own bridge: its parameter `start` takes a whole start, parameters of the scenario and seed included. */
export function parameterStarter(node: RosNode, bridge: string, deadlineMs: number): Starter {
  return {
    announce: async (start, signal) => {
      const value = { type: STRING_PARAMETER, string_value: startText(start) };
      const { results } = (await node.services.call(
        `${bridge}/set_parameters`,
        "rcl_interfaces/srv/SetParameters",
        { parameters: [{ name: "start", value }] },
        { timeoutMs: deadlineMs, ...(signal === undefined ? {} : { signal }) },
      )) as { results?: readonly { successful: boolean; reason: string }[] };
      const [result] = results ?? [];
      if (result?.successful === true) return;
      throw inputError(`${bridge} does not take start #${start.index}`, {
        got: result?.reason ?? "no answer to set_parameters",
        hint: "it must host the same scenario",
      });
    },
    place: () => Promise.resolve(false),
    check: () => undefined,
  };
}

interface Placed {
  readonly entity: Entity;
  readonly place: Place;
}

/**
 * Any other simulator: what a start says of the robot and the objects is set with set_entity_state, and whether the
 * simulator begins there is looked at. It has no way to take parameters of the scenario, or joints.
 * @throws SimgateError `input` if starts of this scenario cannot be told to this simulator.
 */
export function entityStarter(
  calls: SimulatorCalls,
  scenario: Scenario,
  { name, features }: { readonly name: string; readonly features: readonly number[] },
): Starter {
  const placed = entitiesOf(scenario).flatMap((entity): Placed[] =>
    entity.place === undefined ? [] : [{ entity, place: entity.place }],
  );
  const settable = features.includes(FEATURE.entityStateSetting) ? placed.flatMap(channelsOf) : [];
  const varied = scenario.dimensions.filter(({ range: [lower, upper] }) => lower < upper);
  const beyond = varied.filter(
    ({ target }) => target.kind === "parameter" || !settable.includes(target.channel),
  );
  if (beyond.length > 0) {
    throw inputError(`simulator ${name} cannot be told where an episode begins`, {
      where: scenario.file,
      expected: "a start box of poses and velocities that set_entity_state can set (feature 11)",
      got: `dimensions ${beyond.map(({ key }) => key).join(", ")}`,
      hint: "leave them out of starts.box, or run the simulator behind `simgate bridge`, which takes whole starts",
    });
  }
  const flags = calls.requestFields("SetEntityState").includes("set_pose")
    ? { set_pose: true, set_twist: true, set_acceleration: false }
    : {};
  return {
    announce: () => Promise.resolve(),
    place: async ({ initial }, signal) => {
      const set = placed.filter(({ place }) => place.position.name in initial && settable.length > 0);
      for (const { entity, place } of set) {
        const zero = channelsOf({ entity, place }).map((name) => [name, [0, 0, 0]] as const);
        const columns = { ...Object.fromEntries(zero), ...initial };
        const state = {
          header: { frame_id: frameOf(entity) },
          pose: poseOf(turnable(place, initial), columns),
          twist: twistOf(place, columns),
        };
        await calls.demand(
          "set_entity_state",
          "SetEntityState",
          { entity: entity.name, state, ...flags },
          { signal },
        );
      }
      return set.length > 0;
    },
    check: (start, first) => checkStart(scenario, name, start, first),
  };
}

function channelsOf({ place: { position, orientation, velocity, turnRate } }: Placed): string[] {
  return [position, orientation, velocity, turnRate].flatMap((one) => (one === undefined ? [] : [one.name]));
}

/** Without the orientation where a start does not give one. */
function turnable(place: Place, initial: Start["initial"]): Place {
  if (place.orientation === undefined || place.orientation.name in initial) return place;
  const { orientation: _none, ...rest } = place;
  return rest;
}

function checkStart({ observation }: Scenario, name: string, start: Start, first: LaneValues): void {
  for (const { name: channel, kind, tolerance, unit } of observation) {
    const wanted = start.initial[channel];
    if (wanted === undefined || kind === "quaternion") continue;
    const off = wanted.findIndex(
      (value, i) => !(Math.abs(difference(kind, first[channel]![i]!, value)) <= tolerance),
    );
    if (off < 0) continue;
    throw runtimeError(`simulator ${name} does not begin where start #${start.index} says`, {
      expected: `${channel} = ${wanted[off]} ${unit}, to within its tolerance of ${tolerance}`,
      got: `${first[channel]![off]} ${unit}`,
    });
  }
}
