import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { inputError } from "../core/errors.ts";
import { canonicalJson } from "../report/canonical-json.ts";
import { calibrationCsv } from "../report/calibration-csv.ts";
import { renderCalibration } from "../report/calibration-html.ts";
import { type Calibration, calibrationSchema } from "../report/calibration-result.ts";

const FILES = ["calibration.json", "matrix.csv", "report.html"];

/**
 * Whether a calibration may be written here: nothing there, an empty folder, or an older calibration.
 * @throws SimgateError otherwise
 */
export async function checkCalibrationFolder(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw inputError("the calibration cannot be written here", {
      where: folder,
      expected: "a folder, or nothing",
      cause,
    });
  }
  const others = entries.filter((name) => !FILES.includes(name));
  if (others.length === 0) return;
  throw inputError("the folder holds something else than a calibration", {
    where: folder,
    got: others.toSorted().slice(0, 4).join(", "),
    hint: "name another folder with --out, or empty this one",
  });
}

/** `calibration.json`, `matrix.csv`, `report.html`. @returns the absolute path of the folder */
export async function writeCalibration(folder: string, calibration: Calibration): Promise<string> {
  const result = calibrationSchema.parse(calibration);
  const target = resolve(folder);
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "calibration.json"), canonicalJson(result));
  await writeFile(join(target, "matrix.csv"), calibrationCsv(result));
  await writeFile(join(target, "report.html"), renderCalibration(result));
  return target;
}
