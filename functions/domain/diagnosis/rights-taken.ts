import type { Finding } from "../evidence.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import type { Change } from "../rollback-document.ts";
import { ruleFor } from "./message-parts.ts";

export interface RightsFacts {
  readonly findings: readonly Finding[];
  readonly change: Change;
  readonly liveHash: string | null;
  readonly observations: readonly ReleaseObservation[];
}

/**
 * Why a missing permission of the workload is not the change's doing; null when it may be. A new image that asks for what its role never allowed is
 * rolled back. A role that was broken under a release which ran with it is not: no release brings the rule back.
 */
export function rightsTakenAway({ findings, change, liveHash, observations }: RightsFacts): string | null {
  const refused = findings.filter((finding) => finding.class === "app-rbac");
  const first = refused[0];
  if (first === undefined || change.kind === "config" || change.kind === "traffic") return null;
  const rule = `${first.subject?.serviceAccount} lacks ${ruleFor(first.subject ?? {})}`;
  if (change.kind === "scale") return `${rule}, and a replica count brings no rule back`;
  if (refused.some(({ templateHash }) => templateHash !== liveHash)) return `${rule}, and pods of the earlier release are refused too`;
  const wasGood = observations.some(({ templateHash, verdict }) => templateHash === liveHash && verdict === "good");
  return wasGood ? `${rule}, and this very release was good before: the rule was taken away since` : null;
}

/** The findings of the live release in one sentence each, at most three: what a person reads first. */
export function tellingReasons(findings: readonly Finding[], liveHash: string | null): string[] {
  return findings
    .filter(({ templateHash, class: name }) => templateHash === liveHash && name !== "our-rbac")
    .slice(0, 3)
    .map(({ class: name, container, pods, detail, subject }) => {
      const where = `${container === null ? "" : `container ${container}, `}${pods === 0 ? "no pod" : `${pods} pod${pods === 1 ? "" : "s"}`}`;
      const rule = name === "app-rbac" && subject !== undefined ? `; rule to add: ${ruleFor(subject)}` : "";
      return `found ${name} (${where}): ${detail}${rule}`;
    });
}
