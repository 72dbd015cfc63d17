import { type Batch, difference } from "../../core/channels.ts";
import type { ObservationChannel, Scenario } from "../../scenario/scenario.ts";
import type { SettableWorld } from "../world.ts";

/** How far what physics shows may be from what it was told, in tolerances: rounding. */
const AS_TOLD = 1e-6;

/** Puts physics where an observation says that things are. What no channel says stays as physics had it last. */
export class PhysicsSetter {
  readonly #physics: SettableWorld;
  readonly #told: readonly ObservationChannel[];
  /** Channels that say whether another one is up to date. */
  readonly #sights: readonly string[];

  constructor(physics: SettableWorld, { observation }: Scenario) {
    this.#physics = physics;
    this.#told = observation.filter(({ name }) => physics.spec.settable!.includes(name));
    this.#sights = [
      ...new Set(
        this.#told.flatMap(({ mujoco }) =>
          mujoco !== undefined && "heldBy" in mujoco ? (mujoco.heldBy ?? []) : [],
        ),
      ),
    ];
  }

  /**
   * @returns false where the observation does not say where things are, because one of them is hidden; or where physics
   * would not show it as it was told. It then stays where it is.
   */
  async set(lane: number, observation: Batch["columns"]): Promise<boolean> {
    if (this.#sights.some((sight) => observation[sight]![lane]! < 0.5)) return false;
    const values: Record<string, number[]> = {};
    for (const { name, size } of this.#told) {
      values[name] = Array.from(observation[name]!.subarray(lane * size, (lane + 1) * size));
    }
    const { columns } = await this.#physics.set(lane, values);
    return this.#told.every(
      ({ name, kind, size, tolerance }) =>
        // Of an orientation the length is its own business.
        kind === "quaternion" ||
        values[name]!.every(
          (value, i) =>
            Math.abs(difference(kind, columns[name]![lane * size + i]!, value)) <= AS_TOLD * tolerance,
        ),
    );
  }
}
