import type { Start } from "../../core/trace.ts";
import { neutralCommand, noAction } from "./commands.ts";
import type { DefectModel, DefectSite } from "./defect-model.ts";

export const delayedActions: DefectModel = {
  kind: "delayed-actions",
  does: "a command takes effect some control steps after it is given; until the first arrives, the world is given 0",
  magnitude: { low: 2, middle: 5, high: 15 },
  describe: (steps) => `${steps} steps`,
  meantFor: ["controllability"],
  notApplicable: noAction,
  plant: ({ spec }, steps) => {
    const width = spec.action.reduce((sum, { size }) => sum + size, 0);
    return {
      begin(start) {
        /** Ring: the command of step k lies in row k mod `steps` until it is due. */
        const memory = onTheirWay(start, spec.action, steps);
        return {
          memory,
          command(action, step) {
            let i = (step % steps) * width;
            for (const { name, size } of spec.action) {
              const values = action[name]!;
              for (let c = 0; c < size; c++, i++) {
                const due = memory[i]!;
                memory[i] = values[c]!;
                values[c] = due;
              }
            }
          },
        };
      },
    };
  },
};

/** Commands given before step 0, oldest first, where the start tells of them. */
function onTheirWay({ context }: Start, action: DefectSite["spec"]["action"], steps: number): Float64Array {
  const rows = Array.from({ length: steps }, (_, row) => {
    const at = (context?.steps ?? 0) - steps + row;
    return action.flatMap((channel) => {
      const known = at < 0 ? undefined : context?.action[channel.name];
      return Array.from(
        { length: channel.size },
        (_none, c) => known?.[at * channel.size + c] ?? neutralCommand(channel),
      );
    });
  });
  return Float64Array.from(rows.flat());
}
