/** What the shell is told. */
export const EXIT = {
  pass: 0,
  gateFails: 1,
  badInput: 2,
  insufficient: 3,
  runtimeFailure: 4,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
