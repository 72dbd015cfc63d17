import { z } from "zod";

/** What the manifest says of worlds and policies behind a server. */

const seconds = z.number().positive();
const connection = {
  apiKeyVariable: z
    .string()
    .regex(/^[A-Za-z_]\w*$/)
    .optional()
    .describe("environment variable that holds the key sent as Authorization: Api-Key …"),
  connectWithinSec: seconds.default(5).describe("how long to go on trying to reach the server"),
  answerWithinSec: seconds
    .default(20)
    .describe("longest wait for one answer; past it the lanes concerned fault"),
};

export const remoteWorldSchema = z.strictObject({
  kind: z.literal("remote"),
  url: z
    .string()
    .regex(/^wss?:\/\//, "a WebSocket address: ws://host:port or wss://…")
    .describe("world server that speaks simgate/world@1"),
  chunk: z
    .enum(["replay", "hold"])
    .optional()
    .describe(
      "how a model that predicts several steps a call is driven: anew each step from where the chunk began, or with its first action held; default: replay where the server can go back",
    ),
  ...connection,
});

export type RemoteWorldConfig = z.output<typeof remoteWorldSchema>;
