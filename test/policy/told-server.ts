import { decodeMap } from "../../src/wire/decode.ts";
import { encode } from "../../src/wire/encode.ts";
import { NdArray } from "../../src/wire/ndarray.ts";
import { SocketServer } from "../../src/wire/socket-server.ts";

/** Every observation it got: where the cart was, and what it was told to do. */
export interface Told {
  readonly position: number;
  readonly prompt: unknown;
}

const GAINS = { cart_position: 1.5, pole_angle: 30, cart_velocity: 2.5, pole_velocity: 8 };

/** An openpi-style server that balances the cart-pole if it is told to in words of which it knows one, and else rests. */
export async function serveTold(): Promise<{
  readonly url: string;
  readonly told: Told[];
  close(): Promise<void>;
}> {
  const told: Told[] = [];
  const server = await SocketServer.listen({
    host: "127.0.0.1",
    port: 0,
    open: (send) => {
      send(encode({ name: "told" }, { arrays: "bin" }));
      return Promise.resolve({
        answer: (message) => {
          const request = decodeMap(message).value;
          const valueOf = (name: string): number => (request[name] as NdArray).toFloat64()[0]!;
          const prompt = request["prompt"];
          told.push({ position: valueOf("cart_position"), prompt });
          const knows = typeof prompt !== "string" || /\b(balance|upright)\b/.test(prompt);
          const force = knows
            ? Object.entries(GAINS).reduce((sum, [name, gain]) => sum + gain * valueOf(name), 0)
            : 0;
          return Promise.resolve(
            encode({ actions: NdArray.from("<f4", [2, 1], [force, force]) }, { arrays: "bin" }),
          );
        },
        close: () => Promise.resolve(),
      });
    },
  });
  return { url: server.url, told, close: () => server.close() };
}
