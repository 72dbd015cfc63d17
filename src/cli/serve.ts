import { Command } from "commander";
import type { SocketServer } from "../wire/socket-server.ts";
import { EXIT } from "./exit-codes.ts";
import { wholeNumber } from "./options.ts";

interface Listening {
  readonly host: string;
  readonly port: number;
  readonly apiKeyVariable?: string;
}

export function serveCommand(): Command {
  const serve = new Command("serve")
    .description("offer a world or a policy to others over a WebSocket")
    .exitOverride();
  listening(
    serve
      .command("world")
      .description("offer a world over the world-server protocol (docs/remote.md)")
      .argument("<scenario>", "name of a bundled scenario, or path of a manifest")
      .requiredOption("--world <name>", "a world of the scenario, or the path of a model card"),
    9000,
    "simgate serve world cartpole --world ensemble --port 9000\n  simgate exam cartpole --world ws://127.0.0.1:9000",
  ).action(async (scenario: string, { world, ...options }: Listening & { world: string }) => {
    const { serveWorld } = await import("../api/serve.ts");
    await untilInterrupted(
      `world ${world} of ${scenario}`,
      await serveWorld({ scenario, world, ...options, log }),
    );
  });
  listening(
    serve
      .command("policy")
      .description("offer a policy in the form of openpi's server")
      .argument("<scenario>", "name of a bundled scenario, or path of a manifest")
      .requiredOption("--policy <name>", "a policy of the scenario, or the path of a policy card"),
    8000,
    "simgate serve policy cartpole --policy lqr --port 8000\n  simgate run cartpole --policy ws://127.0.0.1:8000",
  ).action(async (scenario: string, { policy, ...options }: Listening & { policy: string }) => {
    const { servePolicy } = await import("../api/serve.ts");
    await untilInterrupted(
      `policy ${policy} of ${scenario}`,
      await servePolicy({ scenario, policy, ...options, log }),
    );
  });
  return serve;
}

function listening(command: Command, port: number, example: string): Command {
  return command
    .option("--host <host>", "other than this machine alone: give a key, too", "127.0.0.1")
    .option("--port <n>", "0: any free one", wholeNumber, port)
    .option("--api-key-variable <name>", "environment variable with the key that clients must send")
    .addHelpText("after", `\nExample:\n  ${example}\n\nCtrl-C ends it.`)
    .exitOverride();
}

async function untilInterrupted(what: string, server: SocketServer): Promise<void> {
  process.stdout.write(`${what} is served at ${server.url}\n`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await server.close();
  process.exitCode = EXIT.pass;
}

function log(text: string): void {
  process.stderr.write(`${text}\n`);
}
