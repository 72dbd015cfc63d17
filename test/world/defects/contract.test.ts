import type { DefectKind } from "../../../src/scenario/defect.ts";
import { describeWorldContract, type WorldContractOptions } from "../../contracts/world-contract.ts";
import { planted, tableStarts, TableWorld } from "./table-world.ts";

const SEED = {
  test: "lets the seed decide, if it is stochastic, and nothing else",
  reason: "what happens when is drawn from the seed, and a defect does not announce itself",
};
/** One that changes commands, and those that remember something from step to step, or look at more than one channel. */
const KINDS: Partial<Record<DefectKind, WorldContractOptions["skip"]>> = {
  "delayed-actions": [],
  "swapped-identity": [SEED],
  "teleport-to-success": [SEED],
  "soft-contact": [],
  "frozen-channel": [SEED],
  "missing-dynamics": [],
  noise: [SEED],
  "optimistic-boundary": [],
};

for (const [kind, skip] of Object.entries(KINDS)) {
  describeWorldContract(
    `a world with ${kind} in it`,
    () =>
      Promise.resolve({
        world: planted({ kind: kind as DefectKind, severity: "middle" }, new TableWorld()),
        starts: tableStarts(6),
      }),
    { skip: [...(skip ?? [])], steps: 24 },
  );
}
