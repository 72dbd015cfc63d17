import { inputError } from "../../core/errors.ts";
import type { Look } from "../../perception/look.ts";
import { lookOf } from "../../perception/scene-looks.ts";
import type { ImageShape } from "../../scenario/image-schema.ts";
import type { ObservationChannel, Scenario, ScenarioImage } from "../../scenario/scenario.ts";

/** One thing that is drawn where a channel says, and how its picture gives back what is observed of it. */
export interface DrawnThing {
  readonly look: Look;
  /** Observation channel: x and y, m. */
  readonly position: string;
  /** From there to the middle of what is drawn, m. */
  readonly offset: readonly [x: number, y: number];
  /** From its middle to what of it is farthest, m. */
  readonly reach: number;
  /** Observation channel: 1 while it is shown. Absent: the world always knows where it is. */
  readonly shown?: string;
  /** Observation channels of its velocity. */
  readonly velocities: readonly string[];
  /** Action channel that commands its velocity. */
  readonly command?: string;
}

/** Fewer pixels than that are the edge of something else. */
const LEAST_AREA = 6;

/**
 * Everything that one image channel shows of what a scenario observes.
 * @throws SimgateError `input` that names each channel it does not show, and why
 */
export function drawnThings(scenario: Scenario, image: ScenarioImage): readonly DrawnThing[] {
  const { view } = image;
  const mover = [view.centre, view.turn].find((value) => typeof value === "string");
  const unread = new Map<string, string>();
  const things: DrawnThing[] = [];
  for (const channel of scenario.observation) {
    const shapes = image.shapes.filter(({ at }) => at === channel.name);
    if (shapes.length === 0) continue;
    const found =
      mover === undefined ? thingAt(channel, shapes, scenario, image) : `the camera moves with ${mover}`;
    if (typeof found === "string") unread.set(channel.name, found);
    else things.push(found);
  }
  const read = new Set(things.flatMap(({ position, shown, velocities }) => [position, shown, ...velocities]));
  const missing = scenario.observation
    .filter(({ name }) => !read.has(name))
    .map(({ name }) => (unread.has(name) ? `${name} (${unread.get(name)})` : name));
  if (missing.length === 0) return things;
  throw inputError(`image ${image.name} does not show all that scenario ${scenario.name} observes`, {
    where: scenario.file,
    expected:
      "every observation channel to be where something is drawn, whether it is shown, or how fast it moves",
    got: `not shown: ${missing.join(", ")}`,
  });
}

/** Or why its place cannot be told. */
function thingAt(
  { name, size, kind }: ObservationChannel,
  shapes: readonly ImageShape[],
  { observation, action }: Scenario,
  image: ScenarioImage,
): DrawnThing | string {
  if (size !== 2 || kind !== "linear") return "it is no place in the plane";
  const own = shapes.filter(
    (shape) => !image.shapes.some((other) => other !== shape && isOneColour(other, shape)),
  );
  if (own.length === 0) return "nothing that is drawn there has a colour of its own";
  const steady = own.filter(({ turn, offset: [x, y] }) => typeof turn === "number" || (x === 0 && y === 0));
  const [shape] = steady.sort((a, b) => lookOf(b, image, name).area! - lookOf(a, image, name).area!);
  if (shape === undefined) return "what is drawn there turns about another point than its middle";
  const look = lookOf(shape, image, name);
  if (look.area! < LEAST_AREA) return "what is drawn there is too small";
  const command = action.find(({ derivativeOf }) => derivativeOf === name)?.name;
  return {
    look,
    position: name,
    offset: turned(shape),
    reach: reachOf(shape),
    velocities: observation
      .filter(({ derivativeOf }) => derivativeOf === name)
      .map((channel) => channel.name),
    ...(shape.shown === undefined ? {} : { shown: shape.shown }),
    ...(command === undefined ? {} : { command }),
  };
}

function reachOf(shape: ImageShape): number {
  if ("box" in shape) return Math.hypot(...shape.box);
  return "disc" in shape ? shape.disc : shape.capsule[0] + shape.capsule[1];
}

function isOneColour(a: ImageShape, b: ImageShape): boolean {
  return a.colour.every((part, i) => part === b.colour[i]);
}

function turned({ turn, offset: [x, y] }: ImageShape): readonly [number, number] {
  if (typeof turn === "string") return [0, 0];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [cos * x - sin * y, sin * x + cos * y];
}
