import { join, resolve } from "node:path";
import { inputError } from "../core/errors.ts";
import { dimensionText, parseUnit } from "../core/units.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import { importCsv, type ImportSummary } from "../record/import-csv.ts";
import { readImportMap, type ImportMap } from "../record/import-map.ts";
import type { RecordedChannel, RecordedChannels } from "../record/recorded-channel.ts";
import { loadScenario } from "../scenario/load.ts";

export interface ImportOptions {
  /** CSV logs. */
  readonly csv: readonly string[];
  /** Path of the mapping: which column is which channel, in which unit. */
  readonly map: string;
  /** The scenario whose channels they are. Absent: the channels are as the map has them. */
  readonly scenario?: string;
  /** One log: an MCAP file, or a bag folder if it ends in a slash. Several: the folder of the MCAP files. */
  readonly out: string;
}

export interface ImportedLog extends ImportSummary {
  readonly csv: string;
}

/**
 * Turns CSV logs into MCAP recordings (rosbag2 profile) at the logs' own times; nothing is resampled.
 * @throws SimgateError `input` at the line of the map or of the CSV that is wrong; recordings finished before stay.
 */
export async function importLog(options: ImportOptions): Promise<readonly ImportedLog[]> {
  const { csv, out } = options;
  if (csv.length > 1 && out.endsWith(".mcap")) {
    throw inputError("several logs need a folder to go to", {
      where: "--out",
      got: out,
      hint: `--out ${out.replace(/\.mcap$/, "")}`,
    });
  }
  const map = await readImportMap(options.map);
  // What the scenario's worlds are made of has no say in its channels.
  const scenario =
    options.scenario === undefined
      ? undefined
      : await loadScenario(options.scenario, { missingFiles: "allow" });
  const channels = scenario ?? channelsOf(map);
  const names = recordingNames(csv);
  const imported: ImportedLog[] = [];
  for (const [i, csvPath] of csv.entries()) {
    const summary = await importCsv({
      csvPath,
      map,
      channels,
      outPath: csv.length === 1 ? out : join(out, `${names[i]!}.mcap`),
      ...(scenario === undefined ? {} : { scenario: { name: scenario.name, sha256: scenario.sha256 } }),
    });
    imported.push({ csv: csvPath, ...summary });
  }
  return imported;
}

/** The file's name without its ending, with as many of its folders before it as it takes to tell the logs apart. */
export function recordingNames(csv: readonly string[]): readonly string[] {
  const parts = csv.map((file) => resolve(file.replace(/\.[^./\\]*$/, "")).split(/[\\/]/));
  if (new Set(parts.map((path) => path.join("/"))).size < csv.length) {
    throw inputError("a log is given twice", { got: csv.join(", ") });
  }
  for (let depth = 1; ; depth++) {
    const names = parts.map((path) => path.slice(-depth).join("-"));
    if (new Set(names).size === names.length) return names;
  }
}

/** Channels for a log that belongs to no scenario yet: sizes from the columns, coherent SI units. */
function channelsOf(map: YamlDocument<ImportMap>): RecordedChannels {
  const channel = (name: string, columns: number, unit: string, path: string[]): RecordedChannel => {
    const { dimension, factor } = parseUnit(unit, map.where([...path, "unit"]));
    return {
      name,
      unit: factor === 1 ? unit : dimensionText(dimension),
      kind: "linear",
      shape: columns === 1 ? [] : [columns],
      size: columns,
      tolerance: 1,
    };
  };
  const { observation, action } = map.value;
  return {
    observation: Object.entries(observation).map(([name, { columns, unit }]) =>
      channel(name, columns.length, unit, ["observation", name]),
    ),
    action: Object.entries(action).map(([name, { applied }]) =>
      channel(name, applied.columns.length, applied.unit, ["action", name, "applied"]),
    ),
  };
}
