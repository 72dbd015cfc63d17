import type { RecordedWorld } from "../../recording.ts";
import { figure } from "../numbers/format.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
import { roleColourName } from "../shell/role-colour.ts";
import { say } from "../shell/say.ts";
import { ContactsNow } from "./contacts-now.ts";
import { PointHistory } from "./point-history.ts";
import { sceneMoment, type SceneLayers } from "./scene-moment.ts";
import { SceneView } from "./scene-view.ts";
import type { View } from "./viewpoint.ts";

const VIEWS: readonly { readonly view: View; readonly key: string; readonly text: string }[] = [
  { view: "orbit", key: "o", text: "Orbit" },
  { view: "top", key: "t", text: "Top" },
  { view: "follow", key: "f", text: "Follow" },
];
const LAYERS: readonly { readonly layer: keyof SceneLayers; readonly key: string; readonly text: string }[] =
  [
    { layer: "ghost", key: "g", text: "Ghost" },
    { layer: "trails", key: "r", text: "Trails" },
    { layer: "errors", key: "e", text: "Errors" },
    { layer: "names", key: "i", text: "Names" },
    { layer: "contacts", key: "x", text: "Contacts" },
  ];
const TURN_RAD = 0.12;

/** The scene with its buttons and legend. */
export class ScenePanel {
  readonly root: HTMLElement;
  readonly view: SceneView;
  readonly #workspace: Workspace;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  readonly #legend = element("ul", { class: "legend", "aria-label": "What is what" });
  readonly #empty = element("p", { class: "scene-empty muted" });
  #layers: SceneLayers = { ghost: true, trails: true, errors: true, names: true, contacts: true };
  readonly #contacts: ContactsNow;
  #histories = new Map<RecordedWorld, PointHistory>();
  /** What lies open decides how much room the scene has: it is drawn in it at once, and not twice. */
  #isMeasured = true;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    const draw = oncePerFrame(() => this.#draw());
    this.#contacts = new ContactsNow(workspace, draw);
    const surface = element("div", {
      class: "scene-surface",
      role: "img",
      "aria-label": "Scene: truth solid, candidate as a ghost",
    });
    this.root = element(
      "section",
      { class: "panel scene", "aria-label": "Scene" },
      surface,
      this.#empty,
      element("div", { class: "scene-tools", role: "toolbar", "aria-label": "Scene" }, ...this.#tools()),
      element("div", { class: "scene-foot" }, this.#contacts.note, this.#legend),
    );
    this.view = new SceneView(surface);
    workspace.scened.on((scene) => {
      this.#histories.clear();
      if (scene !== null) this.view.setScene(scene);
      this.#drawLegend();
      draw();
    });
    workspace.opened.on(() => {
      this.#histories.clear();
      this.#drawLegend();
      this.#isMeasured = false;
      draw();
    });
    workspace.clock.changed.on(draw);
    workspace.fanned.on(draw);
    this.#redraw = draw;
    this.#press();
  }

  readonly #redraw: () => void;

  /** Keys of the scene; true if one was meant. */
  readonly onKey = (event: KeyboardEvent): boolean => {
    const view = VIEWS.find(({ key }) => key === event.key);
    if (view !== undefined) this.#setView(view.view);
    const layer = LAYERS.find(({ key }) => key === event.key);
    if (layer !== undefined) this.#toggle(layer.layer);
    if (event.key === "c") this.#toggleColouring();
    const turn = TURNS[event.key];
    if (turn !== undefined) this.view.viewpoint.turn(turn);
    return view !== undefined || layer !== undefined || turn !== undefined || event.key === "c";
  };

  #tools(): HTMLElement[] {
    const button = (name: string, text: string, key: string, act: () => void): HTMLButtonElement => {
      const made = element("button", { type: "button", title: `${text} (${key})`, onclick: act }, text);
      this.#buttons.set(name, made);
      return made;
    };
    return [
      element(
        "div",
        { class: "group" },
        ...VIEWS.map(({ view, key, text }) => button(view, text, key, () => this.#setView(view))),
      ),
      element(
        "div",
        { class: "group" },
        ...LAYERS.map(({ layer, key, text }) => button(layer, text, key, () => this.#toggle(layer))),
        button("colours", "Model colours", "c", () => this.#toggleColouring()),
      ),
    ];
  }

  #setView(view: View): void {
    this.view.viewpoint.set(view);
    this.#press();
    this.#redraw();
    say(`${view} view`);
  }

  #toggle(layer: keyof SceneLayers): void {
    this.#layers = { ...this.#layers, [layer]: !this.#layers[layer] };
    if (layer === "contacts") this.#contacts.setShown(this.#layers.contacts);
    this.#press();
    this.#redraw();
    say(`${layer} ${this.#layers[layer] ? "shown" : "hidden"}`);
  }

  #toggleColouring(): void {
    this.view.setColouring(this.view.colouring === "world" ? "model" : "world");
    this.#press();
    this.#redraw();
  }

  #press(): void {
    for (const { view } of VIEWS) {
      this.#buttons.get(view)!.setAttribute("aria-pressed", String(this.view.viewpoint.view === view));
    }
    for (const { layer } of LAYERS) {
      this.#buttons.get(layer)!.setAttribute("aria-pressed", String(this.#layers[layer]));
    }
    this.#buttons.get("colours")!.setAttribute("aria-pressed", String(this.view.colouring === "model"));
  }

  #drawLegend(): void {
    const { current, scene } = this.#workspace;
    const cell = this.view.gridCellM;
    this.#legend.replaceChildren(
      ...(current?.worlds ?? []).map((world) =>
        element(
          "li",
          {
            class: world === current?.truth ? "key" : "key ghost",
            style: `--own: var(--${roleColourName(world.role)})`,
          },
          element("i", {}),
          world.role === "" ? "recording" : world.role,
          world.name === null ? "" : element("b", {}, ` ${world.name}`),
          world.role === "branch" && world.policy !== null ? ` · ${world.policy}` : "",
          world.outcome === null
            ? ""
            : element("span", { class: world.outcome.kind }, ` ${world.outcome.kind}`),
        ),
      ),
      ...(cell === undefined ? [] : [element("li", { class: "muted" }, `grid ${figure(cell)} m, z up`)]),
    );
    const { session } = this.#workspace;
    const ability = session?.abilities.scene;
    this.#empty.textContent =
      scene !== null
        ? ""
        : ability === true
          ? "The scene is being loaded."
          : `No scene: ${ability?.reason ?? "a file opened without a server brings no geometry"}.`;
  }

  #draw(): void {
    const { current, scene, clock, fan } = this.#workspace;
    if (current === undefined || scene === null) return;
    for (const world of current.worlds) {
      if (!this.#histories.has(world)) {
        this.#histories.set(world, new PointHistory(scene, world, this.view.points));
      }
    }
    const source = {
      opened: current,
      scene,
      points: this.view.points,
      histories: this.#histories,
      layers: this.#layers,
      fan,
      contacts: this.#contacts.at(clock.head.timeSec),
    };
    if (!this.#isMeasured) this.view.measure();
    this.#isMeasured = true;
    this.view.show(sceneMoment(source, clock.head.timeSec));
  }
}

const TURNS: Readonly<Record<string, { azimuth?: number; polar?: number; closer?: number }>> = {
  a: { azimuth: -TURN_RAD },
  d: { azimuth: TURN_RAD },
  w: { polar: -TURN_RAD },
  s: { polar: TURN_RAD },
  "+": { closer: 0.88 },
  "=": { closer: 0.88 },
  "-": { closer: 1.14 },
};
