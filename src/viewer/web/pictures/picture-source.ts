import type { RecordedWorld } from "../../recording.ts";
import { server } from "../data/server.ts";
import { momentOf } from "../run/moment-of.ts";
import { indexAt } from "../time/nearest.ts";

/** A picture of a world at a moment, and where it comes from. */
export interface ShownPicture {
  readonly file: Blob;
  readonly source: "recorded" | "drawn from the channels";
}

/** By image channel: what the recording holds, first; of what it does not hold, what the scenario's camera sees. */
export async function picturesAt(
  world: RecordedWorld,
  timeSec: number,
  canDraw: boolean,
): Promise<ReadonlyMap<string, ShownPicture>> {
  const found = new Map<string, ShownPicture>();
  for (const [name, { timesSec, files }] of Object.entries(world.pictures)) {
    const file = files[Math.max(0, indexAt(timesSec, timeSec))];
    if (file !== undefined) found.set(name, { file: new Blob([file]), source: "recorded" });
  }
  if (!canDraw) return found;
  for (const [name, base64] of Object.entries(await server.pictures(momentOf(world, timeSec)))) {
    if (found.has(name)) continue;
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    found.set(name, { file: new Blob([bytes]), source: "drawn from the channels" });
  }
  return found;
}
