import * as z from "zod/mini";

/**
 * One thing that was looked at before the first write. `fail` is proof that the target cannot run: it is left out of the plan. `warn` is worth a look and
 * blocks nothing. `not-checked` names the rule to add or the reason.
 */
export const PreflightCheckSchema = z.strictObject({
  check: z.string(),
  /** Template hash of the release that this is about; null when it is about the cluster or all of them. */
  target: z.nullable(z.string()),
  outcome: z.enum(["pass", "fail", "warn", "not-checked"]),
  observed: z.string(),
  fix: z.string(),
});
export type PreflightCheck = z.infer<typeof PreflightCheckSchema>;

/** How the rollout is to go: as much surge as there is room for. */
export const AvailabilityPlanSchema = z.strictObject({
  maxSurge: z.string(),
  maxUnavailable: z.string(),
  /** Until all pods of the target are available, by the number of waves; the pods' own start time is a guess. */
  predictedSeconds: z.number(),
  /** Pods that may be missing meanwhile. */
  predictedLoss: z.number(),
  reason: z.string(),
});
export type AvailabilityPlan = z.infer<typeof AvailabilityPlanSchema>;

export const PreflightSchema = z.strictObject({ checks: z.array(PreflightCheckSchema), availability: AvailabilityPlanSchema });
export type Preflight = z.infer<typeof PreflightSchema>;

/** May this release come back, as far as anybody could look? */
export function isRunnable(preflight: Preflight | null, templateHash: string): boolean {
  return !(preflight?.checks ?? []).some(({ outcome, target }) => outcome === "fail" && target === templateHash);
}
