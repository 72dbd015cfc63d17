/** The primary states, in the order of their numbers in lifecycle_msgs/msg/State: 1 to 4. */
export const STATES = ["unconfigured", "inactive", "active", "finalized"] as const;
export type LifecycleState = (typeof STATES)[number];

/** A transition that may be asked for, as numbered in lifecycle_msgs/msg/Transition. */
export interface Transition {
  readonly id: number;
  readonly label: "configure" | "cleanup" | "activate" | "deactivate" | "shutdown";
  readonly from: LifecycleState;
  readonly to: LifecycleState;
}

export const CONFIGURE: Transition = { id: 1, label: "configure", from: "unconfigured", to: "inactive" };
export const ACTIVATE: Transition = { id: 3, label: "activate", from: "inactive", to: "active" };

export const TRANSITIONS: readonly Transition[] = [
  CONFIGURE,
  { id: 2, label: "cleanup", from: "inactive", to: "unconfigured" },
  ACTIVATE,
  { id: 4, label: "deactivate", from: "active", to: "inactive" },
  { id: 5, label: "shutdown", from: "unconfigured", to: "finalized" },
  { id: 6, label: "shutdown", from: "inactive", to: "finalized" },
  { id: 7, label: "shutdown", from: "active", to: "finalized" },
];
