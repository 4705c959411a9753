import * as z from "zod/mini";

/** Classes of findings, the most telling first: of several in one release, the first is taken for the cause and the others for its consequences. */
export const FINDING_CLASSES = [
  "image",
  "missing-config",
  "out-of-memory",
  "app-rbac",
  "start",
  "crash-loop",
  "readiness-gate",
  "probe",
  "admission",
  "quota",
  "scheduling",
  "node-pressure",
  "no-progress",
  "our-rbac",
] as const;
export type FindingClass = (typeof FINDING_CLASSES)[number];

/** The parts of a detail that a recommendation names. Names, limits and codes only, never a value of a Secret or a variable. */
export const FindingSubjectSchema = z.partial(
  z.strictObject({
    image: z.string(),
    /** Of an image: `not-found`, `denied`, `throttled`, `unreachable` or `invalid`. Of a start: `sandbox`, `volume`, `hook`, `command` or `security`. Of an admission: `policy`, `webhook` or `serviceaccount`. Of a probe: its kind. */
    cause: z.string(),
    /** `ConfigMap`, `Secret`, `file`, `environment variable`, `PersistentVolumeClaim` ... and what it is called. */
    object: z.string(),
    name: z.string(),
    key: z.string(),
    limit: z.string(),
    /** The same limit in the earlier release. */
    earlierLimit: z.string(),
    exitCode: z.number(),
    httpCode: z.number(),
    path: z.string(),
    port: z.string(),
    verb: z.string(),
    resource: z.string(),
    apiGroup: z.string(),
    namespace: z.string(),
    serviceAccount: z.string(),
    quota: z.string(),
    lack: z.string(),
  }),
);
export type FindingSubject = z.infer<typeof FindingSubjectSchema>;

/** One thing that is wrong with pods of one template: a class of the diagnosis with what decided it. */
export const FindingSchema = z.strictObject({
  class: z.enum(FINDING_CLASSES),
  /** Null for what is no release's own: a node, a permission of ours. */
  templateHash: z.nullable(z.string()),
  container: z.nullable(z.string()),
  pods: z.number(),
  /** The decisive field in Kubernetes' own words, redacted and short. */
  detail: z.string(),
  subject: z.optional(FindingSubjectSchema),
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
