import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { inputError } from "../core/errors.ts";
import type { AlignmentReport } from "../record/align.ts";
import { describeRecording } from "../record/describe-recording.ts";
import { readTraceFile } from "../record/read-traces.ts";
import type { Loss } from "../record/mcap-scanner.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { sessionTopics, type SessionTopics } from "../record/session-topics.ts";
import { auditPictures, type PicturesAudit } from "./inspect-pictures.ts";
import { lossText, problemOf } from "./inspect-problem.ts";

export interface RecordingInspection {
  readonly kind: "recording";
  readonly file: string;
  readonly bytes: number;
  readonly profile: string;
  readonly library: string;
  readonly durationSec: number;
  readonly topics: readonly RecordedTopic[];
  /** What simgate wrote about it, an entry a world; empty for somebody else's. */
  readonly worlds: readonly RecordedWorld[];
  /** Title, origin, licence, notes of an import. */
  readonly about: Readonly<Record<string, string>>;
  /** The scenario it was checked against, and how its samples meet the control grid. */
  readonly scenario?: string;
  readonly steps?: number;
  readonly alignment?: readonly AlignmentReport[];
  /** Whether its pictures, where it has them, show what its channels say. */
  readonly pictures?: readonly PicturesAudit[];
  /** Topics of which a session can be made (docs/sessions.md). */
  readonly session?: SessionTopics;
  readonly closed: boolean;
  readonly losses: readonly Loss[];
  readonly problems: readonly string[];
}

export interface RecordedTopic {
  readonly topic: string;
  readonly type: string;
  readonly messages: number;
  /** Mean rate; null for fewer than two messages. */
  readonly rateHz: number | null;
}

export interface RecordedWorld {
  readonly prefix: string;
  readonly source: string;
  readonly scenario?: string;
  readonly world?: string;
  readonly policy?: string;
  readonly outcome?: string;
  readonly margin?: number | null;
}

/** @param path MCAP file, or the folder of a bag. @throws SimgateError `input` if it is no MCAP file. */
export async function inspectRecording(
  path: string,
  scenario: Scenario | undefined,
): Promise<RecordingInspection> {
  const file = path.endsWith(".mcap") ? path : await fileOfBag(path);
  const summary = await describeRecording(file);
  const { bytes, profile, library, durationSec, topics, closed, losses } = summary;
  const session = sessionTopics(summary);
  let steps = 0;
  let alignment: readonly AlignmentReport[] = [];
  let pictures: readonly PicturesAudit[] = [];
  const misfit =
    scenario === undefined
      ? undefined
      : await problemOf(async () => {
          const { images = [] } = scenario;
          const readings = await readTraceFile(file, scenario, { images });
          const audits: PicturesAudit[] = [];
          for (const { trace } of readings) audits.push(...(await auditPictures(scenario, trace)));
          pictures = audits;
          steps = readings.reduce((sum, { trace }) => sum + trace.steps, 0);
          alignment = readings[0]?.alignment ?? [];
        });
  return {
    kind: "recording",
    ...{ file, bytes, profile, library, durationSec, closed, losses },
    topics: topics.map(({ topic, type, messages, firstNs, lastNs }) => ({
      topic,
      type,
      messages,
      rateHz: messages < 2 || lastNs === firstNs ? null : (messages - 1) / (Number(lastNs - firstNs) / 1e9),
    })),
    worlds: summary.infos.map(({ prefix, source, scenario, world, policy }): RecordedWorld => {
      const outcome = summary.results.find((result) => result.prefix === prefix)?.outcome;
      return {
        prefix,
        source,
        ...(scenario === undefined ? {} : { scenario: scenario.name }),
        ...(world === undefined ? {} : { world }),
        ...(policy === undefined ? {} : { policy }),
        ...(outcome === undefined ? {} : { outcome: outcome.kind, margin: outcome.margin }),
      };
    }),
    about: summary.infos[0]?.about ?? {},
    ...(scenario === undefined || misfit !== undefined ? {} : { scenario: scenario.name, steps, alignment }),
    ...(pictures.length === 0 ? {} : { pictures }),
    ...(session === undefined ? {} : { session }),
    problems: [
      ...losses.map(lossText),
      ...(topics.every(({ messages }) => messages === 0) ? ["there is no message in it"] : []),
      ...(misfit === undefined ? [] : [misfit]),
    ],
  };
}

async function fileOfBag(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".mcap"));
  const [only] = files;
  if (only !== undefined && files.length === 1) return join(folder, only);
  throw inputError("the bag is not one MCAP file", {
    where: folder,
    got: files.length === 0 ? "no *.mcap in it" : files.sort().join(", "),
    hint: files.length === 0 ? "ros2 bag convert makes MCAP of a .db3 bag" : "name one of the files",
  });
}
