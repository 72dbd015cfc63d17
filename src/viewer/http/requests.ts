import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { inputError, messageOf } from "../../core/errors.ts";
import type { BranchOrder, FanOrder, MomentOrder } from "../source.ts";

/** A request is a few names and numbers. */
const MOST_BODY_BYTES = 64 * 1024;
const MOST_FAN_STEPS = 200_000;

const name = z.string().min(1).max(1000);
const step = z.int().nonnegative().max(10_000_000);

const branchSchema = z.strictObject({
  run: name,
  atStep: step,
  from: z.enum(["truth", "candidate"]).default("truth"),
  world: name,
  policy: name.optional(),
  steps: step.min(1).optional(),
});

const fanSchema = z
  .strictObject({
    run: name,
    atSteps: z.array(step).min(1).max(500),
    steps: step.min(1),
    world: name.default("candidate"),
  })
  .refine(({ atSteps, steps }) => atSteps.length * steps <= MOST_FAN_STEPS, {
    error: `more than ${MOST_FAN_STEPS} steps in all`,
  });

/** Far more than any scenario has. */
const MOST_VALUES = 4096;
const values = z.record(z.string().max(1000), z.array(z.number()).max(MOST_VALUES));

const momentSchema = z.strictObject({
  observation: values,
  action: values.default({}),
  parameters: z.record(z.string().max(1000), z.number()).default({}),
});

export async function readMoment(request: IncomingMessage): Promise<MomentOrder> {
  return parse(momentSchema, await readJson(request));
}

export async function readBranch(request: IncomingMessage): Promise<BranchOrder> {
  return parse(branchSchema, await readJson(request));
}

export async function readFan(request: IncomingMessage): Promise<FanOrder> {
  return parse(fanSchema, await readJson(request));
}

/** `{"pole_length":0.5}` of an address. */
export function readParameters(text: string | null): Record<string, number> {
  if (text === null) return {};
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw inputError("parameters is not JSON", { expected: '{"<name>": <number>, …}', got: text });
  }
  return parse(z.record(z.string(), z.number()), raw);
}

/** `?candidate=1`: which of several; the first where it is not said. */
export function readCandidate({ searchParams }: URL): number {
  const text = searchParams.get("candidate") ?? "0";
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw inputError("candidate is no number", { expected: "0, 1, 2, …", got: text });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BODY_BYTES)
      throw inputError("the request is too long", { expected: `${MOST_BODY_BYTES} bytes at most` });
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (cause) {
    throw inputError("the request is not JSON", { got: messageOf(cause) });
  }
}

function parse<T extends z.ZodType>(schema: T, raw: unknown): z.output<T> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw inputError("the request is not understood", {
    where: issue?.path.join(".") || "the body",
    got: issue?.message ?? "",
  });
}
