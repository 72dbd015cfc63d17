import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

export interface BridgeProcess {
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
}

/** `simgate bridge` as built, in a process of its own; here when it hosts its world. */
export async function bridgeProcess(config: string): Promise<BridgeProcess> {
  const child = spawn(process.execPath, [resolve(ROOT, "dist/cli/main.js"), "bridge", config], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  let said = "";
  await new Promise<void>((hosts, fails) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(" hosts ")) hosts();
    });
    exited.then(() => fails(new Error(`simgate bridge ${config}: ${said}`)), fails);
  });
  return {
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}
