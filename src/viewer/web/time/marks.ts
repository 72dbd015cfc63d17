import type { RecordingEvent } from "../../recording.ts";

/** Shape and colour of an event on the time bar: the shape alone tells it apart. */
export const MARKS: Readonly<
  Record<RecordingEvent["kind"], { readonly glyph: string; readonly color: string; readonly name: string }>
> = {
  "first-divergence": { glyph: "◆", color: "wrong-pass", name: "first divergence" },
  horizon: { glyph: "▏", color: "muted", name: "usable horizon" },
  identity: { glyph: "✕", color: "wrong-fail", name: "identity" },
  success: { glyph: "✓", color: "pass", name: "success" },
  failure: { glyph: "✗", color: "fail", name: "failure" },
  fault: { glyph: "!", color: "fail", name: "fault" },
  "hand-over": { glyph: "⇄", color: "insufficient", name: "hand-over" },
  "late-step": { glyph: "◷", color: "insufficient", name: "late step" },
};
