import type { MainModule, MjData } from "@mujoco/mujoco";
import type { FaultKind } from "../../core/trace.ts";

export interface StepWarning {
  readonly kind: FaultKind;
  readonly reason: string;
}

/** Why MuJoCo threw the state away: a value that is not finite, or huge. */
export function resetWarning(mj: MainModule, data: MjData): StepWarning {
  const { mjWARN_BADQPOS, mjWARN_BADQVEL, mjWARN_BADQACC } = mj.mjtWarning;
  const found = firstWarning(mj, data, { mjWARN_BADQPOS, mjWARN_BADQVEL, mjWARN_BADQACC });
  return { kind: "not-finite", reason: found ?? "MuJoCo reset the state" };
}

/** Contacts or constraints left out because memory ran out; the step was computed without them. */
export function arenaWarning(mj: MainModule, data: MjData): StepWarning | undefined {
  const { mjWARN_INERTIA, mjWARN_CONTACTFULL, mjWARN_CNSTRFULL } = mj.mjtWarning;
  const found = firstWarning(mj, data, { mjWARN_INERTIA, mjWARN_CONTACTFULL, mjWARN_CNSTRFULL });
  return found === undefined ? undefined : { kind: "threw", reason: found };
}

/** `data.warning` is a copy that the bindings keep; its entries are ours to delete. Counts are 0 after a reset of data. */
function firstWarning(
  mj: MainModule,
  data: MjData,
  kinds: Readonly<Record<string, { readonly value: number }>>,
): string | undefined {
  const warnings = data.warning;
  for (const [name, { value }] of Object.entries(kinds)) {
    const entry = warnings.get(value);
    if (entry === undefined) continue;
    const { number, lastinfo } = entry;
    entry.delete();
    if (number === 0) continue;
    const text =
      name === "mjWARN_CNSTRFULL"
        ? 'Too many constraints. Give the MJCF <size memory="…"/>.'
        : mj.mju_warningText(value, lastinfo);
    return `MuJoCo warning ${name.replace("mjWARN_", "")}: ${text}`;
  }
  return undefined;
}
