import type { Batch } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import type { ActionChunk, Policy } from "./policy.ts";

/** A policy that asks for `scale` times the action. Limits are the world's business. */
export function withActionScale(policy: Policy, { scale }: { readonly scale: number }): Policy {
  if (!(Number.isFinite(scale) && scale > 0)) {
    throw inputError(`policy "${policy.spec.name}": a scale is a positive number`, { got: String(scale) });
  }
  return {
    spec: policy.spec,
    reset: (lanes, seeds) => policy.reset(lanes, seeds),
    act: async (observation, signal): Promise<ActionChunk> => {
      const { actions } = await policy.act(observation, signal);
      return { actions: actions.map((action) => scaled(action, scale)) };
    },
    close: () => policy.close(),
  };
}

/** A copy: a policy may answer from buffers of its own. */
function scaled(action: Batch, scale: number): Batch {
  const columns = Object.entries(action.columns).map(([name, column]) => [
    name,
    column.map((value) => scale * value),
  ]);
  return { ...action, columns: Object.fromEntries(columns) as Batch["columns"] };
}
