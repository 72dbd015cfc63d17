import { existsSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../core/errors.ts";
import { SESSION_CARD } from "./session-card.ts";

/** Whether a folder has a `session.yaml`. */
export function isSession(folder: string): boolean {
  return existsSync(join(folder, SESSION_CARD));
}

/** @throws SimgateError `input` where actions lie beside frames and nothing says what they are. */
export function assertNoLooseActions(folder: string): void {
  const loose = ["actions.csv", "actions.jsonl"].find((name) => existsSync(join(folder, name)));
  if (loose === undefined) return;
  throw inputError("actions lie beside these frames, and nothing says what they move", {
    where: join(folder, loose),
    expected: `a ${SESSION_CARD} beside it (docs/sessions.md)`,
  });
}
