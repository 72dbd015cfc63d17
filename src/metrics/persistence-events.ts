export const PERSISTENCE_EVENTS = [
  "vanished",
  "reappeared-as-another",
  "swapped",
  "duplicated",
  "spawned",
  "lost",
] as const;
export type PersistenceEventKind = (typeof PERSISTENCE_EVENTS)[number];

/** What went wrong with one object, from `step` on, for as many steps. */
export interface PersistenceEvent {
  readonly kind: PersistenceEventKind;
  readonly object: string;
  readonly step: number;
  readonly steps: number;
  /** What it is called now. */
  readonly as?: string;
}

/** Steps in a row at which the same goes wrong with the same object are one event. */
export class EventLog {
  readonly #open = new Map<string, { event: PersistenceEvent; last: number }>();
  readonly #all: { event: PersistenceEvent; last: number }[] = [];

  add(kind: PersistenceEventKind, object: string, step: number, as?: string): void {
    const key = `${kind} ${object} ${as ?? ""}`;
    const open = this.#open.get(key);
    if (open !== undefined && open.last >= step - 1) {
      if (open.last < step) open.event = { ...open.event, steps: open.event.steps + 1 };
      open.last = step;
      return;
    }
    const fresh = {
      event: { kind, object, step, steps: 1, ...(as === undefined ? {} : { as }) },
      last: step,
    };
    this.#open.set(key, fresh);
    this.#all.push(fresh);
  }

  events(): PersistenceEvent[] {
    return this.#all.map(({ event }) => event);
  }
}
