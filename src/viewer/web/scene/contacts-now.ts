import type { SceneContacts } from "../../session.ts";
import { latestOnly } from "../data/latest-only.ts";
import { server } from "../data/server.ts";
import { figure } from "../numbers/format.ts";
import { momentOf } from "../run/moment-of.ts";
import type { Workspace } from "../run/workspace.ts";
import { element, setText } from "../shell/element.ts";
import { afterQuiet } from "../shell/frame.ts";

/** The cursor may be on its way, ms. */
const SETTLE_MS = 80;

/** What touches what in truth where the cursor rests: computed by the server from what truth showed. */
export class ContactsNow {
  /** The same in words, for those who do not see the scene; and why there is nothing. */
  readonly note = element("p", { class: "contacts-note muted", role: "note", "aria-label": "Contacts" });
  readonly #workspace: Workspace;
  readonly #changed: () => void;
  readonly #settle: () => void;
  readonly #ask: (timeSec: number) => void;
  #isShown = true;
  #answer: { readonly timeSec: number; readonly found: SceneContacts } | undefined;

  constructor(workspace: Workspace, changed: () => void) {
    this.#workspace = workspace;
    this.#changed = changed;
    this.#ask = latestOnly((timeSec) => this.#fetch(timeSec));
    this.#settle = afterQuiet(SETTLE_MS, () => this.#request());
    workspace.opened.on(() => {
      this.#answer = undefined;
      this.#settle();
    });
    workspace.clock.changed.on(({ playing }) => {
      if (playing) this.#request();
      else this.#settle();
    });
  }

  setShown(shown: boolean): void {
    this.#isShown = shown;
    if (shown) this.#request();
    else setText(this.note, "");
  }

  /** Of the moment shown: those of another are not true of it. */
  at(timeSec: number): SceneContacts["contacts"] {
    const { clock } = this.#workspace;
    const answer = this.#isShown ? this.#answer : undefined;
    // While time goes on, an answer is a frame or two late.
    const lateSec = clock.head.playing ? 0.1 * clock.head.speed : 1e-9;
    return answer !== undefined && Math.abs(answer.timeSec - timeSec) <= lateSec ? answer.found.contacts : [];
  }

  #request(): void {
    const { session, current, clock } = this.#workspace;
    const ability = session?.abilities.contacts;
    if (!this.#isShown || current === undefined) return;
    if (ability === true) this.#ask(clock.head.timeSec);
    else setText(this.note, `contacts: not applicable: ${ability?.reason ?? "no server computes them"}`);
  }

  async #fetch(timeSec: number): Promise<void> {
    const { current } = this.#workspace;
    if (current === undefined) return;
    try {
      const found = await server.contacts(momentOf(current.truth, timeSec));
      if (current !== this.#workspace.current) return;
      const shown = this.#answer?.found.contacts.length ?? 0;
      this.#answer = { timeSec, found };
      setText(this.note, this.#isShown ? sentence(found) : "");
      if (shown + found.contacts.length > 0) this.#changed();
    } catch (thrown) {
      this.#answer = undefined;
      setText(this.note, `contacts: not known: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
}

function sentence({ contacts, hidden, atRest }: SceneContacts): string {
  // A box on a table touches it in four points.
  const pairs = new Map<string, number>();
  for (const { bodies, forceN } of contacts) {
    const key = bodies.join(" – ");
    pairs.set(key, (pairs.get(key) ?? 0) + forceN);
  }
  const unknown = hidden.length === 0 ? "" : `; of ${hidden.join(", ")} not known while hidden`;
  const touching = [...pairs].map(([key, forceN]) => `${key} ${figure(forceN, 2)} N`);
  const resting = atRest.length === 0 ? "" : `; ${atRest.join(", ")} taken at rest, for no channel says`;
  return `contacts: ${touching.length === 0 ? "none" : touching.join(", ")}${unknown}${resting}`;
}
