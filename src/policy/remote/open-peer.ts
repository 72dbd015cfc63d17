import { inputError, runtimeError, SimgateError } from "../../core/errors.ts";
import type { RemotePolicyConfig } from "../../scenario/schema.ts";
import { apiKeyFrom } from "../../wire/api-key.ts";
import { WireDeadlineError } from "../../wire/deadline-error.ts";
import { decodeMap, kindOf } from "../../wire/decode.ts";
import { fromServer } from "../../wire/from-server.ts";
import { expectBytes, type Message, WireSocket } from "../../wire/socket.ts";
import { GrootPeer } from "./groot.ts";
import { OpenpiPeer } from "./openpi.ts";
import type { PolicyPeer } from "./peer.ts";
import { VlaEvalPeer } from "./vla-eval.ts";

/** How long a server that speaks first may take to do so, before it is taken for one that waits for a hello. */
const FIRST_FRAME_MS = 2000;

/**
 * Connects, and finds out what the server speaks: `tcp://` is GR00T's ZeroMQ; on a WebSocket openpi and RoboArena send
 * their metadata first (RoboArena's names an action space), and vla-eval waits for a hello.
 * @throws SimgateError `input` for what no client should talk to; `runtime` if nobody answers.
 */
export async function openPeer(config: RemotePolicyConfig, signal?: AbortSignal): Promise<PolicyPeer> {
  const { url, protocol } = config;
  const apiKey = apiKeyFrom(config.apiKeyVariable);
  const connectDeadlineMs = config.connectWithinSec * 1000;
  const answerDeadlineMs = config.answerWithinSec * 1000;
  if (url.startsWith("grpc:")) throw pickled(url);
  if (/^tcp:\/\/.+:\d+$/.test(url))
    return GrootPeer.connect({ url, apiKey, connectDeadlineMs, answerDeadlineMs, signal });
  if (!/^wss?:\/\//.test(url) || protocol === "groot") {
    throw inputError("a policy server has another address", {
      expected:
        protocol === "groot" ? "tcp://host:port" : "ws://host:port, wss://… or tcp://host:port (GR00T)",
      got: url,
    });
  }
  const open = (): Promise<WireSocket> => WireSocket.connect({ url, apiKey, connectDeadlineMs, signal });
  const greet = async (): Promise<PolicyPeer> => {
    const socket = await open();
    return VlaEvalPeer.greet(socket, answerDeadlineMs, signal).catch(async (thrown: unknown) => {
      await socket.close();
      throw thrown;
    });
  };
  if (protocol === "vla-eval") return greet();
  const socket = await open();
  try {
    const waitMs = protocol === "auto" ? Math.min(FIRST_FRAME_MS, answerDeadlineMs) : answerDeadlineMs;
    const frame = await socket.receive({ deadlineMs: waitMs, signal });
    return fromFirstFrame(socket, frame, config, answerDeadlineMs);
  } catch (thrown) {
    await socket.close();
    if (protocol === "auto" && thrown instanceof WireDeadlineError) return greet().catch(silent(url));
    throw thrown;
  }
}

function fromFirstFrame(
  socket: WireSocket,
  frame: Message,
  { protocol, url }: RemotePolicyConfig,
  answerDeadlineMs: number,
): PolicyPeer {
  const bytes = expectBytes(url, frame);
  // Protocol 2 to 5 of Python's pickle; in msgpack this would be an empty map with bytes behind it.
  if (bytes.length > 1 && bytes[0] === 0x80 && bytes[1]! <= 5) throw pickled(url);
  const { value: metadata, arrays } = fromServer(url, () => decodeMap(bytes));
  if (metadata["protocol"] === "simgate/world@1") throw inputError(`${url} serves a world, not a policy`);
  const roboarena =
    protocol === "roboarena" ||
    (protocol === "auto" && "action_space" in metadata && "image_resolution" in metadata);
  const name = typeof metadata["name"] === "string" ? metadata["name"] : `a policy (${kindOf(metadata)})`;
  const about = { protocol: roboarena ? "roboarena" : "openpi", title: `${name} at ${url}` };
  return new OpenpiPeer({ socket, about, arrays: arrays ?? "bin", answerDeadlineMs, roboarena });
}

function pickled(url: string): SimgateError {
  return inputError(
    `${url} exchanges Python pickles, which run whatever code the other side puts into them`,
    {
      hint: "serve the policy with openpi's server, or vla-eval's (it has one for LeRobot); LeRobot's own asynchronous server cannot be used safely",
    },
  );
}

function silent(url: string) {
  return (thrown: unknown): never => {
    if (thrown instanceof SimgateError && thrown.code === "aborted") throw thrown;
    throw runtimeError(`${url} neither says what it is nor answers a hello`, {
      hint: "say which protocol it speaks: openpi and RoboArena speak first, vla-eval answers a hello",
      cause: thrown,
    });
  };
}
