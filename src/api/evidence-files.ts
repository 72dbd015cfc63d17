import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import { type EvidenceManifest, manifestSchema } from "../report/manifest.ts";

/** The manifest of an evidence folder. @throws SimgateError `input` if there is none, or it is not one. */
export async function readManifest(folder: string): Promise<EvidenceManifest> {
  const file = join(folder, "manifest.json");
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw inputError("the manifest of the evidence cannot be read", {
      where: file,
      got: messageOf(cause),
      cause,
    });
  }
  const parsed = manifestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw inputError("this is not the manifest of simgate evidence", {
    where: `${file} ${issue?.path.join(".") ?? ""}`.trim(),
    got: issue?.message ?? "",
  });
}

/**
 * What names this evidence and no other: the sha256 of its `manifest.json`, which holds the hash of every other file.
 * Whoever has noted it can tell that nothing was changed; nothing inside the folder can.
 */
export async function evidenceId(folder: string): Promise<string> {
  return sha256Of(await readFile(join(folder, "manifest.json")));
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Every file of a folder, `/` between names, in order of path. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}
