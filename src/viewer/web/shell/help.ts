import { element } from "./element.ts";

const KEYS: readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[] = [
  {
    title: "Time",
    rows: [
      ["space", "play, pause"],
      ["← →", "100 ms back, on (Alt 500 ms, Shift 10 ms)"],
      ["Home End", "beginning, end"],
      ["n p", "next, previous event"],
      ["[ ]", "slower, faster"],
      ["l", "loop"],
    ],
  },
  {
    title: "Scene",
    rows: [
      ["o t f", "orbit, top, follow"],
      ["w a s d", "turn the camera"],
      ["+ −", "closer, farther"],
      ["g r e i x", "ghost, trails, error vectors, names, contacts"],
      ["c", "colours: by world, by model"],
    ],
  },
  {
    title: "What if",
    rows: [
      ["h", "horizon fan from here"],
      ["b", "branch off from here"],
    ],
  },
  {
    title: "Views",
    rows: [
      ["1 2 3", "trace, exam, operator"],
      [
        "m",
        "to the outcome map; there: arrows move between starts, d next disagreement, Enter opens both traces",
      ],
      ["j k", "next, previous run of the list"],
      ["v", "next channel in the plots (Shift+V previous)"],
      ["Shift+S", "screenshot (PNG)"],
      ["Shift+R", "record a clip (WebM), again to stop"],
      ["Shift+D", "dark, light"],
      ["?", "this list"],
    ],
  },
];

/** The keys, in a dialog. */
export class Help {
  readonly #dialog: HTMLDialogElement;

  constructor() {
    this.#dialog = element(
      "dialog",
      { class: "help", "aria-label": "Keyboard" },
      element("h2", {}, "Keyboard"),
      element(
        "div",
        { class: "help-columns" },
        ...KEYS.map(({ title, rows }) =>
          element(
            "section",
            {},
            element("h3", {}, title),
            element(
              "dl",
              {},
              ...rows.flatMap(([keys, what]) => [
                element("dt", {}, ...keys.split(" ").map((key) => element("kbd", {}, key))),
                element("dd", {}, what),
              ]),
            ),
          ),
        ),
      ),
      element("form", { method: "dialog" }, element("button", {}, "Close (Esc)")),
    );
    document.body.append(this.#dialog);
  }

  get open(): boolean {
    return this.#dialog.open;
  }

  toggle(): void {
    if (this.#dialog.open) this.#dialog.close();
    else this.#dialog.showModal();
  }
}
