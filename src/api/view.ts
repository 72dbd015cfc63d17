import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inputError } from "../core/errors.ts";
import { workerEntry } from "../core/worker-entry.ts";
import { Hub } from "../viewer/foxglove/hub.ts";
import { Playback } from "../viewer/foxglove/playback.ts";
import { type SocketHost, ViewerServer } from "../viewer/server.ts";
import type { LiveSource } from "../viewer/session.ts";
import { viewEvidence, type ViewedSource } from "./view-evidence.ts";
import { viewRecording } from "./view-recording.ts";
import { viewSeveral } from "./view-several.ts";
import { isServerAddress, viewServer } from "./view-server.ts";

/** Where the viewer listens, and who may come. */
export interface ListenOptions {
  /** Default 127.0.0.1; any other needs a token, which is made up if none is given. */
  readonly host?: string;
  /** Default 8765, or the next that is free. */
  readonly port?: number;
  readonly token?: string;
  /** Pages of other origins that may connect: `https://app.foxglove.dev`. */
  readonly allowOrigins?: readonly string[];
}

export interface ViewOptions extends ListenOptions {
  /** An evidence folder, an MCAP file, or the address of a running server; default: the newest evidence below `simgate-out`. */
  readonly target?: string;
  /** Several: evidence folders of one contract, whose candidates are shown side by side. */
  readonly targets?: readonly string[];
  /** Where the scenario lies, if it is not a bundled one. */
  readonly scenario?: string;
}

export interface Viewer {
  /** To be opened in a browser. */
  readonly url: string;
  readonly port: number;
  readonly title: string;
  close(): Promise<void>;
}

/**
 * Serves the viewer's page with what it shows, and the Foxglove WebSocket on the same port. Close it when done.
 * @throws SimgateError `input` for a target that is not there, or a port that is taken
 */
export async function view(options: ViewOptions = {}): Promise<Viewer> {
  const { scenario } = options;
  const targets = options.targets ?? (options.target === undefined ? [] : [options.target]);
  const [asked, ...others] = targets;
  if (others.length > 0) {
    const server = targets.find(isServerAddress);
    if (server !== undefined) {
      throw inputError("only evidence folders are shown side by side", {
        where: "simgate view",
        got: server,
      });
    }
    const folders: string[] = [];
    for (const target of targets) folders.push(await locate(target));
    return serve(await viewSeveral(folders, scenario), options);
  }
  if (asked !== undefined && isServerAddress(asked)) {
    const { source, sockets, live } = await viewServer(asked, scenario);
    return serve(source, options, { sockets, live });
  }
  const target = await locate(asked);
  const isFolder = (await stat(target)).isDirectory();
  const source = isFolder ? await viewEvidence(target, { scenario }) : await viewRecording(target, scenario);
  return serve(source, options, { play: await playedTrace(source) });
}

/** The recording that listeners of the WebSocket are shown: the first that a page is offered. */
export async function playedTrace(source: ViewedSource): Promise<string | undefined> {
  const { runs } = await source.session();
  const name = runs[0]?.href?.replace("api/traces/", "");
  return name === undefined ? undefined : source.traceFile(decodeURIComponent(name));
}

/** Serves a source. `play`: the recording that listeners of the WebSocket are shown. */
export async function serve(
  source: ViewedSource,
  { host, port, token, allowOrigins }: ListenOptions,
  {
    sockets,
    live = () => null,
    play,
  }: {
    readonly sockets?: SocketHost;
    readonly live?: () => LiveSource | null;
    readonly play?: string | undefined;
  } = {},
): Promise<Viewer> {
  const { title } = await source.session();
  const hub = new Hub({ name: `simgate: ${title}`, sessionId: title, metadata: { simgate: title } });
  const used = sockets ?? hub;
  let playback: Playback | undefined;
  let server: ViewerServer;
  try {
    playback = play === undefined ? undefined : await Playback.open(hub, play);
    const page = fileURLToPath(workerEntry(new URL("../viewer/web/", import.meta.url)));
    server = await ViewerServer.open({ source, sockets: used, live, page, host, port, token, allowOrigins });
  } catch (thrown) {
    playback?.close();
    used.close();
    await source.close();
    throw thrown;
  }
  return {
    url: server.url,
    port: server.port,
    title,
    close: async () => {
      playback?.close();
      await server.close();
      await source.close();
    },
  };
}

const OUT = "simgate-out";

async function locate(target: string | undefined): Promise<string> {
  if (target !== undefined) {
    const path = resolve(target);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined) return path;
    throw inputError("there is no such evidence folder or recording", { where: path });
  }
  const names = await readdir(OUT).catch(() => []);
  const found: { path: string; atMs: number }[] = [];
  for (const name of names) {
    const path = resolve(OUT, name);
    const manifest = await stat(join(path, "manifest.json")).catch(() => undefined);
    if (manifest !== undefined) found.push({ path, atMs: manifest.mtimeMs });
  }
  const newest = found.sort((a, b) => b.atMs - a.atMs)[0];
  if (newest !== undefined) return newest.path;
  throw inputError("there is no evidence to view yet", {
    where: resolve(OUT),
    hint: "make some: simgate exam cartpole --world ensemble; or name a folder or an .mcap file",
  });
}
