import path from "node:path";
import { stringify } from "yaml";

/** What `metadata.yaml` says of one topic of a bag. */
export interface BagTopic {
  readonly topic: string;
  readonly type: string;
  readonly messages: bigint;
}

export interface BagContents {
  /** File name of the MCAP inside the bag's folder. */
  readonly file: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly topics: readonly BagTopic[];
}

const FOREVER = { sec: 9223372036, nsec: 854775807 };

/**
 * The publishers' quality of service as rosbag2 stores it, in the integer form that every distribution reads
 * (rmw_qos_profile_t): keep last 10, reliable, volatile, automatic liveliness, no deadlines.
 */
export const OFFERED_QOS_PROFILES = stringify(
  [
    {
      history: 1,
      depth: 10,
      reliability: 1,
      durability: 2,
      deadline: { ...FOREVER },
      lifespan: { ...FOREVER },
      liveliness: 1,
      liveliness_lease_duration: { ...FOREVER },
      avoid_ros_namespace_conventions: false,
    },
  ],
  { aliasDuplicateObjects: false },
);

/** `metadata.yaml` of a rosbag2 folder, layout version 5 (Humble): the oldest that all current distributions read. */
export function bagMetadata({ file, startNs, endNs, topics }: BagContents): string {
  const messages = topics.reduce((sum, topic) => sum + topic.messages, 0n);
  const starting = { nanoseconds_since_epoch: startNs };
  const duration = { nanoseconds: endNs - startNs };
  return stringify(
    {
      rosbag2_bagfile_information: {
        version: 5,
        storage_identifier: "mcap",
        duration: { ...duration },
        starting_time: { ...starting },
        message_count: messages,
        topics_with_message_count: topics.map((topic) => ({
          topic_metadata: {
            name: topic.topic,
            type: topic.type,
            serialization_format: "cdr",
            offered_qos_profiles: OFFERED_QOS_PROFILES,
          },
          message_count: topic.messages,
        })),
        compression_format: "",
        compression_mode: "",
        relative_file_paths: [file],
        files: [
          { path: file, starting_time: { ...starting }, duration: { ...duration }, message_count: messages },
        ],
      },
    },
    { aliasDuplicateObjects: false },
  );
}

/** A recording is one `.mcap` file, or a bag: a folder with the file and its `metadata.yaml`. */
export interface RecordingPath {
  readonly file: string;
  /** Absent for a single file. */
  readonly metadata?: string;
}

/** `out.mcap` stays a file; any other path is the folder of a bag, whose file is named as rosbag2 names it. */
export function recordingPath(target: string): RecordingPath {
  if (target.endsWith(".mcap")) return { file: target };
  return {
    file: path.join(target, `${path.basename(path.resolve(target))}_0.mcap`),
    metadata: path.join(target, "metadata.yaml"),
  };
}
