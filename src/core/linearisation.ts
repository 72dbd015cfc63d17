/**
 * A discrete-time linear model about an operating point, at the scenario's control period:
 * `x[k+1] − x* ≈ a (x[k] − x*) + b (u[k] − u*)`. Plain data, SI units.
 */
export interface LinearModel {
  /** Component names in order, as `componentName` gives them: `cart_position`, `joint_pos[elbow]`. */
  readonly state: readonly string[];
  readonly action: readonly string[];
  readonly controlPeriodSec: number;
  /** states × states. */
  readonly a: readonly (readonly number[])[];
  /** states × actions. */
  readonly b: readonly (readonly number[])[];
  /** x*, one value a state. */
  readonly stateAt: readonly number[];
  /** u*, one value an action: what holds the system there. */
  readonly actionAt: readonly number[];
}
