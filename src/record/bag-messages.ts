import { inputError, nearest } from "../core/errors.ts";
import type { TimeNs } from "../core/time.ts";
import { bagFiles } from "./bag-files.ts";
import type { Loss } from "./mcap-scanner.ts";
import { scanMcap } from "./scan-mcap.ts";
import type { TopicLayout } from "./topic-layout.ts";

/** One message as it lies in a recording. */
export interface BagMessage {
  readonly layout: TopicLayout;
  /** When it was received. */
  readonly logNs: TimeNs;
  readonly bytes: Uint8Array;
}

export interface BagMessages {
  /** In the order of their log times. */
  readonly messages: readonly BagMessage[];
  readonly losses: readonly Loss[];
}

/**
 * The messages of some topics, undecoded, of one MCAP file or of all files of a bag's folder. They are kept in memory:
 * what a scenario reads of a robot is small beside its images.
 * @throws SimgateError `input` for a topic of observations that is not there, or is of another type.
 */
export async function readBagMessages(target: string, layouts: readonly TopicLayout[]): Promise<BagMessages> {
  const messages: BagMessage[] = [];
  const losses: Loss[] = [];
  const present = new Map<string, string>();
  for (const file of await bagFiles(target)) {
    const scan = await scanMcap(file, {
      channel: ({ topic, messageEncoding }, schema) => present.set(topic, schema?.name ?? messageEncoding),
      message: ({ logTime, data }, { topic, messageEncoding }, schema) => {
        const layout = layouts.find((one) => one.topic === topic);
        if (layout === undefined) return;
        if (messageEncoding !== "cdr" || schema?.name !== layout.type.name) {
          throw inputError(`topic ${topic} is of another type in the recording`, {
            where: file,
            expected: `${layout.type.name} in CDR, as the scenario maps it`,
            got: `${schema?.name ?? "no type"} in ${messageEncoding}`,
          });
        }
        messages.push({ layout, logNs: logTime, bytes: data.slice() });
      },
    });
    losses.push(...scan.losses);
  }
  for (const { topic, role } of layouts) {
    if (present.has(topic) || role !== "observation") continue;
    const near = nearest(topic, [...present.keys()]);
    throw inputError(`the recording has no topic ${topic}`, {
      where: target,
      got: [...present].map(([name, type]) => `${name} (${type})`).join(", ") || "no topic at all",
      ...(near === undefined ? {} : { hint: `did you mean ${near}? Set it as the channel's ros.topic` }),
    });
  }
  messages.sort((a, b) => (a.logNs < b.logNs ? -1 : a.logNs > b.logNs ? 1 : 0));
  return { messages, losses };
}
