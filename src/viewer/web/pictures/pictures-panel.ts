import { latestOnly } from "../data/latest-only.ts";
import type { Opened } from "../run/opened.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
import { PictureRow } from "./picture-row.ts";
import { picturesAt, type ShownPicture } from "./picture-source.ts";

/** What truth and candidate look like at the cursor, side by side, and where they differ. */
export class PicturesPanel {
  readonly root = element("section", {
    class: "panel pictures",
    "aria-label": "Pictures",
    tabindex: 0,
    hidden: true,
  });
  readonly #workspace: Workspace;
  readonly #rows = new Map<string, PictureRow>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    const show = latestOnly((opened: Opened) => this.#show(opened));
    const request = oncePerFrame(() => {
      const { current } = workspace;
      if (current !== undefined && this.#hasPictures(current)) show(current);
      else this.root.hidden = true;
    });
    workspace.opened.on(request);
    workspace.clock.changed.on(request);
  }

  get #canDraw(): boolean {
    return this.#workspace.session?.abilities.pictures === true;
  }

  #hasPictures({ worlds }: Opened): boolean {
    return this.#canDraw || worlds.some(({ pictures }) => Object.keys(pictures).length > 0);
  }

  async #show(opened: Opened): Promise<void> {
    const { timeSec } = this.#workspace.clock.head;
    const { truth, candidate } = opened;
    try {
      const nothing: ReadonlyMap<string, ShownPicture> = new Map();
      const [ofTruth, ofCandidate] = await Promise.all([
        picturesAt(truth, timeSec, this.#canDraw),
        candidate === undefined ? nothing : picturesAt(candidate, timeSec, this.#canDraw),
      ]);
      if (opened !== this.#workspace.current) return;
      const names = [...new Set([...ofTruth.keys(), ...ofCandidate.keys()])];
      this.#keep(names);
      this.root.hidden = names.length === 0;
      for (const name of names) await this.#row(name).show(opened, ofTruth.get(name), ofCandidate.get(name));
    } catch (thrown) {
      this.#keep([]);
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.root.hidden = false;
      this.root.replaceChildren(element("p", { class: "muted" }, `no pictures: ${why}`));
    }
  }

  #keep(names: readonly string[]): void {
    for (const [name, { root }] of this.#rows) {
      if (names.includes(name)) continue;
      root.remove();
      this.#rows.delete(name);
    }
  }

  #row(name: string): PictureRow {
    let row = this.#rows.get(name);
    if (row === undefined) {
      row = new PictureRow(name);
      this.#rows.set(name, row);
      this.root.replaceChildren(...[...this.#rows.values()].map(({ root }) => root));
    }
    return row;
  }
}
