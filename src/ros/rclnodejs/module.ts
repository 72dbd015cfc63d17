import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { inputError, messageOf } from "../../core/errors.ts";

/**
 * What simgate uses of rclnodejs 2: declared here because the package makes its types when it is installed, and type
 * checking must not need ROS 2.
 */
export interface Rclnodejs {
  readonly Context: new () => RclContext;
  readonly Node: new (
    name: string,
    namespace: string,
    context: RclContext,
    options: RclNodeOptions,
  ) => RclNode;
  readonly QoS: new (history: number, depth: number, reliability: number, durability: number) => unknown;
  readonly ActionServer: new (
    node: RclNode,
    type: string,
    name: string,
    execute: (goal: RclGoal) => Promise<unknown>,
    accept: null,
    accepted: null,
    cancel: (goal: RclGoal) => number,
    options: { readonly enableTypedArray: boolean },
  ) => { destroy(): void };
  readonly CancelResponse: { readonly ACCEPT: number; readonly REJECT: number };
  readonly Parameter: new (name: string, type: number, value: unknown) => RclParameter;
  readonly ParameterDescriptor: new (
    name: string,
    type: number,
    description: string,
    readOnly: boolean,
  ) => RclDescriptor;
  init(context: RclContext, argv: readonly string[]): Promise<void>;
  shutdown(context: RclContext): void;
  removeSignalHandlers(): void;
  require(name: string): RclServiceClass & RclActionClass;
}

export interface RclContext {
  isShutdown(): boolean;
}

interface RclNodeOptions {
  readonly startParameterServices: boolean;
  readonly startTypeDescriptionService: boolean;
  readonly enableRosout: boolean;
}

export interface RclNode {
  createPublisher(type: string, topic: string, options: object): RclPublisher;
  createSubscription(
    type: string,
    topic: string,
    options: object,
    callback: (bytes: Buffer) => void,
  ): unknown;
  createService(
    type: string,
    name: string,
    options: object,
    callback: (request: Record<string, unknown>) => Promise<Record<string, unknown>>,
  ): unknown;
  createClient(type: string, name: string, options: object): RclClient;
  destroyPublisher(publisher: unknown): void;
  destroySubscription(subscription: unknown): void;
  destroyService(service: unknown): void;
  declareParameter(parameter: RclParameter, descriptor: RclDescriptor, ignoreOverride: boolean): RclParameter;
  getParameter(name: string): RclParameter;
  addPreSetParametersCallback(
    callback: (parameters: readonly RclParameter[]) => readonly RclParameter[],
  ): void;
  addOnSetParametersCallback(
    callback: (parameters: readonly RclParameter[]) => { successful: boolean; reason: string },
  ): void;
  getPublishersInfoByTopic(topic: string): readonly RclEndpoint[];
  getSubscriptionsInfoByTopic(topic: string): readonly RclEndpoint[];
  getFullyQualifiedName(): string;
  resolveTopicName(topic: string): string;
  spin(timeoutMs: number): void;
  destroy(): void;
}

interface RclPublisher {
  publish(message: Buffer): void;
}

export interface RclClient {
  waitForService(timeoutMs: number): Promise<boolean>;
  sendRequestAsync(
    request: object,
    options: { readonly timeout: number; readonly signal?: AbortSignal },
  ): Promise<Record<string, unknown>>;
}

export interface RclParameter {
  readonly name: string;
  readonly value: unknown;
}

export interface RclDescriptor {
  /** `rcl_interfaces/ParameterDescriptor`, as it is sent. */
  toMessage(): Record<string, unknown>;
}

export interface RclGoal {
  readonly request: { toPlainObject(typedArrays: boolean): Record<string, unknown> };
  readonly isCancelRequested: boolean;
  publishFeedback(message: object): void;
  succeed(): void;
  abort(): void;
  canceled(): void;
}

export interface RclEndpoint {
  readonly node_name: string;
  readonly node_namespace: string;
  readonly topic_type: string;
  readonly qos_profile: { readonly reliability: number; readonly durability: number };
}

interface RclMessageClass {
  readonly ROSMessageDef: { readonly fields: readonly { readonly name: string }[] };
}

interface RclServiceClass {
  readonly Request: RclMessageClass;
  readonly Response: RclMessageClass;
}

interface RclActionClass {
  readonly Feedback: new (values: object) => object;
  readonly Result: new (values: object) => object;
}

const SPECIFIER: string = "rclnodejs"; // no literal where it is imported: type checking must not look for the package
const ONCE =
  "then, once, `npm install --no-save rclnodejs` in the same shell (it compiles for a minute or two)";
const ROS_HOME = "/opt/ros";

/**
 * Loads rclnodejs. What it needs is checked first: imported without ROS 2 it deletes its own compiled addon, and in a
 * worker thread it ends the process.
 * @throws SimgateError `input` that says what to source or install.
 */
export async function loadRclnodejs(env: NodeJS.ProcessEnv = process.env): Promise<Rclnodejs> {
  const missing = missingRos(env);
  if (missing !== undefined) {
    throw inputError("ROS 2 is not sourced in this shell", {
      got: missing.what,
      hint: `${missing.toDo}; ${ONCE}`,
    });
  }
  if (!isMainThread) throw inputError("rclnodejs runs on the main thread only");
  if (!rclnodejsInstalled()) {
    throw inputError("rclnodejs is not installed", {
      hint: "`npm install --no-save rclnodejs` beside simgate, in this shell (it compiles for a minute or two)",
    });
  }
  try {
    return ((await import(SPECIFIER)) as { default: Rclnodejs }).default;
  } catch (cause) {
    throw inputError("rclnodejs is installed but cannot be loaded", {
      got: messageOf(cause),
      hint: `it was built for another ROS 2 or Node.js: \`npm rebuild rclnodejs\` in this shell, where ${env["ROS_DISTRO"]} is sourced`,
      cause,
    });
  }
}

/** Whether the package is there; whether it loads is another question. */
export function rclnodejsInstalled(): boolean {
  try {
    import.meta.resolve(SPECIFIER);
    return true;
  } catch {
    return false;
  }
}

/** What of a sourced ROS 2 is not there, and what to do about it; undefined: nothing. */
export function missingRos(
  env: NodeJS.ProcessEnv,
): { readonly what: string; readonly toDo: string } | undefined {
  for (const name of ["ROS_DISTRO", "AMENT_PREFIX_PATH"]) {
    if ((env[name] ?? "") === "") return { what: `${name} is not set`, toDo: sourceOrInstall() };
  }
  const folders = (env["LD_LIBRARY_PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  if (folders.some((folder) => existsSync(path.join(folder, "librcl.so")))) return undefined;
  return {
    what: `ROS_DISTRO is ${env["ROS_DISTRO"]}, but LD_LIBRARY_PATH leads to no librcl.so`,
    toDo: `${sourceOrInstall()} in this very shell (sudo, IDEs and \`env -i\` drop LD_LIBRARY_PATH)`,
  };
}

function sourceOrInstall(): string {
  const here = existsSync(ROS_HOME)
    ? readdirSync(ROS_HOME).filter((distro) => existsSync(path.join(ROS_HOME, distro, "setup.bash")))
    : [];
  if (here.length > 0)
    return here.map((distro) => `\`source ${ROS_HOME}/${distro}/setup.bash\``).join(" or ");
  return (
    "install ROS 2 (https://docs.ros.org/en/jazzy/Installation.html, packages ros-jazzy-ros-base and " +
    "ros-jazzy-simulation-interfaces), then `source /opt/ros/jazzy/setup.bash`"
  );
}
