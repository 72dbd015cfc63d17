import { rm } from "node:fs/promises";
import { inputError } from "../core/errors.ts";
import { toNs } from "../core/time.ts";
import type { Images, ImageSpec, Picture } from "../core/picture.ts";
import { recordingPath } from "./bag-metadata.ts";
import { ChannelWriter } from "./channel-writer.ts";
import { ImageWriter } from "./image-topic.ts";
import { McapFile } from "./mcap-file.ts";
import type { RecordedChannel } from "./recorded-channel.ts";
import { INFO_RECORD, infoEntries } from "./recording-info.ts";
import { openSession, type Session } from "./session.ts";
import type { SessionActions } from "./session-actions.ts";

export interface ImportSessionOptions {
  /** A folder with session.yaml. */
  readonly folder: string;
  /** `out.mcap`, or the folder of a bag. */
  readonly outPath: string;
}

export interface ImportedSession {
  readonly path: string;
  readonly frames: number;
  readonly durationSec: number;
  /** The image channel and the actions. */
  readonly channels: readonly string[];
}

/** The image channel that the frames become, and the channel with the number of each. */
const IMAGE = "frames";
const NUMBER = "frame";

/**
 * Writes a session as a recording: its frames as an image channel, each action column as a channel of its own, stamped as they
 * were. @throws SimgateError `input` for a session that does not hold together; nothing is left then.
 */
export async function importSession({ folder, outPath }: ImportSessionOptions): Promise<ImportedSession> {
  const session = await openSession(folder);
  if (session.recorded !== undefined) {
    throw session.card.error(["recording"], "the session is a recording already", {
      got: session.recorded.target,
    });
  }
  const [frames, first] = await countFrames(session, folder);
  const actions = await session.actions(frames);
  const file = await McapFile.open(outPath);
  try {
    const channels = await write(file, session, actions, first);
    await file.close();
    const durationSec = (frames - 1) * session.periodSec;
    return { path: file.path, frames, durationSec, channels };
  } catch (thrown) {
    await file.close().catch(() => undefined);
    const place = recordingPath(outPath);
    await rm(place.file, { force: true });
    if (place.metadata !== undefined) await rm(place.metadata, { force: true });
    throw thrown;
  }
}

async function countFrames({ clip }: Session, folder: string): Promise<readonly [number, Picture]> {
  let [frames, first]: [number, Picture | undefined] = [0, undefined];
  for await (const picture of clip.frames()) {
    first ??= picture;
    frames++;
  }
  if (first === undefined) throw inputError("there is no frame in the session", { where: folder });
  return [frames, first];
}

async function write(
  file: McapFile,
  { card, clip, periodSec }: Session,
  { columns }: SessionActions,
  { height, width }: Picture,
): Promise<readonly string[]> {
  const { title, origin, license } = card.value;
  const about = { ...given({ title, origin, license }), source: "a session: frames and actions" };
  const image: ImageSpec = { name: IMAGE, size: [height, width] };
  const names = topicNames(Object.keys(columns));
  const observation = [numberChannel(NUMBER)];
  const action = names.map(({ channel }) => numberChannel(channel));
  await file.addMetadata(
    INFO_RECORD,
    infoEntries({
      ...{ source: "import", prefix: "", originNs: 0n, controlPeriodSec: periodSec },
      ...{ observation, action, about },
    }),
  );
  const pictures = await ImageWriter.create(file, [image]);
  const writer = await ChannelWriter.create(
    file,
    { observation, action },
    { only: ({ role }) => role !== "requested" },
  );
  let frame = 0;
  for await (const picture of clip.frames()) {
    const timeNs = toNs(frame * periodSec);
    const images: Images = { [IMAGE]: picture.rgb };
    const messages = pictures.encode(images, 0, timeNs);
    const row = Object.fromEntries(
      names.map(({ column, channel }) => [channel, Float64Array.of(columns[column]![frame] ?? NaN)]),
    );
    const known = Object.values(row).every(([value]) => !Number.isNaN(value));
    await file.run((out) => {
      pictures.write(out, messages, timeNs);
      writer.write(out, "observation", { [NUMBER]: Float64Array.of(frame) }, 0, timeNs);
      if (known) writer.write(out, "applied", row, 0, timeNs);
    });
    frame++;
  }
  return [IMAGE, NUMBER, ...names.map(({ channel }) => channel)];
}

function numberChannel(name: string): RecordedChannel {
  return { name, unit: "1", kind: "linear", shape: [], size: 1, tolerance: 1 };
}

/** As a topic may be called: `move[0]` is `move_0`. */
function topicNames(columns: readonly string[]): { readonly column: string; readonly channel: string }[] {
  const taken = new Set([IMAGE, NUMBER]);
  return columns.map((column) => {
    const plain = column
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "");
    const base = /^[a-z]/.test(plain) ? plain : `action_${plain}`;
    let channel = base;
    for (let n = 2; taken.has(channel); n++) channel = `${base}_${n}`;
    taken.add(channel);
    return { column, channel };
  });
}

function given(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
