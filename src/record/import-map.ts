import { readFile } from "node:fs/promises";
import { z } from "zod";
import { inputError, messageOf } from "../core/errors.ts";
import { parseYaml, type YamlDocument } from "../core/yaml-document.ts";

/** How a CSV log becomes channels: which column is what, in which unit (`map.yaml`). */

const unit = z.string().describe("unit of the values in the file: rad, deg, m/s, N m, … 1 for a pure number");

const column = z.union([
  z.string(),
  z.strictObject({
    column: z.string().describe("name in the header line, or position from 0 where there is none"),
    unit: unit.optional(),
    scale: z.number().default(1).describe("value = sign × (cell × scale + offset), in the unit"),
    offset: z.number().default(0),
    sign: z.union([z.literal(1), z.literal(-1)]).default(1),
  }),
]);

const source = z.strictObject({
  columns: z.array(column).min(1).describe("one column per component of the channel, in its order"),
  unit,
});

export const importMapSchema = z.strictObject({
  schema: z.literal("simgate/import-map@1"),
  title: z.string().optional(),
  origin: z.string().optional().describe("where the data come from"),
  license: z.string().optional(),
  notes: z.string().optional(),
  csv: z
    .strictObject({
      delimiter: z.string().min(1).default(","),
      header: z.boolean().default(true).describe("whether the first line names the columns"),
      skipRows: z.int().nonnegative().default(0).describe("lines before the header, or before the data"),
      comment: z.string().min(1).optional().describe("begins a line that is skipped"),
    })
    .prefault({}),
  time: z.strictObject({ column: z.string(), unit: z.string().default("s") }),
  notFinite: z.enum(["error", "drop"]).default("error").describe("rows with an empty, NaN or infinite cell"),
  nonIncreasingTime: z
    .enum(["error", "drop"])
    .default("error")
    .describe("rows whose time is not after the one before"),
  observation: z.record(z.string(), source),
  action: z
    .record(
      z.string(),
      z.strictObject({
        applied: source.describe("what the robot did: measured where there is a measurement"),
        requested: source.optional().describe("what was commanded"),
      }),
    )
    .default({}),
  parameters: z
    .record(z.string(), z.number())
    .default({})
    .describe("scenario parameters of this log, in their units"),
});

export type ImportMap = z.output<typeof importMapSchema>;
export type ImportSource = z.output<typeof source>;
export type ImportColumn = z.output<typeof column>;

/** @throws SimgateError that lists every problem as `file:line:column key`. */
export async function readImportMap(file: string): Promise<YamlDocument<ImportMap>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw inputError("cannot read the import map", { where: file, got: messageOf(cause), cause });
  }
  return parseImportMap(text, file);
}

export function parseImportMap(text: string, file: string): YamlDocument<ImportMap> {
  return parseYaml(text, importMapSchema, { file, what: "import map" });
}
