import { createRequire } from "node:module";

/** mathjs from its one-file bundle: the same code as its 800 modules, loaded in a tenth of the time (50 ms for 600 ms). */
export const { parse, unit } = createRequire(import.meta.url)(
  "mathjs/lib/browser/math.js",
) as typeof import("mathjs");
