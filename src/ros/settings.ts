import { z } from "zod";
import { inputError } from "../core/errors.ts";
import { bridgeConfigSchema, type BridgeConfig } from "./bridge-config.ts";
import type { ParameterSpec, ParameterValue, RosNode } from "./node.ts";
import { scalarSettings, type ScalarSetting } from "./settings/scalar-settings.ts";

export interface SettingsOptions {
  /** Whether the node has opened what the configuration names: until it closes that, only live settings change. */
  readonly inUse: () => boolean;
  /** Why a value is refused, by path, for what the schema cannot know; undefined takes it. */
  readonly refuse?: (path: string, value: ParameterValue) => string | undefined;
}

/** What the node needs before there are parameters; and the form of the file. */
const FIXED = ["schema", "mode", "node."];

/**
 * The configuration as parameters of the node, under the names that it has in the file (`sync.deadlineMs`): a launch
 * file or `-p` overrides them at the start, `ros2 param set` while running those that are live, and the others while the
 * node is unconfigured.
 */
export class Settings<C extends BridgeConfig = BridgeConfig> {
  readonly #options: SettingsOptions;
  readonly #config: BridgeConfig;
  readonly #scalars: readonly ScalarSetting[];
  readonly #present = new Map<string, () => ParameterValue>();

  /** @throws SimgateError `input` if the launch gives a parameter a value that does not fit it. */
  constructor(node: RosNode, config: C, options: SettingsOptions) {
    this.#options = options;
    const schema = z.toJSONSchema(bridgeConfigSchema);
    const scalarsOf = (of: BridgeConfig): ScalarSetting[] =>
      scalarSettings(schema, of).filter(({ path }) => !isFixed(path));
    const declare = (setting: ScalarSetting): void => {
      if (this.#present.has(setting.path)) return;
      this.#present.set(setting.path, node.parameters.declare(this.#spec(setting)));
    };
    // What kind of thing it is decides which settings it has: kinds first.
    scalarsOf(config)
      .filter(({ kind }) => kind)
      .forEach(declare);
    this.#config = parsed(withKinds(config, this.#present));
    this.#scalars = scalarsOf(this.#config);
    this.#scalars.forEach(declare);
    this.read();
  }

  /** The configuration with the present values. Its live ones go on being the present ones: read them where they are used. */
  read(): C {
    const config = parsed(this.#plain());
    for (const { path, live } of this.#scalars) {
      if (live) define(config, path, this.#present.get(path)!);
    }
    return config as C; // the mode is fixed
  }

  #plain(): Tree {
    const plain = structuredClone(this.#config) as unknown as Tree;
    for (const { path, optional } of this.#scalars) {
      const value = this.#present.get(path)!();
      set(plain, path, optional && value === "" ? undefined : value);
    }
    return plain;
  }

  #spec({
    path,
    value,
    description,
    range,
    choices,
    readOnly,
    live,
  }: ScalarSetting): ParameterSpec<ParameterValue> {
    return {
      name: path,
      value,
      description: choices === undefined ? description : `${description} (${choices.join(" | ")})`,
      ...(range === undefined ? {} : { range }),
      readOnly,
      refuse: (next) => this.#refuse(path, live, next),
    };
  }

  #refuse(path: string, live: boolean, next: ParameterValue): string | undefined {
    // While they are declared there is nothing to fit yet: what the launch overrides is checked all together.
    if (this.#scalars === undefined || !this.#present.has(path)) return undefined;
    if (!live && this.#options.inUse()) {
      return "it can be set while the node is unconfigured: `ros2 lifecycle set` deactivate, then cleanup";
    }
    const plain = this.#plain();
    set(plain, path, next);
    const result = bridgeConfigSchema.safeParse(plain);
    if (!result.success) return result.error.issues.map(({ message }) => message).join("; ");
    return this.#options.refuse?.(path, next);
  }
}

function isFixed(path: string): boolean {
  return FIXED.some((one) => path === one || (one.endsWith(".") && path.startsWith(one)));
}

function parsed(plain: unknown): BridgeConfig {
  const result = bridgeConfigSchema.safeParse(plain);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw inputError("a parameter given at the start does not fit", { got: problems.join("; ") });
}

type Tree = Record<string, unknown>;

/** The configuration with the kinds that the launch has chosen; what belonged to another kind is left out. */
function withKinds(config: BridgeConfig, present: ReadonlyMap<string, () => ParameterValue>): unknown {
  const plain = structuredClone(config) as unknown as Tree;
  const changed: string[] = [];
  for (const [path, value] of present) {
    if (changed.some((prefix) => path.startsWith(prefix))) continue;
    const [holder, key] = holderOf(plain, path);
    if (holder[key] === value()) continue;
    changed.push(path.slice(0, -key.length));
    for (const other of Object.keys(holder)) delete holder[other];
    holder[key] = value();
  }
  return plain;
}

function holderOf(tree: Tree, path: string): [holder: Tree, key: string] {
  const keys = path.split(".");
  const last = keys.pop()!;
  return [keys.reduce((at, key) => (at[key] ??= {}) as Tree, tree), last];
}

function set(tree: Tree, path: string, value: unknown): void {
  const [holder, key] = holderOf(tree, path);
  if (value === undefined) delete holder[key];
  else holder[key] = value;
}

function define(tree: Tree, path: string, get: () => ParameterValue): void {
  const [holder, key] = holderOf(tree, path);
  Object.defineProperty(holder, key, { get, enumerable: true });
}
