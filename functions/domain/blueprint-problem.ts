export type ProblemPath = readonly (string | number)[];

/** Something wrong in a blueprint. The loader adds file, line and column by the path. */
export interface Problem {
  readonly path: ProblemPath;
  /** Whether the key at the path is wrong or its value; a missing value points to the nearest thing that exists. */
  readonly at: "key" | "value";
  /** `authored`: wrong whatever the stack. `arming`: the stack's configuration does not provide what the blueprint leaves out. */
  readonly stage: "authored" | "arming";
  /** What is wrong, with what was found. */
  readonly message: string;
  /** How to fix it. */
  readonly fix: string;
}

/** A problem of the blueprint itself, at a value. */
export function authoredProblem(path: ProblemPath, message: string, fix: string): Problem {
  return { path, at: "value", stage: "authored", message, fix };
}

/** What is missing to arm: it may come from the blueprint or from the stack. */
export function armingProblem(path: ProblemPath, message: string, fix: string): Problem {
  return { path, at: "value", stage: "arming", message, fix };
}
