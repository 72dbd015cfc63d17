import type { KeyPath } from "../core/schema-problems.ts";
import { didYouMean } from "../core/errors.ts";
import type { ImageConfig } from "./image-schema.ts";
import type { Problems } from "./problems.ts";
import type { Scenario } from "./scenario.ts";

/** Channels that place what is drawn must be there, and be places and angles. */
export function checkImages(scenario: Scenario, problems: Problems): void {
  for (const { name, ...image } of scenario.images ?? []) {
    const path = ["images", name];
    if (scenario.observation.some((channel) => channel.name === name)) {
      problems.add(path, `"${name}" is also declared under observation`);
    }
    const { view, light, eye, shapes } = image;
    const check = new ImageChecks(scenario, problems);
    check.place(view.centre, [...path, "view", "centre"]);
    check.angle(view.turn, [...path, "view", "turn"]);
    if (eye !== undefined) check.place(eye, [...path, "eye"]);
    check.parameter(light.brightness, [...path, "light", "brightness"]);
    shapes.forEach((shape, i) => checkShape(shape, [...path, "shapes", i], image, check));
  }
}

function checkShape(
  { at, turn, shown, object, hides }: ImageConfig["shapes"][number],
  path: KeyPath,
  { eye }: ImageConfig,
  check: ImageChecks,
): void {
  check.place(at, [...path, "at"]);
  check.angle(turn, [...path, "turn"]);
  check.scalar(shown, [...path, "shown"]);
  check.object(object, [...path, "object"]);
  if (hides && eye === undefined) {
    check.problems.add([...path, "hides"], "nothing says from where it hides what lies behind it", {
      hint: "declare the image's eye",
    });
  }
}

class ImageChecks {
  readonly scenario: Scenario;
  readonly problems: Problems;

  constructor(scenario: Scenario, problems: Problems) {
    this.scenario = scenario;
    this.problems = problems;
  }

  place(value: readonly number[] | string, path: KeyPath): void {
    this.#channel(value, path, "x and y first, in m", ({ unit, size }) => unit === "m" && size >= 2);
  }

  angle(value: number | string, path: KeyPath): void {
    this.#channel(value, path, "one angle", ({ kind, size }) => kind === "angle" && size === 1);
  }

  scalar(value: string | undefined, path: KeyPath): void {
    if (value !== undefined) this.#channel(value, path, "one value", ({ size }) => size === 1);
  }

  parameter(value: number | string, path: KeyPath): void {
    const known = this.scenario.parameters.map(({ name }) => name);
    if (typeof value === "number" || known.includes(value)) return;
    this.problems.add(path, `there is no parameter "${value}"`, { hint: didYouMean(value, known) });
  }

  object(value: string | undefined, path: KeyPath): void {
    const known = this.scenario.objects.map(({ name }) => name);
    if (value === undefined || known.includes(value)) return;
    this.problems.add(path, `there is no object "${value}"`, { hint: didYouMean(value, known) });
  }

  #channel(
    value: number | readonly number[] | string,
    path: KeyPath,
    expected: string,
    fits: (channel: Scenario["observation"][number]) => boolean,
  ): void {
    if (typeof value !== "string") return;
    const { observation } = this.scenario;
    const channel = observation.find(({ name }) => name === value);
    if (channel === undefined) {
      const known = observation.map(({ name }) => name);
      this.problems.add(path, `there is no channel "${value}"`, { hint: didYouMean(value, known) });
    } else if (!fits(channel)) {
      const got = `${channel.size} in ${channel.unit}`;
      this.problems.add(path, `"${value}" does not say that`, { expected, got });
    }
  }
}
