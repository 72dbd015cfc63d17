import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CalibrationPlan, PropertyFindings } from "../exam/calibrate.ts";
import type { Defect } from "../scenario/defect.ts";
import type { ContractFiles } from "./files.ts";
import { SIMGATE_VERSION } from "./versions.ts";

/**
 * What the small exams of a calibration found, one file each, so that a calibration that is stopped or killed goes on
 * where it was. Their rollouts are not kept: forty seeds of them would fill a disk.
 */
export class FinishedExams {
  readonly #folder: string;
  /** Hash of all that the exams have in common. */
  readonly #plan: string;

  constructor(folder: string, plan: CalibrationPlan, files: ContractFiles["files"]) {
    this.#folder = folder;
    const { scenario, truth, policies, starts } = plan;
    this.#plan = hash([SIMGATE_VERSION, scenario.sha256, truth, policies, starts, files]);
  }

  /** Undefined if the exam is not there or its file cannot be read: it is then simply sat again. */
  async get(seed: number, defect: Defect | undefined): Promise<PropertyFindings | undefined> {
    try {
      return JSON.parse(await readFile(this.#path(seed, defect), "utf8")) as PropertyFindings;
    } catch {
      return undefined;
    }
  }

  async put(seed: number, defect: Defect | undefined, findings: PropertyFindings): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = this.#path(seed, defect);
    const aside = `${path}.${process.pid}.tmp`;
    await writeFile(aside, JSON.stringify(findings));
    await rename(aside, path);
  }

  /** Forgets everything: the calibration is complete. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #path(seed: number, defect: Defect | undefined): string {
    return join(
      this.#folder,
      `${hash([this.#plan, seed, defect === undefined ? null : [defect.kind, defect.severity]])}.json`,
    );
  }
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
