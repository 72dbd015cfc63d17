import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inputError } from "../core/errors.ts";
import { loadScenario } from "../scenario/load.ts";
import { Relay } from "../viewer/foxglove/relay.ts";
import type { SocketHost } from "../viewer/server.ts";
import type { LiveSource, Problem, Session, Unavailable } from "../viewer/session.ts";
import { UnavailableError } from "../viewer/source.ts";
import { greetServer, type Greeting, shown } from "./greet-server.ts";
import { emptySource, liveSource, noAbilities } from "./live-source.ts";
import type { ViewedSource } from "./view-evidence.ts";

/** As `view` takes it: `ws://host:port`, or what `simgate view` printed there. */
export function isServerAddress(target: string): boolean {
  return /^(wss?|https?):/i.test(target);
}

export interface ViewedServer {
  readonly source: ViewedSource;
  readonly sockets: SocketHost;
  readonly live: () => LiveSource | null;
}

const READ_MS = 10_000;
const COMPUTE_MS = 60_000;

/**
 * A server that runs elsewhere, through ours: one of simgate with all that it shows, any other Foxglove WebSocket server
 * with what can be understood of its topics.
 * @throws SimgateError `input` if the address is none, nobody answers, or who answers speaks something else
 */
export async function viewServer(address: string, scenarioPath?: string): Promise<ViewedServer> {
  const url = socketAddress(address);
  const greeting = await greetServer(url);
  const sockets = new Relay(url);
  const ours = new SimgateServer(url);
  if (await ours.isThere()) return { source: ours.source, sockets, live: () => ours.live };
  const playback = greeting.capabilities.includes("playbackControl");
  const live: LiveSource = { url: "./", playback, speed: null, shows: "steps" };
  return { source: await foreignSource(greeting, url, scenarioPath), sockets, live: () => live };
}

function socketAddress(address: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(address);
  } catch {
    // Said below.
  }
  if (url === undefined || url.hostname === "") {
    throw inputError("this is no address of a server", {
      where: address,
      expected: "ws://host:port",
    });
  }
  url.protocol = url.protocol.replace("http", "ws");
  url.hash = "";
  return url;
}

async function foreignSource(
  { name }: Greeting,
  url: URL,
  scenarioPath: string | undefined,
): Promise<ViewedSource> {
  const title = `${name} at ${url.host}`;
  if (scenarioPath !== undefined) {
    const scenario = await loadScenario(scenarioPath);
    return liveSource({ scenario, title, truth: null });
  }
  const unknown: Unavailable = { reason: "the server names no scenario: say which with --scenario" };
  const session: Omit<Session, "live"> = {
    schema: "simgate/session@1",
    kind: "live",
    title,
    scenario: null,
    truth: null,
    candidate: null,
    candidates: [],
    worlds: [],
    policies: [],
    panelStarts: 0,
    runs: [{ id: "live", title, href: null, why: null, policy: null, start: null, parameters: null }],
    horizon: null,
    abilities: noAbilities(unknown),
  };
  return emptySource(session, unknown.reason);
}

/** What a viewer of ours shows elsewhere, asked for as its own page asks. */
class SimgateServer {
  readonly #base: URL;
  /** As of the last time it was asked. */
  live: LiveSource | null = null;
  #folder: Promise<string> | undefined;

  constructor(url: URL) {
    this.#base = new URL(url);
    this.#base.protocol = url.protocol.replace("ws", "http");
  }

  async isThere(): Promise<boolean> {
    try {
      return (await this.#json<Session>("api/session")).schema === "simgate/session@1";
    } catch {
      return false;
    }
  }

  readonly source: ViewedSource = {
    session: async () => {
      const { live, candidates = [], ...session } = await this.#json<OlderSession>("api/session");
      // Through us, wherever it has it.
      this.live = live === null ? null : { ...live, url: "./" };
      return { ...session, candidates };
    },
    scene: (parameters) =>
      this.#json(`api/scene?parameters=${encodeURIComponent(JSON.stringify(parameters))}`),
    result: async (candidate) => (await this.#ask(`api/evidence/result.json?candidate=${candidate}`)).text(),
    episodes: (candidate) => this.#json(`api/evidence/episodes?candidate=${candidate}`),
    comparison: () => this.#json("api/evidence/comparison"),
    traceFile: async (name) => {
      const bytes = await this.#bytes(`api/traces/${encodeURIComponent(name)}`);
      this.#folder ??= mkdtemp(join(tmpdir(), "simgate-view-"));
      const path = join(await this.#folder, encodeURIComponent(name));
      await writeFile(path, bytes);
      return path;
    },
    rollout: (policy, start, worlds, signal) =>
      this.#bytes(
        `api/rollouts/${encodeURIComponent(policy)}/${start}.mcap?worlds=${worlds.map(encodeURIComponent).join(",")}`,
        { signal },
      ),
    margins: (run, signal) => this.#json(`api/margins?run=${encodeURIComponent(run)}`, { signal }),
    branch: (body, signal) => this.#bytes("api/branch", { body, signal }),
    fan: (body, signal) => this.#json("api/fan", { body, signal }),
    contacts: (body) => this.#json("api/contacts", { body }),
    pictures: (body) => this.#json("api/pictures", { body }),
    close: async () => {
      if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
    },
  };

  async #json<T>(address: string, asked: Asked = {}): Promise<T> {
    return (await (await this.#ask(address, asked)).json()) as T;
  }

  async #bytes(address: string, asked: Asked = {}): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#ask(address, asked)).arrayBuffer());
  }

  async #ask(address: string, { body, signal }: Asked = {}): Promise<Response> {
    const url = new URL(address, this.#base);
    for (const [name, value] of this.#base.searchParams) url.searchParams.set(name, value);
    const deadline = AbortSignal.timeout(signal === undefined ? READ_MS : COMPUTE_MS);
    const response = await fetch(url, {
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw inputError("the server that is shown does not answer", { where: shown(this.#base), cause });
    });
    if (response.ok) return response;
    const problem = await response.json().then(
      (json: unknown) => (json as Partial<Problem>).error,
      () => undefined,
    );
    const { what = `it answers ${response.status}`, ...details } = problem ?? {};
    if (response.status === 404) throw new UnavailableError(what);
    throw inputError(what, details);
  }
}

/** Earlier versions showed one candidate, and did not name it apart. */
type OlderSession = Omit<Session, "candidates"> & Partial<Pick<Session, "candidates">>;

interface Asked {
  readonly body?: object;
  readonly signal?: AbortSignal;
}
