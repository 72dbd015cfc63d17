import { createHash } from "node:crypto";
import { access, readFile, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean, inputError, messageOf } from "../core/errors.ts";
import { parseYaml } from "../core/yaml-document.ts";
import { checkHybrids } from "./check-hybrids.ts";
import { checkImages } from "./check-images.ts";
import { checkInvariants } from "./check-invariants.ts";
import { checkReferences } from "./check-references.ts";
import { checkSuccess } from "./check-success.ts";
import { manifestFiles, withAbsolutePaths } from "./manifest-files.ts";
import type { ManifestFile } from "./manifest-files.ts";
import { Problems } from "./problems.ts";
import { resolveScenario } from "./resolve-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { manifestSchema } from "./schema.ts";

/** Where the scenarios that come with simgate lie: beside `src/` and `dist/`. */
const BUNDLED = fileURLToPath(new URL("../../scenarios/", import.meta.url));

export interface LoadOptions {
  /** `allow` where the files that worlds and policies name are still to be made, e.g. by training. Default `error`. */
  readonly missingFiles?: "error" | "allow";
}

/**
 * Reads a scenario: a bundled one by its name, any other by the path of its manifest or of the folder it is in.
 * @throws SimgateError listing everything wrong with it, each with file, line, column and key.
 */
export async function loadScenario(
  pathOrName: string,
  { missingFiles = "error" }: LoadOptions = {},
): Promise<Scenario> {
  const file = await manifestFile(pathOrName);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw inputError("the scenario cannot be read", { where: file, got: messageOf(cause), cause });
  }
  const { scenario, files, problems } = parseScenario(bytes.toString("utf8"), {
    file,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
  for (const { path, absolute } of missingFiles === "allow" ? [] : files) {
    const exists = await access(absolute).then(
      () => true,
      () => false,
    );
    if (!exists)
      problems.add(path, "there is no such file", {
        got: absolute,
        hint: "paths are relative to the manifest",
      });
  }
  problems.throwIfAny(file);
  return scenario;
}

/** Names of the scenarios that come with simgate. */
export async function bundledScenarios(): Promise<readonly string[]> {
  const entries = await readdir(BUNDLED, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

interface Parsed {
  readonly scenario: Scenario;
  /** Files it names, to be looked for. */
  readonly files: readonly ManifestFile[];
  /** What is wrong besides; the scenario is only to be used if nothing is. */
  readonly problems: Problems;
}

/** Everything that can be said about a manifest without looking at other files. */
function parseScenario(text: string, { file, sha256 }: { file: string; sha256: string }): Parsed {
  const document = parseYaml(text, manifestSchema, { file, what: "scenario" });
  const problems = new Problems(document);
  const manifest = withAbsolutePaths(document.value, dirname(file));
  const scenario = resolveScenario(manifest, { file, sha256 }, problems);
  checkReferences(scenario, problems);
  checkHybrids(scenario, problems);
  checkInvariants(scenario, problems);
  checkImages(scenario, problems);
  checkSuccess(scenario, problems);
  return { scenario, files: manifestFiles(manifest), problems };
}

async function manifestFile(pathOrName: string): Promise<string> {
  if (/\.ya?ml$/i.test(pathOrName)) return resolve(pathOrName);
  if (/[/\\]/.test(pathOrName) || pathOrName.startsWith(".")) return resolve(pathOrName, "scenario.yaml");
  const bundled = await bundledScenarios();
  if (bundled.includes(pathOrName)) return join(BUNDLED, pathOrName, "scenario.yaml");
  throw inputError(`there is no scenario "${pathOrName}"`, {
    expected: "the name of a bundled scenario, or the path of a manifest (*.yaml) or of its folder (./…)",
    got: pathOrName,
    hint: didYouMean(pathOrName, bundled),
  });
}
