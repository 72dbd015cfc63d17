import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { colourDistanceSquared, type Colour, colourText } from "../../src/core/picture.ts";
import { encodePng } from "../../src/core/png.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";

export interface RecordedSession {
  readonly world: string;
  readonly policy: string;
  readonly image: "overhead" | "coarse";
  /** Of the panel. */
  readonly start: number;
  /** Of the scenario's control steps. */
  readonly steps?: number;
}

/** Writes a rollout of `tabletop-push` as somebody's session: frames, actions.csv, session.yaml. examples/session is one. */
export async function recordSession(folder: string, options: RecordedSession): Promise<void> {
  const { world: worldName, policy: policyName, image: imageName, start } = options;
  const scenario = await loadScenario("tabletop-push");
  const image = scenario.images!.find(({ name }) => name === imageName)!;
  const world = await openWorld(scenario, worldName);
  const policy = await openPolicy(scenario, policyName);
  const starts = [drawPanel(scenario, { count: start + 1 })[start]!];
  const { tape } = await closedLoop(world, policy, starts, {
    horizonSteps: options.steps ?? scenario.horizonSteps,
    keep: ["images"],
    images: [imageName],
  });
  await world.close();
  await policy.close();
  const { steps, images, requestedAction } = tape.trace(0);
  const [height, width] = image.size;
  const size = 3 * height * width;
  const frames = Array.from({ length: steps + 1 }, (_, t) =>
    images![imageName]!.subarray(t * size, (t + 1) * size),
  );
  await mkdir(folder, { recursive: true });
  for (const [t, rgb] of frames.entries()) {
    await writeFile(
      join(folder, `frame-${String(t).padStart(3, "0")}.png`),
      encodePng({ width, height, rgb }),
    );
  }
  const velocity = requestedAction["velocity"]!;
  const rows = Array.from({ length: steps }, (_, t) =>
    [t, ...[0, 1].map((c) => Number(velocity[2 * t + c]!.toPrecision(6)))].join(","),
  );
  await writeFile(join(folder, "actions.csv"), `frame,forward,left\n${rows.join("\n")}\n`);
  const shapes = Object.fromEntries(
    image.shapes.flatMap((shape) =>
      typeof shape.at === "string" ? [[shape.at.replace("_position", ""), shape.colour]] : [],
    ),
  ) as Record<string, Colour>;
  const objects = Object.entries(shapes).map(([name, colour]) => {
    const spells = unseen(frames, colour).map((spell) => `[${spell.join(", ")}]`);
    return `  ${name}: { colour: "${colourText(colour)}"${spells.length === 0 ? "" : `, hidden: [${spells.join(", ")}]`} }`;
  });
  await writeFile(
    join(folder, "session.yaml"),
    [
      "schema: simgate/session@1",
      "title: a pusher takes the red puck past the blue one, behind a screen and into the goal",
      `origin: ${worldName} of the scenario tabletop-push, policy ${policyName}, start ${start} of its panel`,
      "license: Apache-2.0",
      `periodSec: ${scenario.controlPeriodSec}`,
      "actions: { file: actions.csv, frame: frame }",
      "objects: # hidden: frames in which the screen covers it",
      ...objects,
      "controls:",
      "  pusher:",
      "    x: { action: forward }",
      "    y: { action: left, sign: -1 } # to the left is up in the frame",
      "    commands: velocity",
      "",
    ].join("\n"),
  );
}

/** Spells of frames in which less than a quarter is to be seen of a colour. */
function unseen(frames: readonly Uint8Array[], colour: Colour): [number, number][] {
  const seen = frames.map((rgb) => {
    let pixels = 0;
    for (let i = 0; i < rgb.length; i += 3) {
      if (colourDistanceSquared(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!, colour) < 30 ** 2) pixels++;
    }
    return pixels;
  });
  const least = Math.max(...seen) / 4;
  const spells: [number, number][] = [];
  seen.forEach((pixels, t) => {
    if (pixels >= least) return;
    const last = spells.at(-1);
    if (last?.[1] === t - 1) last[1] = t;
    else spells.push([t, t]);
  });
  return spells;
}
