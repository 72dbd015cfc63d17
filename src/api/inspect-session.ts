import { unevenIntervals } from "../record/recorded-session.ts";
import { openSession, type Session } from "../record/session.ts";
import { auditFrames, type ClipInspection } from "./inspect-clip.ts";
import { lossText } from "./inspect-problem.ts";
import { type SessionContact, sessionContact } from "./session-contact.ts";
import { type ControlFinding, controlFindings } from "./session-controls.ts";

/** Frames that somebody acted in: what a clip tells, and what the actions add to it. */
export interface SessionInspection extends Omit<ClipInspection, "kind" | "claim"> {
  readonly kind: "session";
  readonly actions: {
    readonly file: string;
    readonly topics?: readonly string[];
    readonly rows: number;
    readonly columns: readonly string[];
    /** Intervals between frames in which the last action went on, for no row is of them. */
    readonly held: number;
  };
  /** Where the frames lie in a recording, and how evenly they come. */
  readonly recording?: {
    readonly file: string;
    readonly topic: string;
    readonly type: string;
    readonly stamp: "header" | "receive";
    /** Changes of frame that take more than 1.5 or less than 0.5 of the usual time: motion over them is not counted. */
    readonly uneven: number;
    readonly longestGapSec: number;
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

/** @param path a folder with session.yaml, or that file. @throws SimgateError `input` for a card, actions or frames that do not hold together. */
export async function inspectSession(
  path: string,
  options: InspectSessionOptions = {},
): Promise<SessionInspection> {
  const session = await openSession(path);
  const { recorded, periodSec } = session;
  const { inspection, tracks } = await auditFrames(path, session.clip, options);
  const actions = await session.actions(inspection.frames);
  const card = session.card.value;
  const uneven = recorded === undefined ? [] : unevenIntervals(recorded);
  const controls = controlFindings(card, tracks, actions, uneven);
  return {
    ...inspection,
    kind: "session",
    actions: {
      file: actions.file,
      ...(actions.topics === undefined ? {} : { topics: actions.topics }),
      rows: actions.rows,
      columns: Object.keys(actions.columns),
      held: actions.held,
    },
    ...(recorded === undefined ? {} : { recording: recordingOf(recorded, uneven.length) }),
    controls,
    contact: sessionContact({ ...card, periodSec }, tracks, actions, controls),
    claim: claimOf(inspection.claim, controls),
    problems: [...inspection.problems, ...(recorded === undefined ? [] : problemsOf(recorded))],
  };
}

type Recorded = NonNullable<Session["recorded"]>;

function recordingOf(
  { target, frames, timesSec }: Recorded,
  uneven: number,
): NonNullable<SessionInspection["recording"]> {
  const longest = timesSec.reduce((most, time, i) => Math.max(most, time - (timesSec[i - 1] ?? 0)), 0);
  return { file: target, ...frames, uneven, longestGapSec: Math.round(longest * 1e9) / 1e9 };
}

function problemsOf({ losses, outOfOrder, frames }: Recorded): readonly string[] {
  const late = `${outOfOrder} of the pictures on ${frames.topic} are no later than one before: they are left out`;
  return [...losses.map(lossText), ...(outOfOrder === 0 ? [] : [late])];
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
