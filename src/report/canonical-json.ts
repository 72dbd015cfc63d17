const WIDTH = 100;

/**
 * JSON text that is the same for the same value: keys in the order given (zod's output has the schema's), what fits on
 * a line on one line, a newline at the end. Keys without a value are left out.
 * @throws RangeError for a number that JSON cannot carry
 */
export function canonicalJson(value: unknown): string {
  return `${write(value, "")}\n`;
}

function write(value: unknown, indent: string): string {
  if (value === null || typeof value !== "object") return scalar(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const parts = Array.isArray(value)
    ? value.map((item) => write(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${write(item, inner)}`);
  if (parts.length === 0) return open + close;
  const line = Array.isArray(value) ? `[${parts.join(", ")}]` : `{ ${parts.join(", ")} }`;
  if (!line.includes("\n")) {
    if (indent.length + line.length <= WIDTH) return line;
    if (Array.isArray(value) && value.every((item) => item === null || typeof item === "number")) return line;
  }
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

function scalar(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new RangeError(`JSON cannot carry ${value}: give null and say why`);
  }
  if (typeof value === "bigint") return value.toString();
  return Object.is(value, -0) ? "0" : (JSON.stringify(value) ?? "null");
}
