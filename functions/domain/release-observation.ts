import * as z from "zod/mini";
import { type WorkloadState, WorkloadStateSchema } from "./workload.ts";

export const VERDICTS = ["candidate", "good", "bad"] as const;

/** How long one replica count of a release has been seen, and what came of it. */
export const ScaleObservationSchema = z.strictObject({
  replicas: z.number(),
  since: z.string(),
  lastSeenAt: z.string(),
  /** Start of the current unbroken run of healthy observations; null when the last one was not healthy. */
  healthySince: z.nullable(z.string()),
  verdict: z.enum(VERDICTS),
});
export type ScaleObservation = z.infer<typeof ScaleObservationSchema>;

/** What decides how a workload goes back, as it was when it was last looked at: a plan can be made from the ledger alone. */
export const ObservedWorkloadSchema = z.extend(
  z.pick(WorkloadStateSchema, {
    kind: true,
    hpa: true,
    strategy: true,
    partition: true,
    podManagement: true,
    onDelete: true,
    flagger: true,
    argo: true,
  }),
  { name: z.string() },
);
export type ObservedWorkload = z.infer<typeof ObservedWorkloadSchema>;

/** That part of a workload's state. */
export function observedWorkload(name: string, { kind, hpa, strategy, ...state }: WorkloadState): ObservedWorkload {
  const { partition, podManagement, onDelete, flagger, argo } = state;
  return {
    name,
    kind,
    hpa,
    strategy,
    ...(partition === undefined ? {} : { partition }),
    ...(podManagement === undefined ? {} : { podManagement }),
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(flagger === undefined ? {} : { flagger }),
    ...(argo === undefined ? {} : { argo }),
  };
}

/**
 * The thin release: one item per service and pod-template-hash (`SVC#s / OBS#templateHash`). A scale and an earlier availability leave no
 * trace in Kubernetes, so "last good" and "replicas before" rest on these. All times ISO 8601 UTC.
 */
export const ReleaseObservationSchema = z.strictObject({
  service: z.string(),
  templateHash: z.string(),
  replicaSet: z.string(),
  image: z.string(),
  firstSeenAt: z.string(),
  /** When this release last became the live one. */
  liveSince: z.string(),
  lastSeenAt: z.string(),
  verdict: z.enum(VERDICTS),
  /** Who gave the verdict: `observe-releases` or an incident id. */
  verdictBy: z.nullable(z.string()),
  /** When an alarm of the service was last seen in ALARM while this release was live and no incident was being handled. */
  alarmAt: z.optional(z.string()),
  /** Absent in what was written before it was noted. */
  workload: z.optional(ObservedWorkloadSchema),
  /** Newest last, at most 10. */
  scales: z.array(ScaleObservationSchema),
});
export type ReleaseObservation = z.infer<typeof ReleaseObservationSchema>;
