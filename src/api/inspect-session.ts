import { openSession } from "../record/session.ts";
import { auditFrames, type ClipInspection } from "./inspect-clip.ts";
import { type SessionContact, sessionContact } from "./session-contact.ts";
import { type ControlFinding, controlFindings } from "./session-controls.ts";

/** Frames that somebody acted in: what a clip tells, and what the actions add to it. */
export interface SessionInspection extends Omit<ClipInspection, "kind" | "claim"> {
  readonly kind: "session";
  readonly actions: {
    readonly file: string;
    readonly rows: number;
    readonly columns: readonly string[];
    /** Intervals between frames in which the last action went on, for no row is of them. */
    readonly held: number;
  };
  readonly controls: readonly ControlFinding[];
  readonly contact: SessionContact;
  readonly claim: ClipInspection["claim"];
}

/** Why a recording with actions answers no more than one without. */
export const NO_OTHER_ACTION =
  "a recording answers for the actions that were taken: what others would have done, and whether a reset repeats it, was not recorded. Served live (docs/remote.md), the same model can be asked";

export interface InspectSessionOptions {
  readonly signal?: AbortSignal | undefined;
}

/** @throws SimgateError `input` for a card, actions or frames that do not hold together. */
export async function inspectSession(
  folder: string,
  options: InspectSessionOptions = {},
): Promise<SessionInspection> {
  const session = await openSession(folder);
  const { inspection, tracks } = await auditFrames(folder, session.clip, options);
  const actions = await session.actions(inspection.frames);
  const card = session.card.value;
  const controls = controlFindings(card, tracks, actions);
  return {
    ...inspection,
    kind: "session",
    actions: {
      file: actions.file,
      rows: actions.rows,
      columns: Object.keys(actions.columns),
      held: actions.held,
    },
    controls,
    contact: sessionContact(card, tracks, actions, controls),
    claim: claimOf(inspection.claim, controls),
  };
}

/** C1 as for a clip; what refuses C2 is first what the actions show, then that nobody can act otherwise. */
function claimOf(
  clip: ClipInspection["claim"],
  controls: readonly ControlFinding[],
): ClipInspection["claim"] {
  const cap = { cap: "C1", capReason: NO_OTHER_ACTION } as const;
  if (clip.granted === "C0") return { ...clip, ...cap };
  const deaf = controls.find(({ responds }) => responds !== "yes");
  const reason =
    deaf === undefined
      ? NO_OTHER_ACTION
      : `controllability: ${deaf.object} along ${deaf.axis} and ${deaf.action}: ${deaf.reason}; and ${NO_OTHER_ACTION}`;
  return { granted: "C1", refused: { claim: "C2", reason }, ...cap };
}
