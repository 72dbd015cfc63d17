import type { Recording } from "../../recording.ts";
import type { Scene } from "../../scene.ts";
import type { Run, Session } from "../../session.ts";
import type { RecordingInParts } from "../data/recording-in-parts.ts";
import { server } from "../data/server.ts";

/** What a run is made of, each part as soon as it is there. */
export interface LoadedRun {
  readonly recording: RecordingInParts;
  /** Of a start with its own parameters: a pole as long as it was. Null: there is none to be had. */
  readonly scene: Promise<Scene | null>;
}

/** Asks for the parts of runs; what was begun before the page stood is not asked for twice. */
export class RunLoader {
  readonly #session: Session | null;
  #begun: { readonly href: string; readonly loaded: LoadedRun } | undefined;

  constructor(session: Session | null) {
    this.#session = session;
  }

  /** Begins with a run that will be opened. @param fromSec the moment that will be looked at first */
  begin(run: Run, fromSec = 0): void {
    if (run.href === null) return;
    const loaded = this.#load(run, run.href, fromSec);
    // Whoever opens it is told.
    loaded.recording.first.catch(() => undefined);
    loaded.scene.catch(() => undefined);
    this.#begun = { href: run.href, loaded };
  }

  load(run: Run, href: string, fromSec: number): LoadedRun {
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun?.href === href) return begun.loaded;
    begun?.loaded.recording.close();
    return this.#load(run, href, fromSec);
  }

  /** The scene of a recording that came without a run of which more is known. */
  async sceneOf(recording: Recording): Promise<Scene | null> {
    return this.#scene(recording.worlds[0]?.start?.parameters);
  }

  #load(run: Run, href: string, fromSec: number): LoadedRun {
    const { scenario } = this.#session ?? { scenario: null };
    const recording = server.recording(href, fromSec, {
      name: run.title,
      ...(scenario === null ? {} : { channels: scenario }),
    });
    const { parameters } = run;
    const scene =
      parameters == null
        ? recording.first.then((part) => this.sceneOf(part.recording))
        : this.#scene(parameters);
    return { recording, scene };
  }

  async #scene(parameters: Readonly<Record<string, number>> | undefined): Promise<Scene | null> {
    return this.#session?.abilities.scene === true ? server.scene(parameters) : null;
  }
}
