import * as z from "zod/mini";
import { FINDING_SOURCES, SEVERITIES } from "./blueprint.ts";

/** A finding of a security service, reduced to what is used. */
export const SecurityFindingSchema = z.strictObject({
  /** Of the service that found it, also where Security Hub passed it on: one id, one finding. */
  id: z.string(),
  source: z.enum(FINDING_SOURCES),
  severity: z.enum(SEVERITIES),
  /** GuardDuty's finding type, Inspector's vulnerability id (CVE), Security Hub's generator. */
  type: z.string(),
  title: z.string(),
  firstSeenAt: z.string(),
  /** Digest of the image that it is about; null where it is about behaviour. */
  imageDigest: z.nullable(z.string()),
});
export type SecurityFinding = z.infer<typeof SecurityFindingSchema>;
