import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { inputError, messageOf } from "../core/errors.ts";

/**
 * One MCAP file, or those in the folder of a bag: rosbag2 splits a long recording into `name_0.mcap`, `name_1.mcap`, …,
 * `name_10.mcap`. @throws SimgateError `input` where there is none.
 */
export async function bagFiles(target: string): Promise<string[]> {
  try {
    if (!(await stat(target)).isDirectory()) return [target];
    const all = await readdir(target);
    const names = all.filter((name) => name.endsWith(".mcap"));
    if (names.length === 0) {
      const hint = "ros2 bag convert makes MCAP of a .db3 bag";
      throw inputError("the folder holds no recording (*.mcap)", {
        where: target,
        ...(all.some((name) => name.endsWith(".db3")) ? { hint } : {}),
      });
    }
    return names
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
      .map((name) => path.join(target, name));
  } catch (cause) {
    throw cause instanceof Error && "code" in cause && cause.code === "ENOENT"
      ? inputError("there is no such recording", { where: target, got: messageOf(cause), cause })
      : cause;
  }
}
