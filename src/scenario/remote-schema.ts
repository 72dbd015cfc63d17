import { z } from "zod";

/** What the manifest says of worlds and policies behind a server. */

export const DEFAULT_PROMPT_KEY = "prompt";

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
  prompt: z
    .string()
    .optional()
    .describe("what a model that goes by text is told with every reset and step; absent: nothing"),
  ...connection,
});

const observationPart = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.strictObject({
    from: z.union([z.string(), z.array(z.string()).min(1)]).describe("channel(s), one after the other"),
    dtype: z.enum(["float16", "float32", "float64", "uint8", "int32", "int64"]).default("float32"),
  }),
  z.strictObject({
    image: z.string().describe("image channel, sent as uint8 [height, width, 3]"),
  }),
]);

/** Of policies; the wrappers every policy may have are added to it. */
export const remotePolicyShape = {
  kind: z.literal("remote"),
  url: z.string().describe("ws:// or wss:// (openpi, RoboArena, vla-eval), tcp:// (GR00T over ZeroMQ)"),
  protocol: z
    .enum(["auto", "openpi", "roboarena", "vla-eval", "groot"])
    .default("auto")
    .describe("auto: told by the address and by what the server says first"),
  observation: z
    .record(z.string(), observationPart)
    .optional()
    .describe(
      "the server's key → our channel(s) or image channel; default: every channel under its own name, no pictures",
    ),
  constants: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe("sent with every observation: prompt: …"),
  promptKey: z
    .string()
    .default(DEFAULT_PROMPT_KEY)
    .describe("which of the constants is the goal in words, for the stressor prompt-drift"),
  action: z
    .strictObject({
      key: z
        .union([z.string(), z.array(z.string()).min(1)])
        .default("actions")
        .describe("where the answer holds its actions [steps, values]; several are put side by side"),
      select: z
        .array(z.int().nonnegative())
        .optional()
        .describe("which of the values are ours, in the order of our action components; default: the first"),
      scale: z
        .union([z.number(), z.array(z.number())])
        .default(1)
        .describe("factor into our units; one, or one a component"),
      offset: z.union([z.number(), z.array(z.number())]).default(0),
    })
    .prefault({}),
  horizon: z
    .int()
    .positive()
    .default(1)
    .describe("actions used of each answer before the server is asked again"),
  connections: z
    .int()
    .positive()
    .default(4)
    .describe(
      "lanes share so many connections; vla-eval has one a lane, as its episodes are one a connection",
    ),
  ...connection,
};

export type RemotePolicyConfig = z.output<z.ZodObject<typeof remotePolicyShape>>;
export type RemoteWorldConfig = z.output<typeof remoteWorldSchema>;
