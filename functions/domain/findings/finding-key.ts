import type { TimelineEvent } from "../incident.ts";
import type { SecurityFinding } from "../security-finding.ts";

/**
 * What findings have in common that start one execution: a behaviour stands for itself; of an image all vulnerabilities of one severity, since a scan finds
 * many at once, and one rollback takes all of them back. With `at` for a service of which no live release is known: there the day must do.
 */
export function findingKey({ id, severity, firstSeenAt, imageDigest }: SecurityFinding): {
  readonly findingId: string;
  readonly at: string;
} {
  if (imageDigest === null) return { findingId: id, at: firstSeenAt };
  return { findingId: `${imageDigest}#${severity}`, at: `${firstSeenAt.slice(0, "2026-11-20".length)}T00:00:00.000Z` };
}

/** The line of a vulnerability whose image has an execution already: the same for the same finding, and no page. */
export function furtherVulnerability({ id, severity, type, title, firstSeenAt, imageDigest }: SecurityFinding): TimelineEvent {
  return {
    id: `${firstSeenAt}#StartRollback#${id}`,
    at: firstSeenAt,
    type: "finding_seen",
    message: `${type} (${severity}) is of image ${imageDigest} too: ${title}`,
    urgency: "quiet",
    data: { findingId: id },
  };
}
