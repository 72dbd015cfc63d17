import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { createConnection } from "node:net";
import { availableParallelism, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../core/errors.ts";
import { bundledScenarios } from "../scenario/load.ts";
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

export async function examineMachine(): Promise<readonly Check[]> {
  return Promise.all([
    node(),
    scenarios(),
    mujoco(),
    onnx(),
    cuda(),
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

/** onnxruntime-node ships without its GPU libraries; its own install script fetches them. */
async function cuda(): Promise<Check> {
  const name = "ONNX on a GPU (CUDA)";
  const remedy =
    "simgate runs on the CPU without it. With an NVIDIA GPU: npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12";
  try {
    const { createRequire } = await import("node:module");
    const entry = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
    const library = join(
      entry,
      "..",
      "bin/napi-v6",
      process.platform,
      process.arch,
      "libonnxruntime_providers_cuda.so",
    );
    await access(library, constants.R_OK);
    return { name, found: true, needed: false, detail: "provider library installed" };
  } catch {
    return { name, found: false, needed: false, detail: "not installed", remedy };
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
