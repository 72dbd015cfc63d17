import type { ParameterValue } from "../node.ts";

/** One value of a configuration that can be a parameter. */
export interface ScalarSetting {
  /** `sync.deadlineMs` */
  readonly path: string;
  /** As the configuration has it; empty where it is left out. */
  readonly value: ParameterValue;
  readonly description: string;
  readonly range?: readonly [lower: number, upper: number];
  readonly choices?: readonly string[];
  /** Whether it decides which other settings there are: `sync.mode`. */
  readonly kind: boolean;
  /** Whether the configuration may leave it out. */
  readonly optional: boolean;
  /** Whether it is given at the start or not at all: `readOnly` in the schema. */
  readonly readOnly: boolean;
  /** Whether it makes sense to change it while running: `.meta({ live: true })` in the schema. */
  readonly live: boolean;
}

/** What is used of JSON Schema. */
interface JsonSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly unknown[];
  readonly anyOf?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly readOnly?: boolean;
  readonly live?: boolean;
}

/** The numbers, texts and switches of a configuration, as its schema describes them; lists and maps are left out. */
export function scalarSettings(schema: unknown, config: unknown, prefix = ""): ScalarSetting[] {
  const { branch, kinds } = branchFor(schema as JsonSchema, config as Readonly<Record<string, unknown>>);
  return Object.entries(branch.properties ?? {}).flatMap(([key, property]) => {
    const one = property as JsonSchema;
    const value = (config as Readonly<Record<string, unknown>>)[key];
    const path = prefix + key;
    if (typeof value === "object" && value !== null) {
      return Array.isArray(value) ? [] : scalarSettings(one, value, `${path}.`);
    }
    const kind = kinds.has(key);
    const text = one.type === "string" || kind;
    if (!text && one.type !== "number" && one.type !== "integer" && one.type !== "boolean") return [];
    if (value === undefined && !text) return [];
    return [
      {
        path,
        value: (value ?? "") as ParameterValue,
        description: one.description ?? (schema as JsonSchema).description ?? key,
        ...rangeOf(one),
        ...choicesOf(one, kinds.get(key)),
        kind,
        optional: branch.required?.includes(key) !== true,
        readOnly: kind || one.readOnly === true,
        live: one.live === true,
      },
    ];
  });
}

/** Of a choice between objects the one that the configuration is, and what the others call themselves. */
function branchFor(
  schema: JsonSchema,
  config: Readonly<Record<string, unknown>>,
): { readonly branch: JsonSchema; readonly kinds: ReadonlyMap<string, readonly string[]> } {
  const branches = (schema.oneOf ?? schema.anyOf) as readonly JsonSchema[] | undefined;
  if (branches === undefined) return { branch: schema, kinds: new Map() };
  const constants = ({ properties = {} }: JsonSchema): [string, unknown][] =>
    Object.entries(properties).flatMap(([key, one]) =>
      (one as JsonSchema).const === undefined ? [] : [[key, (one as JsonSchema).const]],
    );
  const branch = branches.find((one) => constants(one).every(([key, value]) => config[key] === value)) ?? {};
  const kinds = new Map<string, string[]>();
  for (const [key, value] of branches.flatMap(constants)) {
    kinds.set(key, [...(kinds.get(key) ?? []), String(value)]);
  }
  return { branch, kinds };
}

/** A lower end that is itself excluded is the schema's to refuse. */
function rangeOf(one: JsonSchema): Pick<ScalarSetting, "range"> {
  const lower = one.minimum ?? one.exclusiveMinimum;
  return lower === undefined || one.maximum === undefined ? {} : { range: [lower, one.maximum] };
}

function choicesOf(one: JsonSchema, kinds: readonly string[] | undefined): Pick<ScalarSetting, "choices"> {
  const choices = kinds ?? (one.enum as readonly string[] | undefined);
  return choices === undefined ? {} : { choices };
}
