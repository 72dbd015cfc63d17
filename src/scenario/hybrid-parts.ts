import type { WorldConfig } from "./schema.ts";

/** A world that another one is made of. */
export interface HybridPart {
  readonly role: "base" | "learned" | "physics";
  /** Of a world of the manifest. */
  readonly name: string;
}

/** The worlds that a world is made of; none for one of a single piece. */
export function hybridParts(config: WorldConfig): readonly HybridPart[] {
  switch (config.kind) {
    case "residual":
      return [{ role: "base", name: config.base }];
    case "switched":
      return [
        { role: "learned", name: config.learned },
        { role: "physics", name: config.physics },
      ];
    default:
      return [];
  }
}
