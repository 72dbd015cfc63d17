import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { didYouMean } from "../core/errors.ts";
import { parseYaml, type YamlDocument } from "../core/yaml-document.ts";
import { type Clip, sameSize, withCard } from "./clip.ts";
import { isClip } from "./clip-path.ts";
import { recordedActions } from "./recorded-actions.ts";
import { framePeriod, openRecordedSession, type RecordedSession } from "./recorded-session.ts";
import { readSessionActions, type SessionActions } from "./session-actions.ts";
import { type ActionsInFile, SESSION_CARD, type SessionCard, sessionCardSchema } from "./session-card.ts";
import { isSession } from "./session-path.ts";

/** Frames that somebody acted in, and what was done. */
export interface Session {
  readonly card: YamlDocument<SessionCard>;
  /** From one frame to the next. */
  readonly periodSec: number;
  readonly clip: Clip;
  /** Where frames and actions lie in a recording. */
  readonly recorded?: RecordedSession;
  /** @param frames how many there are */
  actions(frames: number): Promise<SessionActions>;
}

type Card = YamlDocument<SessionCard>;

/**
 * @param path a folder with `session.yaml`, or the card itself, whatever it is called
 * @throws SimgateError `input` for a card that does not hold together: every problem at its line.
 */
export async function openSession(path: string): Promise<Session> {
  const file = isSession(path) ? join(path, SESSION_CARD) : path;
  const text = await readFile(file, "utf8");
  const card = parseYaml(text, sessionCardSchema, { file, what: "session card" });
  const { controls, objects, recording } = card.value;
  for (const name of Object.keys(controls)) {
    if (objects[name] !== undefined) continue;
    throw card.error(["controls", name], `no object "${name}" is declared`, {
      hint: didYouMean(name, Object.keys(objects)),
    });
  }
  const beside = (name: string): string => resolve(dirname(file), name);
  return recording === undefined
    ? openFiles(file, card, beside)
    : openRecording(file, card, beside(recording));
}

async function openFiles(file: string, card: Card, beside: (name: string) => string): Promise<Session> {
  const { frames, actions, periodSec } = card.value;
  if (typeof frames !== "string" || "topic" in actions) {
    throw card.error([typeof frames === "string" ? "actions" : "frames", "topic"], "of which recording?", {
      expected: "recording: an MCAP file, or the folder of a bag",
      got: "no recording",
    });
  }
  if (periodSec === undefined) {
    throw card.error(
      ["periodSec"],
      "missing; expected a number, for pictures and videos do not say when they were",
    );
  }
  if (!isClip(beside(frames))) {
    throw card.error(["frames"], "there are no frames there", {
      expected: "a folder of PNG or JPEG pictures, or a video",
      got: beside(frames),
    });
  }
  if (!existsSync(beside(actions.file))) {
    throw card.error(["actions", "file"], "there is no such file", { got: beside(actions.file) });
  }
  const when = whenOf(actions, card);
  return {
    card,
    periodSec,
    clip: await withCard(beside(frames), { file, value: card.value }),
    async actions(count) {
      const place = { file: beside(actions.file), when, periodSec, frames: count };
      return checked(card, await readSessionActions(place));
    },
  };
}

function whenOf(
  { frame, time, firstFrameSec }: ActionsInFile,
  card: Card,
): { readonly frame: string } | { readonly time: string; readonly firstFrameSec: number } {
  if (frame !== undefined && time === undefined) return { frame };
  if (time !== undefined && frame === undefined) return { time, firstFrameSec };
  throw card.error(["actions"], "say with one column when each action was", {
    expected: "frame: or time:, the name of a column",
    got: frame === undefined ? "neither" : "both",
  });
}

async function openRecording(file: string, card: Card, target: string): Promise<Session> {
  const { frames, actions } = card.value;
  if (typeof frames === "string" || !("topic" in actions)) {
    const key = typeof frames === "string" ? "frames" : "actions";
    throw card.error([key], `say on which topic of the recording the ${key} are`, {
      expected: `${key}: { topic: … }; of a recording come both`,
      got: "a file or a folder",
      hint: `simgate inspect ${target} lists its topics`,
    });
  }
  if (!existsSync(target)) {
    throw card.error(["recording"], "there is no such file or folder", { got: target });
  }
  const refuse: Card["error"] = (path, what, details) => card.error(path, what, details);
  const recorded = await openRecordedSession(target, { frames, actions }, refuse);
  const periodSec = framePeriod(recorded.timesSec);
  const said = card.value.periodSec;
  if (said !== undefined && Math.abs(said / periodSec - 1) > PERIOD_TOLERANCE) {
    throw card.error(["periodSec"], "the frames of the recording have another period", {
      expected: `${Number(periodSec.toPrecision(4))} s, or nothing: the recording says it`,
      got: `${said} s`,
    });
  }
  const clip: Clip = {
    source: "recording",
    periodSec,
    card: { file, value: card.value },
    frames: () => sameSize(recorded.pictures()),
  };
  const read = checked(card, recordedActions(recorded, refuse));
  return { ...{ card, periodSec, clip, recorded }, actions: () => Promise.resolve(read) };
}

/** What is said of the period of a recording's frames may differ from it by this share. */
const PERIOD_TOLERANCE = 0.05;

function checked(card: Card, actions: SessionActions): SessionActions {
  const { columns, file, topics, rows, notFinite = {} } = actions;
  const place = topics === undefined ? file : `${topics.join(", ")} in ${file}`;
  for (const [name, control] of Object.entries(card.value.controls)) {
    for (const axis of ["x", "y"] as const) {
      const action = control[axis]?.action;
      if (action === undefined) continue;
      const path = ["controls", name, axis, "action"];
      if (columns[action] === undefined) {
        throw card.error(path, `the actions have no column "${action}"`, {
          expected: `a column of ${place}`,
          hint: didYouMean(action, Object.keys(columns)),
        });
      }
      if ((notFinite[action] ?? 0) === 0) continue;
      throw card.error(path, `column "${action}" is not always a finite number`, {
        expected: `finite numbers in ${place}`,
        got: `NaN or an infinity in ${notFinite[action]} of ${rows} messages`,
      });
    }
  }
  return actions;
}
