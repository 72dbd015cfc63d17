import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { JobResult } from "./job.ts";

/**
 * Finished jobs on disk, by content hash, so that an exam that is stopped or killed goes on where it was. A file is
 * there whole or not at all (written aside, then renamed).
 */
export class JobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined if the job is not there or its file cannot be read: it is then simply run again. */
  async get(key: string): Promise<JobResult | undefined> {
    try {
      return deserialize(await readFile(this.#path(key))) as JobResult;
    } catch {
      return undefined;
    }
  }

  async put(key: string, result: JobResult): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const aside = `${this.#path(key)}.${process.pid}.tmp`;
    await writeFile(aside, serialize(result));
    await rename(aside, this.#path(key));
  }

  /** Forgets everything: the exam it served is complete. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #path(key: string): string {
    return join(this.#folder, `${key}.job`);
  }
}
