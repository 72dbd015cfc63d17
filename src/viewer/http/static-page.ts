import { readFile, readdir } from "node:fs/promises";
import { extname, join, posix, relative, sep } from "node:path";

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>simgate</title>
<p>The viewer's page is not built. In a clone of simgate: <code>npm run build</code>.</p>`;

/**
 * The files of the built page by address: read once, so that no address can lead anywhere else. Without a build, one
 * page that says so.
 */
export async function loadPage(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const type = TYPES[extname(file)];
    if (type === undefined) continue;
    files.set(`/${relative(folder, file).split(sep).join(posix.sep)}`, { type, bytes: await readFile(file) });
  }
  const index = files.get("/index.html") ?? { type: TYPES[".html"]!, bytes: Buffer.from(NOT_BUILT) };
  return files.set("/", index);
}
