/** What an address says: which run, when, in which view, and what is looked at there. */
export interface DeepLink {
  readonly run?: string;
  readonly timeSec?: number;
  readonly view?: string;
  readonly channel?: string;
  /** The map: policy and the two dimensions. */
  readonly policy?: string;
  readonly x?: string;
  readonly y?: string;
}

const NAMES = { run: "run", view: "view", channel: "channel", policy: "policy", x: "x", y: "y" } as const;

export function readLink(search: string): DeepLink {
  const given = new URLSearchParams(search);
  const link: Record<string, string | number> = {};
  for (const [key, name] of Object.entries(NAMES)) {
    const text = given.get(name);
    if (text !== null && text !== "") link[key] = text;
  }
  const t = given.get("t");
  if (t !== null && t.trim() !== "" && Number.isFinite(Number(t))) link["timeSec"] = Number(t);
  return link;
}

/** The address that leads back here. What it does not know (a token) stays. */
export function writeLink(link: DeepLink, search: string): string {
  const kept = new URLSearchParams(search);
  for (const [key, name] of Object.entries(NAMES)) {
    const text = link[key as keyof typeof NAMES];
    if (text === undefined) kept.delete(name);
    else kept.set(name, text);
  }
  if (link.timeSec === undefined) kept.delete("t");
  else kept.set("t", String(Number(link.timeSec.toFixed(3))));
  // Slashes and brackets are legal in a query and easier on the eye.
  const text = kept.toString().replaceAll("%2F", "/").replaceAll("%5B", "[").replaceAll("%5D", "]");
  return text === "" ? "" : `?${text}`;
}
