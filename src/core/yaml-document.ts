import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { z } from "zod";
import { inputError, messageOf, type ErrorDetails, type SimgateError } from "./errors.ts";
import { schemaProblems, type KeyPath, type Problem } from "./schema-problems.ts";

/** A checked YAML document that still knows where each of its values was written. */
export interface YamlDocument<T> {
  readonly value: T;
  /** `file:line:column key.path[0]`; of the nearest ancestor that is written if the value itself is not. */
  where(path: KeyPath): string;
  /** An input error at a place in the document: for checks that a schema cannot express. */
  error(path: KeyPath, what: string, details?: Omit<ErrorDetails, "where">): SimgateError;
}

export interface YamlSource {
  /** Shown in messages. */
  readonly file: string;
  /** What the document is: "world card", "scenario". */
  readonly what: string;
}

/**
 * Parses YAML 1.2 (JSON is a subset) and checks it against a schema.
 * @throws SimgateError `input` that lists every problem as `file:line:column key: …`: syntax errors, duplicate keys,
 * unknown keys with the nearest known one, missing and mistyped values.
 */
export function parseYaml<S extends z.ZodType>(
  text: string,
  schema: S,
  source: YamlSource,
): YamlDocument<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${source.file}:${line}:${col}`;
  };
  const where = (path: KeyPath): string => {
    const place = at(offsetOf(document, path));
    return path.length === 0 ? place : `${place} ${showPath(path)}`;
  };

  if (document.errors.length > 0) {
    const found = document.errors.map((error) => ({
      where: at(error.pos[0]),
      text:
        error.code === "DUPLICATE_KEY" ? `duplicate key "${keyTextAt(text, error.pos[0])}"` : error.message,
    }));
    throw listed(source, found);
  }

  const raw = toPlain(document, source);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const problems: Problem[] = schemaProblems(schema, parsed.error, raw);
    const inOrder = problems
      .map((problem) => ({ ...problem, offset: offsetOf(document, problem.path) }))
      .sort((a, b) => a.offset - b.offset);
    throw listed(
      source,
      inOrder.map((problem) => ({ where: where(problem.path), text: problem.text })),
    );
  }
  return {
    value: parsed.data,
    where,
    error: (path, what, details = {}) => inputError(what, { ...details, where: where(path) }),
  };
}

/** Aliases are only resolved here: one that names nothing, or a bomb of them, is found here. */
function toPlain(document: Document.Parsed, source: YamlSource): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw inputError(messageOf(cause), { where: source.file, cause });
  }
}

/** `a.b[2].c` */
export function showPath(path: KeyPath): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");
}

function listed(source: YamlSource, problems: readonly { where: string; text: string }[]): SimgateError {
  const [first] = problems;
  if (problems.length === 1 && first !== undefined) return inputError(first.text, { where: first.where });
  const lines = problems.map((problem) => `\n  ${problem.where}: ${problem.text}`);
  return inputError(`the ${source.what} has ${problems.length} problems${lines.join("")}`, {
    where: source.file,
  });
}

/** Offset of the key (in a map) or item (in a list) at `path`, or of the deepest ancestor that exists. */
function offsetOf(document: Document.Parsed, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as Node | undefined;
      if (item === undefined) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      break;
    }
  }
  return offset;
}

function keyTextAt(text: string, offset: number): string {
  return /^["']?([^"':,}\s]*)/.exec(text.slice(offset))?.[1] ?? "";
}
