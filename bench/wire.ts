// What the wire costs: npx jiti bench/wire.ts. An echo server in another process answers a 224 × 224 × 3 uint8 image and a
// state with a chunk of actions; beside it the codec alone.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { decodeMap } from "../src/wire/decode.ts";
import { encode } from "../src/wire/encode.ts";
import { NdArray } from "../src/wire/ndarray.ts";
import { SocketServer } from "../src/wire/socket-server.ts";
import { WireSocket } from "../src/wire/socket.ts";

const JITI = fileURLToPath(new URL("../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));
const ROUNDS = 2000;
const WARM_UP = 200;
const image = NdArray.from(
  "|u1",
  [224, 224, 3],
  Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) => i % 251),
);
const state = NdArray.from("<f4", [8], [1, 2, 3, 4, 5, 6, 7, 8]);
const observation = { image, state, prompt: "balance" };
const actions = NdArray.from("<f4", [16, 7], new Float32Array(16 * 7));

if (process.argv[2] === "echo") {
  const server = await SocketServer.listen({
    host: "127.0.0.1",
    port: 0,
    open: () =>
      Promise.resolve({
        answer: (message) => {
          decodeMap(message);
          return Promise.resolve(encode({ actions }, { arrays: "bin" }));
        },
        close: () => Promise.resolve(),
      }),
  });
  console.log(server.url);
} else {
  const child = spawn(process.execPath, [JITI, process.argv[1]!, "echo"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) =>
    child.stdout.once("data", (said: Buffer) => resolve(said.toString().trim())),
  );
  const socket = await WireSocket.connect({ url, connectDeadlineMs: 5000 });
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    const began = performance.now();
    const answer = await socket.ask(encode(observation, { arrays: "bin" }), { deadlineMs: 5000 });
    (decodeMap(answer as Uint8Array).value["actions"] as NdArray).toFloat64();
    if (i >= WARM_UP) times.push(performance.now() - began);
  }
  await socket.close();
  child.kill();
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor(share * times.length)]!.toFixed(3);
  console.log(
    `round trip, image and state: min ${at(0)}, p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)} ms (${ROUNDS} times)`,
  );

  const message = encode(observation, { arrays: "bin" });
  const speed = (work: () => void): string => {
    for (let i = 0; i < WARM_UP; i++) work();
    const began = process.cpuUsage();
    for (let i = 0; i < ROUNDS; i++) work();
    const { user, system } = process.cpuUsage(began);
    const sec = (user + system) / 1e6;
    return `${((ROUNDS * message.length) / sec / 1e6).toFixed(0)} MB/s, ${((sec / ROUNDS) * 1e6).toFixed(1)} µs a message`;
  };
  console.log(`encode ${speed(() => encode(observation, { arrays: "bin" }))} (processor time)`);
  console.log(`decode ${speed(() => decodeMap(message))}`);
  console.log(`image as float64 ${speed(() => image.toFloat64())}`);
}
