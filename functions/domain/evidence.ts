import * as z from "zod/mini";

/** One thing that is wrong with pods of one template: a class of the diagnosis with what decided it. */
export const FindingSchema = z.strictObject({
  /** `crash-loop`, `out-of-memory`, `image`, `missing-config`, `start`, `probe`, `readiness-gate`, `scheduling`, `quota`, `admission`, `app-rbac`, `our-rbac`, `node-pressure`, `no-progress`. */
  class: z.string(),
  templateHash: z.nullable(z.string()),
  container: z.nullable(z.string()),
  pods: z.number(),
  /** The decisive field in Kubernetes' own words, redacted and short. */
  detail: z.string(),
});
export type Finding = z.infer<typeof FindingSchema>;

/** What travels of the evidence: findings and where the rest lies. Log lines and events are in the archive only. */
export const EvidenceSummarySchema = z.strictObject({
  findings: z.array(FindingSchema),
  /** Something could not be read in time or without permission; the reasons. */
  partial: z.array(z.string()),
  archiveKey: z.nullable(z.string()),
});
export type EvidenceSummary = z.infer<typeof EvidenceSummarySchema>;
