import { z } from "zod";

/**
 * The Foxglove WebSocket protocol (sub-protocols foxglove.websocket.v1 and foxglove.sdk.v1), server's side. Binary
 * messages are little-endian; times are nanoseconds.
 */

export const CAPABILITIES = ["time", "parameters", "parametersSubscribe"] as const;
/** Only where a recording is played back. */
export const PLAYBACK_CAPABILITY = "playbackControl";

export const STATUS_LEVEL = { info: 0, warning: 1, error: 2 } as const;

/** What a topic is announced as. */
export interface AdvertisedChannel {
  readonly id: number;
  readonly topic: string;
  readonly encoding: string;
  readonly schemaName: string;
  readonly schema: string;
  readonly schemaEncoding: string;
}

export interface Parameter {
  readonly name: string;
  readonly value: number | string | boolean;
}

export function messageFrame(subscription: number, timeNs: bigint, payload: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(13 + payload.length);
  frame[0] = 1;
  frame.writeUInt32LE(subscription, 1);
  frame.writeBigUInt64LE(timeNs, 5);
  frame.set(payload, 13);
  return frame;
}

export function timeFrame(timeNs: bigint): Uint8Array {
  const frame = Buffer.allocUnsafe(9);
  frame[0] = 2;
  frame.writeBigUInt64LE(timeNs, 1);
  return frame;
}

export type PlaybackStatus = "playing" | "paused" | "buffering" | "ended";

export interface PlaybackState {
  readonly status: PlaybackStatus;
  readonly timeNs: bigint;
  readonly speed: number;
  readonly didSeek: boolean;
  /** Of the request it answers. */
  readonly requestId: string;
}

const STATUS_CODES = { playing: 0, paused: 1, buffering: 2, ended: 3 } as const;

export function playbackFrame({ status, timeNs, speed, didSeek, requestId }: PlaybackState): Uint8Array {
  const id = Buffer.from(requestId);
  const frame = Buffer.alloc(19 + id.length);
  frame[0] = 5;
  frame[1] = STATUS_CODES[status];
  frame.writeBigUInt64LE(timeNs, 2);
  frame.writeFloatLE(speed, 10);
  frame[14] = didSeek ? 1 : 0;
  frame.writeUInt32LE(id.length, 15);
  frame.set(id, 19);
  return frame;
}

export interface PlaybackRequest {
  readonly command: "play" | "pause";
  readonly speed: number;
  readonly seekNs: bigint | undefined;
  readonly requestId: string;
}

/** The content of a client's binary message 3; undefined: it is none. */
export function parsePlaybackRequest(frame: Uint8Array): PlaybackRequest | undefined {
  if (frame.length < 19 || frame[0] !== 3) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const idLength = view.getUint32(15, true);
  if (frame.length < 19 + idLength) return undefined;
  const speed = view.getFloat32(2, true);
  return {
    command: frame[1] === 0 ? "play" : "pause",
    speed: Number.isFinite(speed) && speed > 0 ? speed : 1,
    seekNs: frame[6] === 0 ? undefined : view.getBigUint64(7, true),
    requestId: new TextDecoder().decode(frame.subarray(19, 19 + idLength)),
  };
}

const id = z.int().nonnegative().max(0xffffffff);
const names = z.array(z.string().max(200)).max(100);

/** Text messages of a client that are answered; others (services, assets, publishing) get a status. */
const clientMessage = z.discriminatedUnion("op", [
  z.object({
    op: z.literal("subscribe"),
    subscriptions: z.array(z.object({ id, channelId: id })).max(10_000),
  }),
  z.object({ op: z.literal("unsubscribe"), subscriptionIds: z.array(id).max(10_000) }),
  z.object({ op: z.literal("getParameters"), parameterNames: names, id: z.string().max(200).optional() }),
  z.object({ op: z.literal("subscribeParameterUpdates"), parameterNames: names }),
  z.object({ op: z.literal("unsubscribeParameterUpdates"), parameterNames: names }),
]);

export type ClientMessage = z.output<typeof clientMessage>;

/** @returns a sentence where it is not understood */
export function parseClientMessage(text: string): ClientMessage | { readonly problem: string } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { problem: "a text message must be JSON" };
  }
  const parsed = clientMessage.safeParse(raw);
  if (parsed.success) return parsed.data;
  const { op } = (raw ?? {}) as { op?: unknown };
  return { problem: `"${typeof op === "string" ? op.slice(0, 40) : "?"}" is not supported, or malformed` };
}
