import type { WorkloadState } from "./workload.ts";

const SUFFIX = /-primary$/;

/**
 * Why a workload that Flagger made cannot be rolled back, and what to name instead; null for any other. Flagger names its copy after the target of the
 * Canary. `name` is the workload's, null where nobody knows it.
 */
export function flaggerPrimaryProblem({ flagger }: Pick<WorkloadState, "flagger">, name: string | null): string | null {
  if (flagger !== "primary") return null;
  const copy = name === null ? "the workload" : name;
  const instead = name !== null && SUFFIX.test(name) ? `, ${name.replace(SUFFIX, "")},` : "";
  return `${copy} is the primary that Flagger makes and writes back: name the target of the Canary${instead} in spec.target of the blueprint instead`;
}
