import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimgateError } from "../../src/core/errors.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

const FIXTURE = new URL("./fixtures/reach/", import.meta.url);

/** The reach fixture with pieces of its text replaced, loaded from a folder of its own that holds its MJCF too. */
export async function loadReach(
  ...replacements: readonly (readonly [piece: string, by: string])[]
): Promise<Scenario> {
  let text = await readFile(new URL("scenario.yaml", FIXTURE), "utf8");
  for (const [piece, by] of replacements) {
    if (!text.includes(piece)) throw new Error(`the fixture does not contain ${piece}`);
    text = text.replace(piece, () => by);
  }
  const folder = await mkdtemp(join(tmpdir(), "simgate-scenario-"));
  try {
    await writeFile(join(folder, "scenario.yaml"), text);
    await writeFile(join(folder, "reach.xml"), await readFile(new URL("reach.xml", FIXTURE)));
    return await loadScenario(join(folder, "scenario.yaml"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What loading says is wrong, without the folder's name. */
export async function reachProblem(
  ...replacements: readonly (readonly [piece: string, by: string])[]
): Promise<string> {
  try {
    await loadReach(...replacements);
  } catch (thrown) {
    if (thrown instanceof SimgateError && thrown.code === "input") {
      return thrown.message.replaceAll(/\S*[/\\]simgate-scenario-\w+[/\\]/g, "");
    }
    throw thrown;
  }
  return "nothing is wrong";
}
