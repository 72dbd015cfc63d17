import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { availableParallelism, totalmem } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../core/errors.ts";
import { bundledScenarios, loadScenario } from "../scenario/load.ts";
import { missingRos, rclnodejsInstalled } from "../ros/rclnodejs/module.ts";
import { packageVersions } from "./versions.ts";

/** One thing that simgate can use, whether it is there, and how to get it. */
export interface Check {
  readonly name: string;
  readonly found: boolean;
  /** False: only what `detail` says needs it. */
  readonly needed: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

const OLDEST_NODE = [20, 19] as const;
const COMMAND_TIMEOUT_MS = 5000;
const GPU_TIMEOUT_MS = 30_000;

export async function examineMachine(): Promise<readonly Check[]> {
  return Promise.all([
    node(),
    scenarios(),
    mujoco(),
    onnx(),
    gpu(),
    ros(),
    program(
      "Chromium",
      ["chromium", "chromium-browser", "google-chrome"],
      ["--version"],
      "browser tests of the report",
      {
        variable: "CHROMIUM_PATH",
        remedy: "Debian/Ubuntu: apt-get install chromium; or set CHROMIUM_PATH",
      },
    ),
    program("ffmpeg", ["ffmpeg"], ["-version"], "video files as clips", {
      remedy: "Debian/Ubuntu: apt-get install ffmpeg",
    }),
    redis(),
  ]);
}

function node(): Promise<Check> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const found = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return Promise.resolve({
    name: "Node",
    found,
    needed: true,
    detail: `${process.versions.node}, ${availableParallelism()} cores, ${memoryGiB} GiB of memory`,
    remedy: `simgate needs Node ${OLDEST_NODE.join(".")} or newer`,
  });
}

async function scenarios(): Promise<Check> {
  const names = await bundledScenarios();
  return {
    name: "scenarios",
    found: names.length > 0,
    needed: true,
    detail: names.join(", ") || "none bundled",
    remedy: "the package is not whole: install simgate again",
  };
}

async function mujoco(): Promise<Check> {
  try {
    const { loadMujoco } = await import("../world/mujoco/engine.ts");
    const mj = await loadMujoco();
    return { name: "MuJoCo (WebAssembly)", found: true, needed: true, detail: mj.mj_versionString() };
  } catch (thrown) {
    return {
      name: "MuJoCo (WebAssembly)",
      found: false,
      needed: true,
      detail: messageOf(thrown),
      remedy: "npm install",
    };
  }
}

async function onnx(): Promise<Check> {
  const name = "ONNX Runtime";
  try {
    const { listSupportedBackends } = await import("onnxruntime-node");
    const backends = listSupportedBackends().flatMap(({ name: backend, bundled }) =>
      bundled ? [backend] : [],
    );
    return {
      name,
      found: true,
      needed: true,
      detail: `${packageVersions()["onnxruntime-node"] ?? ""}, providers: ${backends.join(", ")}`,
    };
  } catch (thrown) {
    return {
      name,
      found: false,
      needed: true,
      detail: messageOf(thrown),
      remedy: "ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node",
    };
  }
}

/** Tried in a process of its own: what drivers do when they fail is theirs. */
async function gpu(): Promise<Check> {
  const name = "ONNX on a GPU (WebGPU)";
  const use = "for cards with device: webgpu; all else runs on the CPU";
  try {
    const { createRequire } = await import("node:module");
    const runtime = createRequire(import.meta.url).resolve("onnxruntime-node");
    const model = join(dirname((await loadScenario("cartpole")).file), "models/ensemble.onnx");
    const tried = `require(process.argv[1]).InferenceSession.create(process.argv[2], { executionProviders: ["webgpu"] })
      .then(() => process.exit(0), ({ message }) => { console.log(message); process.exit(1); });`;
    await promisify(execFile)(process.execPath, ["-e", tried, runtime, model], { timeout: GPU_TIMEOUT_MS });
    return { name, found: true, needed: false, detail: `a model was loaded onto it (${use})` };
  } catch {
    const remedy =
      "a driver with Vulkan (Linux), Metal or Direct3D 12, and on Linux its loader: apt-get install libvulkan1";
    return { name, found: false, needed: false, detail: `none was found (${use})`, remedy };
  }
}

/** Nothing is loaded: rclnodejs stays in the process that loads it. */
function ros(): Promise<Check> {
  const name = "ROS 2";
  const use = "needed for simgate bridge; recordings are rosbag2 MCAP without it";
  const missing = missingRos(process.env);
  if (missing !== undefined) {
    return Promise.resolve({
      name,
      found: false,
      needed: false,
      detail: `not sourced: ${missing.what} (${use})`,
      remedy: missing.toDo,
    });
  }
  const { ROS_DISTRO: distro = "", AMENT_PREFIX_PATH: prefix = "" } = process.env;
  const found = rclnodejsInstalled();
  const prefixes = prefix.split(delimiter); // workspaces laid over it come first
  const home = prefixes.find((one) => existsSync(join(one, "lib", "librcl.so"))) ?? prefixes[0];
  return Promise.resolve({
    name,
    found,
    needed: false,
    detail: `${distro} at ${home ?? ""}, ${found ? "with rclnodejs" : `without rclnodejs (${use})`}`,
    ...(found ? {} : { remedy: "npm install --no-save rclnodejs" }),
  });
}

async function program(
  name: string,
  commands: readonly string[],
  args: readonly string[],
  use: string,
  { variable, remedy }: { variable?: string; remedy: string },
): Promise<Check> {
  const named = variable === undefined ? undefined : process.env[variable];
  for (const command of named === undefined ? commands : [named]) {
    try {
      const { stdout } = await promisify(execFile)(command, [...args], { timeout: COMMAND_TIMEOUT_MS });
      return { name, found: true, needed: false, detail: stdout.split("\n")[0]!.trim() };
    } catch {
      continue;
    }
  }
  return { name, found: false, needed: false, detail: `not found (needed for ${use})`, remedy };
}

function redis(): Promise<Check> {
  const url = new URL(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379");
  const check = (found: boolean): Check => ({
    name: "Redis",
    found,
    needed: false,
    detail: found
      ? `answers at ${url.host}`
      : `nothing at ${url.host} (needed by nothing yet: workers are threads)`,
    ...(found ? {} : { remedy: "set REDIS_URL, or Debian/Ubuntu: apt-get install redis" }),
  });
  return new Promise((resolve) => {
    const socket = createConnection({ host: url.hostname, port: Number(url.port || 6379) });
    const finish = (found: boolean): void => {
      socket.destroy();
      resolve(check(found));
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}
