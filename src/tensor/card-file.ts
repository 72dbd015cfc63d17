import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { inputError, messageOf } from "../core/errors.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import { parseYaml, type YamlDocument } from "../core/yaml-document.ts";
import { type Device, DEVICES } from "./session.ts";

export const licenseKey = { license: z.string().describe("SPDX identifier of the model's licence") };

export const deviceKey = {
  device: z
    .enum(DEVICES)
    .default("cpu")
    .describe("where onnxruntime runs it: a GPU adds in another order, so that its last bits are its own"),
};

/** What a world or policy says in its `spec` of where its model runs. */
export function whereItRuns({ device }: { readonly device: Device }): { readonly onGpu?: true } {
  return device === "cpu" ? {} : { onGpu: true };
}

/** Which file a card vouches for. */
export const fileKeys = {
  model: z.string().describe("ONNX file with its weights inside, relative to the card"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits, as sha256sum prints them")
    .describe("of the ONNX file"),
};

/** Keys of every card of one model. */
export const modelKeys = { ...licenseKey, ...fileKeys, ...deviceKey };

/** Keys every model card may have: where the model comes from, what it cannot do, what others say of it. */
export const provenanceKeys = {
  training: z
    .strictObject({
      data: z.string().describe("what it was trained on, in words"),
      dataLicense: z.string().optional(),
      credits: z.string().optional().describe("whose data it is"),
      seed: z.union([z.int(), z.array(z.int())]).optional(),
      script: z.string().optional(),
      metrics: z.record(z.string(), z.union([z.number(), z.string()])).default({}),
    })
    .optional(),
  limits: z.array(z.string()).default([]).describe("known limits, in words"),
  claims: z
    .array(z.strictObject({ by: z.string(), text: z.string() }))
    .default([])
    .describe("what others say of it; quoted apart from what is measured"),
};

/** A card that was read and checked, with the bytes of the model it vouches for. */
export interface LoadedCard<T> {
  readonly card: T;
  /** Where each key is written, for errors. */
  readonly document: YamlDocument<T>;
  /** Absolute path of the card, and the sha256 of its bytes. */
  readonly file: string;
  readonly sha256: string;
  /** Absolute path of the model. */
  readonly modelFile: string;
  readonly model: Uint8Array;
}

/**
 * Reads a card that names a `model` and its `sha256`, and the model.
 * @throws SimgateError `input` for a missing file, a card that breaks the schema, or a model that is not the one hashed.
 */
export async function loadCard<S extends z.ZodType<{ model: string; sha256: string }>>(
  path: string,
  schema: S,
  what: string,
): Promise<LoadedCard<z.output<S>>> {
  const read = await readCard(path, schema, what);
  return { ...read, ...(await readModel(read, [], read.card)) };
}

/** A card without its models, for cards of several. @throws SimgateError `input` for a missing file or a broken card. */
export async function readCard<S extends z.ZodType>(
  path: string,
  schema: S,
  what: string,
): Promise<Omit<LoadedCard<z.output<S>>, "model" | "modelFile">> {
  const file = resolve(path);
  const bytes = await readNamed(file, `the ${what}`);
  const document = parseYaml(bytes.toString("utf8"), schema, { file: path, what });
  return { card: document.value, document, file, sha256: hash(bytes) };
}

/**
 * The model that a card vouches for.
 * @param at where in the card `model` and `sha256` stand
 * @throws SimgateError `input` for a missing file or a model that is not the one hashed.
 */
export async function readModel(
  { document, file }: Pick<LoadedCard<unknown>, "document" | "file">,
  at: KeyPath,
  named: { readonly model: string; readonly sha256: string },
): Promise<Pick<LoadedCard<unknown>, "model" | "modelFile">> {
  const modelFile = resolve(dirname(file), named.model);
  const model = await readNamed(modelFile, "the model", document.where([...at, "model"]));
  const actual = hash(model);
  if (actual !== named.sha256) {
    throw document.error([...at, "sha256"], `${basename(modelFile)} is not the model this card describes`, {
      expected: `sha256 ${named.sha256}`,
      got: `sha256 ${actual}`,
      hint: `get the model the card was written for; or, if the model was changed on purpose, set sha256: ${actual}`,
    });
  }
  return { model, modelFile };
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function readNamed(file: string, what: string, where?: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw inputError(missing ? `${what} does not exist` : `${what} cannot be read: ${messageOf(cause)}`, {
      ...(where === undefined ? {} : { where }),
      got: file,
      hint:
        where === undefined ? "check the path" : "check the path; paths in a card are relative to the card",
      cause,
    });
  }
}
