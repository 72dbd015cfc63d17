import { randomUUID } from "node:crypto";
import { Hub } from "../viewer/foxglove/hub.ts";
import { Playback } from "../viewer/foxglove/playback.ts";
import type { LiveSource } from "../viewer/session.ts";
import { type ListenOptions, serve, type Viewer } from "./view.ts";
import type { ViewedSource } from "./view-evidence.ts";

export interface LiveViewerOptions extends Pick<LiveSource, "speed" | "shows"> {
  readonly source: ViewedSource;
  readonly listen: ListenOptions;
}

interface Subject {
  source: ViewedSource;
  live: LiveSource | null;
  title: string;
}

/**
 * A viewer of what happens now, which then becomes one of what came of it, at the same address: pages that lie open
 * are told, and open it.
 */
export class LiveViewer implements Viewer {
  /** Where what happens is published. */
  readonly hub: Hub;
  readonly url: string;
  readonly port: number;
  readonly #viewer: Viewer;
  readonly #subject: Subject;
  #playback: Playback | undefined;

  private constructor(hub: Hub, viewer: Viewer, subject: Subject) {
    this.hub = hub;
    this.#viewer = viewer;
    this.#subject = subject;
    this.url = viewer.url;
    this.port = viewer.port;
  }

  static async open({ source, listen, speed, shows }: LiveViewerOptions): Promise<LiveViewer> {
    const { title } = await source.session();
    const hub = new Hub(named(title));
    if (speed !== null) hub.speed = speed;
    const live: LiveSource = { url: "./", playback: false, speed, shows };
    const subject: Subject = { source, live, title };
    const viewer = await serve(
      switching(() => subject.source),
      listen,
      { sockets: hub, live: () => subject.live },
    );
    return new LiveViewer(hub, viewer, subject);
  }

  get title(): string {
    return this.#subject.title;
  }

  /** From now on this is shown. @param play the recording that listeners of the WebSocket are shown */
  async become(source: ViewedSource, play?: string): Promise<void> {
    const before = this.#subject.source;
    this.#subject.source = source;
    this.#subject.live = null;
    this.#subject.title = (await source.session()).title;
    if (play !== undefined) this.#playback = await Playback.open(this.hub, play);
    this.hub.become(named(this.title));
    await before.close();
  }

  async close(): Promise<void> {
    this.#playback?.close();
    await this.#viewer.close();
  }
}

/** A server that comes back after it was killed is not the one that was there before: its numbers begin anew. */
function named(title: string): ConstructorParameters<typeof Hub>[0] {
  return { name: `simgate: ${title}`, sessionId: randomUUID(), metadata: { simgate: title } };
}

/** What is shown may become something else. */
function switching(shown: () => ViewedSource): ViewedSource {
  return {
    session: () => shown().session(),
    scene: (...asked) => shown().scene(...asked),
    result: (...asked) => shown().result(...asked),
    episodes: (...asked) => shown().episodes(...asked),
    comparison: () => shown().comparison(),
    traceFile: (...asked) => shown().traceFile(...asked),
    rollout: (...asked) => shown().rollout(...asked),
    margins: (...asked) => shown().margins(...asked),
    branch: (...asked) => shown().branch(...asked),
    fan: (...asked) => shown().fan(...asked),
    contacts: (...asked) => shown().contacts(...asked),
    pictures: (...asked) => shown().pictures(...asked),
    close: () => shown().close(),
  };
}
