import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** The Python that the tests against independent peers run in: SIMGATE_PYTHON, or the first python3 on the path. */
export const PYTHON = process.env["SIMGATE_PYTHON"] ?? "python3";

export const EXAMPLES = resolve(import.meta.dirname, "../../examples/remote");

/** Why tests against a Python peer cannot run here; undefined: they can. */
export function whyNoPython(...modules: readonly string[]): string | undefined {
  const { error, status } = spawnSync(PYTHON, ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" });
  if (error === undefined && status === 0) return undefined;
  return `no Python with ${modules.join(", ")}: pip install ${modules.join(" ").replace("zmq", "pyzmq")} (SIMGATE_PYTHON names another than python3)`;
}

/** Starts a Python server that says `… at <address>` once it listens. Stop it. */
export async function startPython(
  script: string,
  args: readonly string[] = [],
): Promise<{ readonly address: string; readonly stop: () => void }> {
  const child = spawn(PYTHON, ["-u", script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const address = await new Promise<string>((done, fail) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = / at (\w+:\/\/[\w.:]+)/.exec(said);
      if (found !== null) done(found[1]!);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (code) => fail(new Error(`${script} ended with code ${code}:\n${said}`)));
  });
  return { address, stop: () => void child.kill() };
}
