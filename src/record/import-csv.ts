import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { inputError, type SimgateError } from "../core/errors.ts";
import { toNs } from "../core/time.ts";
import { parseUnit, SECOND, sameDimension } from "../core/units.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import { recordingPath } from "./bag-metadata.ts";
import { ChannelWriter } from "./channel-writer.ts";
import { columnPlan, type ChannelColumns } from "./column-plan.ts";
import { openCsvTable } from "./csv-table.ts";
import { readImportMap, type ImportMap } from "./import-map.ts";
import { McapFile } from "./mcap-file.ts";
import type { RecordedChannel, RecordedChannels } from "./recorded-channel.ts";
import { INFO_RECORD, infoEntries, type RecordingInfo } from "./recording-info.ts";
import type { ChannelRole } from "./topic-layout.ts";

export interface ImportCsvOptions {
  readonly csvPath: string;
  /** The mapping: a file, or one already read. */
  readonly map: string | YamlDocument<ImportMap>;
  /** The scenario's; those that the map does not name are not in the recording. */
  readonly channels: RecordedChannels;
  /** `out.mcap`, or the folder of a bag. */
  readonly outPath: string;
  readonly scenario?: { readonly name: string; readonly sha256: string };
}

export interface ImportSummary {
  readonly path: string;
  readonly rows: number;
  /** Rows left out because a cell was not a finite number, or the time did not increase. */
  readonly dropped: { readonly notFinite: number; readonly nonIncreasingTime: number };
  readonly durationSec: number;
  readonly channels: readonly string[];
}

/**
 * Turns a CSV log into an MCAP recording at the log's own times; nothing is resampled. The file's sha256, the map's
 * origin, licence and notes go into its metadata.
 * @throws SimgateError `input` for a missing column, a cell that is no number, a time that does not increase.
 */
export async function importCsv(options: ImportCsvOptions): Promise<ImportSummary> {
  const map = typeof options.map === "string" ? await readImportMap(options.map) : options.map;
  const plan = columnPlan(map, options.channels);
  const channels = mappedChannels(plan);
  const file = await McapFile.open(options.outPath);
  try {
    return await convert(file, options, map, plan, channels);
  } catch (thrown) {
    await file.close().catch(() => undefined);
    const place = recordingPath(options.outPath);
    await rm(place.file, { force: true });
    if (place.metadata !== undefined) await rm(place.metadata, { force: true });
    throw thrown;
  }
}

async function convert(
  file: McapFile,
  { csvPath, scenario }: ImportCsvOptions,
  map: YamlDocument<ImportMap>,
  plan: readonly ChannelColumns[],
  channels: RecordedChannels,
): Promise<ImportSummary> {
  const { value } = map;
  const table = await openCsvTable(csvPath, value.csv);
  const timeAt = table.position(value.time.column);
  const timeUnit = parseUnit(value.time.unit, map.where(["time", "unit"]));
  if (!sameDimension(timeUnit.dimension, SECOND)) {
    throw map.error(["time", "unit"], `"${value.time.unit}" is not a unit of time`, {
      expected: "s, ms, us, ns",
    });
  }
  const sources = plan.map((one) => ({
    ...one,
    positions: one.cells.map(({ column }) => table.position(column)),
  }));
  const columns: Record<ChannelRole, Record<string, Float64Array>> = {
    observation: {},
    applied: {},
    requested: {},
  };
  for (const { channel, role } of plan) columns[role][channel.name] = new Float64Array(channel.size);

  const asked = new Set(plan.filter(({ role }) => role === "requested").map(({ channel }) => channel.name));
  const writer = await ChannelWriter.create(file, channels, {
    only: (layout) =>
      layout.role !== "requested" || layout.channels.every(({ channel }) => asked.has(channel.name)),
  });
  let rows = 0;
  let notFinite = 0;
  let nonIncreasingTime = 0;
  let firstSec = NaN;
  let lastSec = -Infinity;
  for await (const { cells, line } of table.rows) {
    const where = `${csvPath}:${line}`;
    const timeSec = number(cells[timeAt]) * timeUnit.factor;
    const bad = fill(columns, sources, cells) ?? (Number.isFinite(timeSec) ? undefined : value.time.column);
    if (bad !== undefined) {
      if (value.notFinite === "error") throw notANumber(where, bad, cells[table.position(bad)]);
      notFinite++;
      continue;
    }
    if (timeSec <= lastSec) {
      if (value.nonIncreasingTime === "error") throw timeStands(where, value.time.column, lastSec, timeSec);
      nonIncreasingTime++;
      continue;
    }
    if (rows === 0) {
      firstSec = timeSec;
      const originNs = toNs(Math.max(0, firstSec));
      const start = {
        index: 0,
        initial: initialOf(columns.observation),
        parameters: value.parameters,
        seed: 0n,
      };
      const about = await aboutCsv(csvPath, value, firstSec);
      const info: RecordingInfo = { source: "import", prefix: "", originNs, start, ...channels, about };
      await file.addMetadata(INFO_RECORD, infoEntries(scenario === undefined ? info : { ...info, scenario }));
    }
    lastSec = timeSec;
    // MCAP knows no negative times: a log that begins before zero is moved to begin there.
    const timeNs = toNs(firstSec < 0 ? timeSec - firstSec : timeSec);
    await file.run((out) => {
      for (const role of ["observation", "applied", "requested"] as const) {
        writer.write(out, role, columns[role], 0, timeNs);
      }
    });
    rows++;
  }
  if (rows === 0)
    throw inputError("the CSV has no usable row", { where: csvPath, got: `${notFinite} not finite` });
  await file.close();
  return {
    path: file.path,
    rows,
    dropped: { notFinite, nonIncreasingTime },
    durationSec: lastSec - firstSec,
    channels: [...new Set(plan.map(({ channel }) => channel.name))],
  };
}

/** Converts the cells of one row into the columns; returns the first column whose cell is no finite number. */
function fill(
  columns: Readonly<Record<ChannelRole, Readonly<Record<string, Float64Array>>>>,
  sources: readonly (ChannelColumns & { readonly positions: readonly number[] })[],
  cells: readonly string[],
): string | undefined {
  for (const { channel, role, cells: plan, positions } of sources) {
    const column = columns[role][channel.name]!;
    for (let i = 0; i < column.length; i++) {
      const value = number(cells[positions[i]!]) * plan[i]!.scale + plan[i]!.offset;
      if (!Number.isFinite(value)) return plan[i]!.column;
      column[i] = value;
    }
  }
  return undefined;
}

function number(cell: string | undefined): number {
  return cell === undefined || cell.trim() === "" ? NaN : Number(cell);
}

function mappedChannels(plan: readonly ChannelColumns[]): RecordedChannels {
  const of = (role: ChannelRole): RecordedChannel[] =>
    plan.filter((one) => one.role === role).map((one) => one.channel);
  return { observation: of("observation"), action: of("applied") };
}

function initialOf(columns: Readonly<Record<string, Float64Array>>): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
}

async function aboutCsv(csvPath: string, map: ImportMap, firstSec: number): Promise<Record<string, string>> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(csvPath)) hash.update(part as Buffer);
  const about: Record<string, string> = {
    file: path.basename(csvPath),
    sha256: hash.digest("hex"),
    firstTimeSec: String(firstSec),
  };
  for (const key of ["title", "origin", "license", "notes"] as const) {
    const text = map[key];
    if (text !== undefined) about[key] = text;
  }
  return about;
}

function notANumber(where: string, column: string, cell: string | undefined): SimgateError {
  return inputError(`column "${column}" is not a finite number`, {
    where,
    got: cell === undefined ? "no cell: the row is too short" : JSON.stringify(cell),
    hint: "notFinite: drop in the map leaves such rows out and counts them",
  });
}

function timeStands(where: string, column: string, lastSec: number, timeSec: number): SimgateError {
  return inputError(`time does not increase in column "${column}"`, {
    where,
    expected: `more than ${lastSec} s, the time of the row before`,
    got: `${timeSec} s`,
    hint: "nonIncreasingTime: drop in the map leaves such rows out and counts them",
  });
}
