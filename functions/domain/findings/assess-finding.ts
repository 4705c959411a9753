import { describeEvidence, podEvidence } from "../assess-change.ts";
import { type AssessmentFacts, escalate, type Verdict } from "../assess-facts.ts";
import type { SecurityFinding } from "../security-finding.ts";
import { describeChange, suspectChange } from "../suspect-change.ts";
import { later } from "../time.ts";
import type { WorkloadState } from "../workload.ts";
import { digestOf } from "./image-match.ts";

/** GuardDuty knows a behaviour to the second, as Kubernetes knows when a release came: there is no period to allow for. */
const TOLERANCE_SECONDS = 1;

/** When what was found began: a behaviour when it was first seen. A vulnerability has no such time, since Inspector scans an image before it runs. */
export function findingOnset({ imageDigest, firstSeenAt }: SecurityFinding): string | null {
  return imageDigest === null ? firstSeenAt : null;
}

/**
 * Is a change to blame for a finding? No alarm is red for it, so none that is OK again ends it. A behaviour that was seen before the change is none of the
 * change's; a vulnerability is one of it when its image came with the change. Whether the release to go back to has it too is asked when the plan is made.
 */
export function assessFinding(facts: AssessmentFacts, finding: SecurityFinding, workload: WorkloadState): Verdict {
  const verdict =
    finding.imageDigest === null ? behaviour(facts, finding, workload) : vulnerability(facts, finding, workload, finding.imageDigest);
  const evidence = describeEvidence(workload, podEvidence(workload));
  return { ...verdict, reasons: [`${finding.type} (${finding.severity}): ${finding.title}`, ...verdict.reasons, evidence] };
}

function behaviour(facts: AssessmentFacts, { firstSeenAt }: SecurityFinding, workload: WorkloadState): Verdict {
  const { change, reasons } = suspected(facts, workload, firstSeenAt);
  const seen = [`first seen at ${firstSeenAt}`, ...reasons];
  if (change === null) return escalate(...seen, "no change is to blame for it, so a rollback would not help");
  if (change.kind !== "deploy" && change.kind !== "config")
    return { ...escalate(...seen, `${describeChange(change)} brings no new code`), change };
  return { decision: "roll-back", reasons: seen, change };
}

function vulnerability(facts: AssessmentFacts, { firstSeenAt }: SecurityFinding, workload: WorkloadState, digest: string): Verdict {
  const running = (facts.live?.parts.images ?? [{ image: workload.image, digest: null }]).map(digestOf);
  if (!running.includes(null) && !running.includes(digest)) {
    return { decision: "stand-down", reasons: [`image ${digest} is not live any more`], change: null };
  }
  // It counts from when the image was live and known to be vulnerable, whichever came last.
  const { change, reasons } = suspected(facts, workload, later(firstSeenAt, liveSince(facts, workload) ?? firstSeenAt));
  const about = [`image ${digest} is live`, ...reasons];
  if (change === null)
    return escalate(...about, "the image did not come with a recent change: nobody knows what a rollback would bring back");
  const cameBefore = change.digests !== undefined && !change.digests.includes(digest);
  // Only a template brings another image back, and only for one is the older image asked about.
  if (change.kind !== "deploy" || cameBefore) {
    return { ...escalate(...about, `the image was live before ${describeChange(change)}, so taking that back would not help`), change };
  }
  return { decision: "roll-back", reasons: about, change };
}

/** A scale is no cause of a finding: without it an earlier deploy is looked at. */
function suspected(
  { observations, releases = [], live = null, now, blueprint }: AssessmentFacts,
  workload: WorkloadState,
  onsetAt: string,
) {
  const withoutScales = observations.map((observation) => ({ ...observation, scales: [] }));
  const { suspicionWindowHours: windowHours } = blueprint;
  return suspectChange({
    ...{ workload, observations: withoutScales, releases, live, onsetAt, now, windowHours },
    toleranceSeconds: TOLERANCE_SECONDS,
  });
}

function liveSince({ observations }: AssessmentFacts, { templateHash, replicaSets }: WorkloadState): string | null {
  const observed = observations.find((observation) => observation.templateHash === templateHash)?.liveSince;
  return observed ?? replicaSets.find((replicaSet) => replicaSet.templateHash === templateHash)?.createdAt ?? null;
}
