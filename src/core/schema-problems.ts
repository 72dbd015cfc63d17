import type { z } from "zod";
import { didYouMean } from "./errors.ts";

/** Keys and indices from the root of a document to one of its values. */
export type KeyPath = readonly (string | number)[];

/** One thing wrong with a document, in words, and where in it. */
export interface Problem {
  readonly path: KeyPath;
  readonly text: string;
}

/** Everything a zod schema found wrong, one line a problem, with the nearest known key or value for a slip. */
export function schemaProblems(schema: z.ZodType, error: z.ZodError, value: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, [], schema, value));
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, base: KeyPath, schema: z.ZodType, root: unknown): Problem[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
  const value = valueAt(root, path);
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAt(schema, path, root);
      return issue.keys.map((key) => ({
        path: [...path, key],
        text: `unknown key; ${didYouMean(key, known)}`,
      }));
    }
    case "invalid_union": {
      if ("options" in issue && Array.isArray(issue.options)) {
        const options = issue.options.map(String);
        const near =
          typeof value === "string" ? didYouMean(value, options) : `expected one of ${options.join(", ")}`;
        return [{ path, text: value === undefined ? `missing; ${near}` : `${show(value)}: ${near}` }];
      }
      return closestBranch(issue.errors, value).flatMap((inner) => problemsOf(inner, path, schema, root));
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      if (value === undefined) return [{ path, text: `missing; expected ${values.join(" or ")}` }];
      const expected =
        values.length > 1 ? didYouMean(show(value), values) : `expected ${values[0] ?? "nothing"}`;
      return [{ path, text: `${show(value)}: ${expected}` }];
    }
    case "invalid_type": {
      if (value === undefined) return [{ path, text: `missing; expected ${kindName(issue.expected)}` }];
      return [{ path, text: `expected ${kindName(issue.expected)}, got ${describeValue(value)}` }];
    }
    case "invalid_key":
      return [{ path, text: `not a valid name: ${issue.issues.map((inner) => inner.message).join("; ")}` }];
    case "too_small":
    case "too_big":
    case "invalid_format":
    case "not_multiple_of":
      return [{ path, text: `${lowerFirst(issue.message)}, got ${describeValue(value)}` }];
    default:
      return [{ path, text: lowerFirst(issue.message) }];
  }
}

/** The alternative that fits best: the fewest unknown or mistyped things, preferring one that agrees on the outer type. */
function closestBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] {
  const cost = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => {
      if (issue.code === "unrecognized_keys") return sum + 3 * issue.keys.length;
      return sum + (issue.path.length === 0 && issue.code === "invalid_type" ? 100 : 1);
    }, 0);
  const sorted = [...branches].sort((a, b) => cost(a) - cost(b));
  const best = sorted[0] ?? [];
  if (cost(best) < 100) return best;
  const expected = branches.flatMap((issues) =>
    issues.map((issue) => (issue.code === "invalid_type" ? kindName(issue.expected) : issue.message)),
  );
  const message = `expected ${[...new Set(expected)].join(" or ")}, got ${describeValue(value)}`;
  return [{ code: "custom", path: [], message, input: value }];
}

/** The keys an object of the schema may have at `path`; follows wrappers, unions (all their alternatives) and records. */
function keysAt(schema: z.ZodType, path: KeyPath, root: unknown): string[] {
  let open = [schema as z.core.$ZodType];
  let value = root;
  for (const key of path) {
    open = open.flatMap((one) => alternatives(one, value)).flatMap((one) => childSchemas(one, key));
    value = valueAt(value, [key]);
  }
  const keys = open
    .flatMap((one) => alternatives(one, value))
    .flatMap((one) => {
      const { def } = (one as z.core.$ZodTypes)._zod;
      return def.type === "object" ? Object.keys(def.shape) : [];
    });
  return [...new Set(keys)];
}

/** The schemas behind optional, default, pipe and union wrappers; of a union with a literal key, those that match the value. */
function alternatives(schema: z.core.$ZodType, value: unknown): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return alternatives(def.innerType, value);
    case "lazy":
      return alternatives(def.getter(), value);
    case "pipe":
      return alternatives(def.in, value);
    case "intersection":
      return [...alternatives(def.left, value), ...alternatives(def.right, value)];
    case "union": {
      const all = def.options.flatMap((option) => alternatives(option, value));
      const matching = all.filter((option) => agreesOnLiterals(option, value));
      return matching.length > 0 ? matching : all;
    }
    default:
      return [schema];
  }
}

function agreesOnLiterals(schema: z.core.$ZodType, value: unknown): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== "object" || typeof value !== "object" || value === null) return true;
  return Object.entries(def.shape).every(([key, member]) => {
    const inner = (member as z.core.$ZodTypes)._zod.def;
    return inner.type !== "literal" || inner.values.includes(valueAt(value, [key]) as string);
  });
}

function childSchemas(schema: z.core.$ZodType, key: string | number): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "object") {
    const child = Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
    return child === undefined ? [] : [child];
  }
  if (def.type === "record") return [def.valueType];
  if (def.type === "array") return [def.element];
  if (def.type === "tuple") return def.items.slice(Number(key), Number(key) + 1);
  return [];
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string | number, unknown>)[key];
  }, root);
}

function kindName(expected: string): string {
  const names: Record<string, string> = {
    object: "a map of keys",
    record: "a map of keys",
    array: "a list",
    tuple: "a list",
    string: "text",
    int: "a whole number",
    number: "a number",
    boolean: "true or false",
  };
  return names[expected] ?? expected;
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null) return "nothing (null)";
  if (typeof value === "object") return "a map of keys";
  return typeof value === "string" ? `text ${JSON.stringify(value)}` : show(value);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
