import type { Run, Session } from "../../session.ts";
import { rolloutAddress } from "../data/server.ts";

/** The run of `?run=`: one that is offered, or any other of the panel. */
export function findRun(session: Session | null, id: string): Run | undefined {
  const listed = session?.runs.find((run) => run.id === id);
  if (listed !== undefined) return listed;
  const match = /^(.+)\/(\d+)$/.exec(id);
  if (match === null || session?.abilities.rollouts !== true) return undefined;
  const [policy, start] = [match[1]!, Number(match[2])];
  if (!session.policies.includes(policy) || start >= session.panelStarts) return undefined;
  return {
    id,
    title: `${policy}, start #${start}`,
    href: rolloutAddress(policy, start, session.candidates.slice(1)),
    why: null,
    policy,
    start,
    parameters: null,
  };
}
