import { seconds } from "../numbers/format.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { MARKS } from "../time/marks.ts";

/** What happened, in words; a click goes there. */
export class EventList {
  readonly root: HTMLElement;
  readonly #list = element("ol", { class: "events" });

  constructor(workspace: Workspace) {
    this.root = element("section", { class: "panel event-list", "aria-label": "Events" }, this.#list);
    let shown = "";
    workspace.opened.on(({ events }) => {
      // A live stream opens anew many times a second: what is the same keeps its focus.
      const next = JSON.stringify(events);
      if (next === shown) return;
      shown = next;
      this.root.hidden = events.length === 0;
      this.#list.replaceChildren(
        ...events.map((event) => {
          const { glyph, color } = MARKS[event.kind];
          return element(
            "li",
            {},
            element(
              "button",
              {
                type: "button",
                class: "plain",
                onclick: () => {
                  workspace.clock.seek(event.timeSec);
                  workspace.noticed.emit(event);
                },
              },
              element("i", { style: `color:var(--${color})`, "aria-hidden": "true" }, glyph),
              element("time", {}, seconds(event.timeSec)),
              event.text,
            ),
          );
        }),
      );
    });
    workspace.noticed.on((noticed) => {
      const at = workspace.current?.events.indexOf(noticed) ?? -1;
      [...this.#list.children].forEach((item, i) => item.classList.toggle("noticed", i === at));
      this.#list.children[at]?.scrollIntoView({ block: "nearest" });
      if (noticed.channel !== null) workspace.select(noticed.channel);
    });
  }
}
