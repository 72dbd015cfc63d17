import { element } from "./element.ts";
import { say } from "./say.ts";

const place = element("div", { class: "notice", role: "alert", hidden: true });

/** A problem, in words, until it is closed. */
export function showProblem(thrown: unknown): void {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const hint = thrown instanceof Error && "hint" in thrown ? (thrown.hint as string | undefined) : undefined;
  place.replaceChildren(
    element(
      "span",
      {},
      element("b", {}, "✗ "),
      text,
      hint === undefined ? "" : element("small", {}, ` ${hint}`),
    ),
    element("button", { type: "button", "aria-label": "Close", class: "icon", onclick: hideProblem }, "×"),
  );
  if (!place.isConnected) document.body.append(place);
  place.hidden = false;
  say(text);
}

export function hideProblem(): void {
  place.hidden = true;
}
