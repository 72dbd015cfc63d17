import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { checkPolicy, openPolicy, openWorld, policyRef, worldRef } from "../compose.ts";
import { loadScenario } from "../scenario/load.ts";
import { servePolicy as listenForRobots } from "../serve/policy-server.ts";
import { serveWorld as listen } from "../serve/world-server.ts";
import { apiKeyFrom } from "../wire/api-key.ts";
import type { SocketServer } from "../wire/socket-server.ts";
import { filesOfWorld } from "./model-files.ts";

export interface ServeOptions {
  /** Name of a bundled scenario, or path of a manifest. */
  readonly scenario: string;
  /** Default: this machine alone. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  /** Environment variable with the key that clients must send; needed where other machines can connect. */
  readonly apiKeyVariable?: string;
  /** Told of connections that come, go and fail. */
  readonly log?: (text: string) => void;
}

/** Offers a world of a scenario to others, one instance a connection, until the server is closed. */
export async function serveWorld(options: ServeOptions & { readonly world: string }): Promise<SocketServer> {
  const scenario = await loadScenario(options.scenario);
  const ref = await worldRef(scenario, options.world);
  return listen({
    ...listening(options),
    openWorld: () => openWorld(scenario, ref),
    model: await digest(await filesOfWorld(scenario, ref)),
  });
}

/** Offers a policy of a scenario to others in openpi's form, one instance a connection, until the server is closed. */
export async function servePolicy(
  options: ServeOptions & { readonly policy: string },
): Promise<SocketServer> {
  const scenario = await loadScenario(options.scenario);
  const ref = await checkPolicy(scenario, policyRef(scenario, options.policy));
  return listenForRobots({ ...listening(options), openPolicy: () => openPolicy(scenario, ref) });
}

function listening({ host = "127.0.0.1", port, apiKeyVariable, log }: ServeOptions): {
  host: string;
  port: number;
  apiKey: string | undefined;
  log?: (text: string) => void;
} {
  return { host, port, apiKey: apiKeyFrom(apiKeyVariable), ...(log === undefined ? {} : { log }) };
}

/** Of the bytes of these files, in order. */
async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  return `sha256 ${hash.digest("hex")}`;
}
