import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { inputError } from "../../core/errors.ts";
import { attributeOf, xmlTags } from "./xml-tags.ts";

/** An MJCF or URDF file with everything it refers to, read. */
export interface MjcfSource {
  /** Absolute path, for messages. */
  readonly file: string;
  /** With `<include>` replaced by what it includes. */
  readonly xml: string;
  /** Meshes, textures, height fields: name as the compiler asks for it → bytes. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
}

/** Reads an MJCF or URDF file, its includes and its asset files. @throws SimgateError naming the file that is missing. */
export async function readMjcf(file: string): Promise<MjcfSource> {
  const xml = await inlineIncludes(await read(file, undefined), file, dirname(file), [file]);
  return { file, xml, assets: await readAssets(xml, file) };
}

/** MuJoCo's rule: the include element is replaced by the children of the included file's root. */
async function inlineIncludes(
  text: string,
  file: string,
  folder: string,
  open: readonly string[],
): Promise<string> {
  let result = "";
  let at = 0;
  for (const tag of xmlTags(text, file)) {
    if (tag.name !== "include") continue;
    const path = join(folder, attributeOf(tag, "file") ?? "");
    if (open.includes(path)) {
      throw inputError("an MJCF file includes itself", {
        where: open.at(-1)!,
        got: [...open, path].join(" → "),
      });
    }
    const included = await read(path, file);
    const root = xmlTags(included, path)[0];
    const children = root === undefined ? "" : included.slice(root.end, root.closeStart);
    result += text.slice(at, tag.start) + (await inlineIncludes(children, path, folder, [...open, path]));
    at = tag.closeEnd;
  }
  return result + text.slice(at);
}

async function readAssets(xml: string, file: string): Promise<Map<string, Uint8Array>> {
  const tags = xmlTags(xml, file);
  const compilers = tags.filter(({ name }) => name === "compiler");
  const setting = (name: string): string | undefined =>
    compilers.map((tag) => attributeOf(tag, name)).findLast((value) => value !== undefined);
  const folders: Readonly<Record<string, string | undefined>> = {
    mesh: setting("meshdir") ?? setting("assetdir"),
    texture: setting("texturedir") ?? setting("assetdir"),
    hfield: setting("assetdir"),
    skin: setting("assetdir"),
    flexcomp: setting("assetdir"),
  };
  const assets = new Map<string, Uint8Array>();
  const isUrdf = tags[0]?.name === "robot";
  for (const tag of tags) {
    for (const { name, value } of tag.attributes) {
      if (!name.startsWith("file") || value === "") continue;
      if (isUrdf) {
        // MuJoCo asks for meshes of a URDF by their bare names.
        const asked = join(folders[tag.name] ?? "", basename(value));
        if (!assets.has(asked)) assets.set(asked, new Uint8Array(await readUrdfMesh(value, file)));
        continue;
      }
      const asked = isAbsolute(value) ? value : join(folders[tag.name] ?? "", value);
      if (assets.has(asked)) continue;
      assets.set(
        asked,
        new Uint8Array(await readBytes(join(isAbsolute(asked) ? "" : dirname(file), asked), file)),
      );
    }
  }
  return assets;
}

/** A mesh as a URDF names it: a path from the file, `file://…`, or `package://name/…`, looked for in the folders above. */
async function readUrdfMesh(named: string, file: string): Promise<Buffer> {
  const [, name, rest] = /^package:\/\/([^/]+)\/(.+)$/.exec(named) ?? [];
  if (name === undefined) {
    const path = named.replace(/^file:\/\//, "");
    return readBytes(isAbsolute(path) ? path : join(dirname(file), path), file);
  }
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const own = basename(folder) === name ? join(folder, rest!) : join(folder, name, rest!);
    const bytes = await readFile(own).catch(() => undefined);
    if (bytes !== undefined) return bytes;
    if (folder === dirname(folder)) break;
  }
  throw inputError(`cannot find ${named}`, {
    where: file,
    expected: `a folder ${name} above the file, with ${rest} in it`,
  });
}

async function read(path: string, from: string | undefined): Promise<string> {
  return (await readBytes(path, from)).toString("utf8");
}

async function readBytes(path: string, from: string | undefined): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw inputError(`cannot read the MuJoCo file ${path}`, {
      ...(from === undefined ? {} : { where: from }),
      got: (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : (cause as Error).message,
      cause,
    });
  }
}
