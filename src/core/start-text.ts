import { z } from "zod";
import { inputError, messageOf } from "./errors.ts";
import type { Start } from "./trace.ts";

const finite = z.number();
const columns = z.record(z.string(), z.array(finite));
const startSchema = z.strictObject({
  index: z.int().nonnegative().default(0),
  initial: columns.default({}),
  parameters: z.record(z.string(), finite).default({}),
  seed: z.string().regex(/^\d+$/, "a whole number as text").default("0"),
  context: z.strictObject({ steps: z.int().nonnegative(), observation: columns, action: columns }).optional(),
});

/** One start as a line of JSON: every number in the fewest digits that give it back, a zero's sign included. */
export function startText({ index, initial, parameters, seed, context }: Start): string {
  return json({
    index,
    initial,
    parameters,
    seed: seed.toString(),
    ...(context === undefined ? {} : { context }),
  });
}

/** What {@link startText} wrote. @throws SimgateError `input` if it is not that. */
export function startFromText(text: string): Start {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw inputError("the start is not JSON", { got: messageOf(cause), cause });
  }
  const parsed = startSchema.safeParse(raw);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw inputError("the start is not as it should be", {
      expected: '{"initial":{"channel":[value]},"parameters":{"name":value},"seed":"1"}',
      got: problems.join("; "),
    });
  }
  const { seed, context, ...rest } = parsed.data;
  return { ...rest, seed: BigInt(seed), ...(context === undefined ? {} : { context }) };
}

/** JSON.stringify, which writes −0 as 0. */
function json(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}:${json(one)}`)
    .join(",")}}`;
}
