import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { didYouMean } from "../core/errors.ts";
import { parseYaml, type YamlDocument } from "../core/yaml-document.ts";
import type { Clip } from "./clip.ts";
import { withCard } from "./clip.ts";
import { isClip } from "./clip-path.ts";
import { readSessionActions, type SessionActions } from "./session-actions.ts";
import { SESSION_CARD, type SessionCard, sessionCardSchema } from "./session-card.ts";

/** Frames that somebody acted in, and what was done. */
export interface Session {
  readonly card: YamlDocument<SessionCard>;
  readonly clip: Clip;
  /** @param frames how many there are */
  actions(frames: number): Promise<SessionActions>;
}

/** @throws SimgateError `input` for a card that does not hold together: every problem at its line. */
export async function openSession(folder: string): Promise<Session> {
  const file = join(folder, SESSION_CARD);
  const text = await readFile(file, "utf8");
  const card = parseYaml(text, sessionCardSchema, { file, what: "session card" });
  const { frames, actions, controls, objects, periodSec } = card.value;
  const beside = (name: string): string => resolve(dirname(file), name);
  if (!isClip(beside(frames))) {
    throw card.error(["frames"], "there are no frames there", {
      expected: "a folder of PNG or JPEG pictures, or a video",
      got: beside(frames),
    });
  }
  if (!existsSync(beside(actions.file))) {
    throw card.error(["actions", "file"], "there is no such file", { got: beside(actions.file) });
  }
  const { frame, time, firstFrameSec } = actions;
  if ((frame === undefined) === (time === undefined)) {
    throw card.error(["actions"], "say with one column when each action was", {
      expected: "frame: or time:, the name of a column",
      got: frame === undefined ? "neither" : "both",
    });
  }
  for (const name of Object.keys(controls)) {
    if (objects[name] !== undefined) continue;
    throw card.error(["controls", name], `no object "${name}" is declared`, {
      hint: didYouMean(name, Object.keys(objects)),
    });
  }
  const clip = await withCard(beside(frames), { file, value: card.value });
  return {
    card,
    clip,
    async actions(count) {
      const read = await readSessionActions({
        file: beside(actions.file),
        when: frame === undefined ? { time: time!, firstFrameSec } : { frame },
        periodSec,
        frames: count,
      });
      checkColumns(card, read);
      return read;
    },
  };
}

function checkColumns(card: YamlDocument<SessionCard>, { columns, file }: SessionActions): void {
  for (const [name, control] of Object.entries(card.value.controls)) {
    for (const axis of ["x", "y"] as const) {
      const action = control[axis]?.action;
      if (action === undefined || columns[action] !== undefined) continue;
      throw card.error(["controls", name, axis, "action"], `the actions have no column "${action}"`, {
        expected: `a column of ${file}`,
        hint: didYouMean(action, Object.keys(columns)),
      });
    }
  }
}
