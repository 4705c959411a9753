import * as z from "zod/mini";

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
  /** Newest last, at most 10. */
  scales: z.array(ScaleObservationSchema),
});
export type ReleaseObservation = z.infer<typeof ReleaseObservationSchema>;
