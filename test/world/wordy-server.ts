import { openWorld } from "../../src/api/open.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { serveWorld } from "../../src/serve/world-server.ts";
import { decodeMap } from "../../src/wire/decode.ts";
import { encode } from "../../src/wire/encode.ts";
import { NdArray } from "../../src/wire/ndarray.ts";
import { SocketServer } from "../../src/wire/socket-server.ts";
import { WireSocket } from "../../src/wire/socket.ts";

/**
 * Truth behind a server that goes by text: the lanes that it is told to show a cart in are truth; in others the motor does nothing.
 * What clients say is passed on to `serveWorld`, which does not know of prompts and must not mind them.
 */
export async function serveWordy(
  scenario: Scenario,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const local = { host: "127.0.0.1", port: 0 };
  const truth = await serveWorld({ ...local, openWorld: () => openWorld(scenario, scenario.truth) });
  const server = await SocketServer.listen({
    ...local,
    open: async (send) => {
      const upstream = await WireSocket.connect({ url: truth.url, connectDeadlineMs: 5000 });
      send((await upstream.receive({ deadlineMs: 5000 })) as Uint8Array);
      return {
        async answer(message) {
          const request = decodeMap(message).value;
          const told = request["prompts"] as readonly string[];
          if (request["op"] !== "step") return upstream.ask(message, { deadlineMs: 5000 });
          const { force } = request["actions"] as { force: NdArray };
          const commands = force.toFloat64().map((value, lane) => (told[lane]!.includes("cart") ? value : 0));
          const actions = { force: NdArray.from("<f8", force.shape, commands) };
          return upstream.ask(encode({ ...request, actions }, { arrays: "bin" }), { deadlineMs: 5000 });
        },
        close: () => upstream.close(),
      };
    },
  });
  return { url: server.url, close: async () => void (await Promise.all([server.close(), truth.close()])) };
}
