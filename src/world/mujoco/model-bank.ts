import { createHash } from "node:crypto";
import type { MainModule } from "@mujoco/mujoco";
import { inputError } from "../../core/errors.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { MujocoEdit } from "../../scenario/schema.ts";
import { compileModel } from "./engine.ts";
import { type EditTemplates, editTemplates } from "./edit-templates.ts";
import { applyChanges, type MjcfChange, withMemory } from "./mjcf.ts";
import { type ModelPatch, PatchedModel } from "./patch.ts";
import { type PatchCache, patchCache } from "./patch-cache.ts";
import { readMjcf, type MjcfSource } from "./sources.ts";

/** One mjData serves all lanes, so this is memory a world, not a lane. */
const MEMORY_MB = 4;

/**
 * The models of a world: the MJCF with the world's own edits, at any scenario parameters. Each set of values is
 * compiled once a thread and kept as its difference from the model at nominal values; two compiled models at most are
 * alive.
 */
export class ModelBank {
  readonly patched: PatchedModel;
  /** Of the base model's MJCF as compiled. */
  readonly sha256: string;
  readonly #mj: MainModule;
  readonly #source: MjcfSource;
  readonly #fill: EditTemplates;
  readonly #nominal: Readonly<Record<string, number>>;
  readonly #controlPeriodSec: number;
  readonly #patches: PatchCache;

  private constructor(
    mj: MainModule,
    source: MjcfSource,
    fill: EditTemplates,
    scenario: Scenario,
    edits: readonly MujocoEdit[],
  ) {
    this.#mj = mj;
    this.#source = source;
    this.#fill = fill;
    this.#nominal = Object.fromEntries(scenario.parameters.map(({ name, nominal }) => [name, nominal]));
    this.#controlPeriodSec = scenario.controlPeriodSec;
    const changes = fill(this.#nominal);
    const xml = this.#mjcf(changes);
    this.sha256 = createHash("sha256").update(xml).digest("hex");
    this.patched = new PatchedModel(compileModel(mj, xml, source));
    try {
      const { opt } = this.patched.model;
      this.#checkTimestep(opt.timestep);
      if ((opt.enableflags & mj.mjtEnableBit.mjENBL_SLEEP.value) !== 0) {
        throw inputError("the MJCF lets bodies sleep, which a world of many lanes cannot keep track of", {
          where: source.file,
          hint: '<option><flag sleep="disable"/></option>',
        });
      }
    } catch (thrown) {
      this.patched.delete();
      throw thrown;
    }
    this.#patches = patchCache(this.#digest(edits));
    this.#patches.set(keyOf(changes), this.patched.unchanged(keyOf(changes)));
  }

  static async open(
    mj: MainModule,
    scenario: Scenario,
    modelPath: string,
    set: readonly MujocoEdit[],
  ): Promise<ModelBank> {
    const source = await readMjcf(modelPath);
    // The world's own edits come last: a world without friction has none, whatever a parameter says.
    const edits = [...scenario.parameters.flatMap(({ mujoco }) => mujoco), ...set];
    return new ModelBank(
      mj,
      source,
      await editTemplates(edits, scenario.parameters, scenario.file),
      scenario,
      edits,
    );
  }

  /** The patch that makes the model have these parameters (nominal where not given); compiled if not seen lately. */
  patchFor(parameters: Readonly<Record<string, number>>): ModelPatch {
    const changes = this.#fill({ ...this.#nominal, ...parameters });
    const key = keyOf(changes);
    const known = this.#patches.get(key);
    if (known !== undefined) return known;
    const patch = this.#compile(changes, key);
    this.#patches.set(key, patch);
    return patch;
  }

  delete(): void {
    this.patched.delete();
  }

  /** Of all that decides what is compiled, and accepted, besides the values of the changes. */
  #digest(edits: readonly MujocoEdit[]): string {
    const hash = createHash("sha256")
      .update(this.sha256)
      .update(JSON.stringify([edits, this.#controlPeriodSec]));
    for (const [name, bytes] of this.#source.assets) hash.update(name).update(bytes);
    return hash.digest("hex");
  }

  #mjcf(changes: readonly MjcfChange[]): string {
    const { xml, file } = this.#source;
    return withMemory(applyChanges(xml, changes, file), MEMORY_MB, file);
  }

  #compile(changes: readonly MjcfChange[], key: string): ModelPatch {
    const model = compileModel(this.#mj, this.#mjcf(changes), this.#source);
    try {
      this.#checkTimestep(model.opt.timestep);
      const patch = this.patched.diff(model, key);
      if (!("differs" in patch)) return patch;
      throw inputError(
        "a scenario parameter changes the structure of the MuJoCo model, not only its numbers",
        {
          where: this.#source.file,
          got: `${patch.differs}, with ${changes.map((c) => `${c.element}.${c.attribute} = "${c.value}"`).join(", ")}`,
          hint: "keep the parameter away from values that make or remove elements (a mass, gear or size of 0, say)",
        },
      );
    } finally {
      model.delete();
    }
  }

  #checkTimestep(timestepSec: number): void {
    const ratio = this.#controlPeriodSec / timestepSec;
    if (Math.round(ratio) >= 1 && Math.abs(ratio - Math.round(ratio)) < 1e-9 * ratio) return;
    throw inputError("the control period is not a whole number of MuJoCo timesteps", {
      where: this.#source.file,
      expected: `a timestep that divides the scenario's control.periodSec = ${this.#controlPeriodSec} s`,
      got: `<option timestep="${timestepSec}"/>`,
    });
  }
}

function keyOf(changes: readonly MjcfChange[]): string {
  return changes.map(({ value }) => value).join("\n");
}
