import type { ChannelSpec } from "../../core/channels.ts";
import { inputError } from "../../core/errors.ts";
import type { Scenario, ScenarioImage } from "../../scenario/scenario.ts";
import { pictureShape, PICTURE_DTYPE } from "../../wire/pictures.ts";
import type { ServedWorld } from "../../wire/world-protocol.ts";

/** What a served world has of a scenario. */
export interface ServedChannels {
  /** Observation channels that it tells. */
  readonly told: readonly ChannelSpec[];
  /** Pictures that it makes itself; what it draws from its channels is not among them. */
  readonly images: readonly ScenarioImage[];
  /** Pictures whose first it is given. */
  readonly beginsWith: readonly ScenarioImage[];
  /** Whether it has any pictures at all. */
  readonly pictured: boolean;
}

type Served = ServedWorld["observation"][number];

/** @throws SimgateError `input` unless the served world is one of this scenario. */
export function servedChannels(url: string, served: ServedWorld, scenario: Scenario): ServedChannels {
  const where = `${url} (world ${served.name})`;
  checkPeriod(where, served, scenario);
  const { images = [] } = scenario;
  const find = (kind: "observation" | "action", name: string): Served | undefined =>
    served[kind].find((one) => one.name === name);
  const pictures = images.flatMap((image) => {
    const found = find("observation", image.name);
    if (found !== undefined) checkPicture(where, found, image);
    return found === undefined ? [] : [{ image, drawn: found.drawn }];
  });
  const own = pictures.filter(({ drawn }) => !drawn).map(({ image }) => image);
  for (const channel of scenario.action) {
    const found = find("action", channel.name);
    if (found === undefined) throw noChannel(where, served, scenario, "action", channel);
    checkChannel(where, "action", found, channel);
  }
  const told = scenario.observation.filter((channel) => {
    const found = find("observation", channel.name);
    if (found !== undefined) checkChannel(where, "observation", found, channel);
    else if (own.length === 0) throw noChannel(where, served, scenario, "observation", channel);
    return found !== undefined;
  });
  const beginsWith = served.begins_with.map((name) => {
    const image = images.find((one) => one.name === name);
    if (image !== undefined) return image;
    throw inputError(`the served world begins with a picture "${name}" that nobody can draw`, {
      where,
      expected: `an image channel of scenario ${scenario.name}`,
      got: images.map((one) => one.name).join(", ") || "none",
    });
  });
  return { told, images: own, beginsWith, pictured: pictures.length > 0 };
}

function checkPeriod(where: string, served: ServedWorld, scenario: Scenario): void {
  if (Math.abs(served.control_period_sec - scenario.controlPeriodSec) <= 1e-9) return;
  throw inputError("the served world runs at another control period than the scenario", {
    where,
    expected: `${scenario.controlPeriodSec} s`,
    got: `${served.control_period_sec} s`,
  });
}

function checkPicture(
  where: string,
  { name, shape, dtype = PICTURE_DTYPE }: Served,
  image: ScenarioImage,
): void {
  const expected = pictureShape(image);
  if (dtype === PICTURE_DTYPE && shape.length === 3 && shape.every((length, i) => length === expected[i]))
    return;
  throw inputError(`picture "${name}" is served in another shape`, {
    where,
    expected: `[${expected.join(", ")}] of ${PICTURE_DTYPE}`,
    got: `[${shape.join(", ")}] of ${dtype}`,
  });
}

function checkChannel(
  where: string,
  kind: string,
  found: Served,
  { name, size, shape, unit }: ChannelSpec,
): void {
  if (found.shape.reduce((product, length) => product * length, 1) !== size) {
    throw inputError(`${kind} "${name}" is served in another shape`, {
      where,
      expected: `[${shape.join(", ")}]`,
      got: `[${found.shape.join(", ")}]`,
    });
  }
  if (found.unit !== undefined && found.unit !== unit) {
    throw inputError(`${kind} "${name}" is served in another unit`, {
      where,
      expected: unit,
      got: found.unit,
    });
  }
}

function noChannel(
  where: string,
  served: ServedWorld,
  scenario: Scenario,
  kind: "observation" | "action",
  { name }: ChannelSpec,
): Error {
  return inputError(`the served world has no ${kind} channel "${name}"`, {
    where,
    got: served[kind].map((one) => one.name).join(", ") || "none",
    expected:
      `every ${kind} channel of scenario ${scenario.name}` +
      (kind === "observation" && scenario.images !== undefined
        ? ", or pictures of its own that show it"
        : ""),
  });
}
