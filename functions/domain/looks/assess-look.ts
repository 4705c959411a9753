import { decideChange } from "../assess-change.ts";
import { type AssessmentFacts, escalate, type Verdict } from "../assess-facts.ts";
import { MAXIMUM_GAP_SECONDS } from "../observe-release.ts";
import { secondsBetween } from "../time.ts";
import type { WorkloadState } from "../workload.ts";
import type { FailedLook } from "./failed-look.ts";

/**
 * What a failed look comes to. No alarm is red for it, so none that is OK again ends it. The release that was judged is the suspected change: where another one
 * is live by now, there is nothing to take back. Another member of the group is suspected by the time of the look, like one whose alarm did not fire.
 */
export function assessLook(facts: AssessmentFacts, look: FailedLook, workload: WorkloadState): Verdict {
  const { trigger, blueprint } = facts;
  if (trigger.service !== blueprint.service) {
    const verdict = decideChange(facts, workload, trigger.at);
    return { ...verdict, reasons: [`the look was at a release of ${trigger.service}`, ...verdict.reasons] };
  }
  const gone = whyGone(facts, look, workload);
  if (gone !== null) return { decision: "stand-down", reasons: [trigger.reason, gone], change: null };
  const { change, ...verdict } = decideChange(facts, workload, null);
  const reasons = [trigger.reason, ...verdict.reasons];
  if (change === null || secondsBetween(change.startedAt, look.liveSince) <= MAXIMUM_GAP_SECONDS) return { ...verdict, reasons, change };
  const older = `the newest change that is known is older than the release that was judged, live since ${look.liveSince}`;
  return { ...escalate(...reasons, older), change };
}

function whyGone({ live = null, releases = [] }: AssessmentFacts, { release }: FailedLook, { templateHash }: WorkloadState): string | null {
  const judged = releases.find(({ hash }) => hash === release);
  if (live?.hash != null) return live.hash === release ? null : `release ${release} was judged, and ${live.hash} is live now`;
  if (judged === undefined || templateHash === judged.parts.templateHash) return null;
  return `release ${release} was judged, and another template (${templateHash ?? "a new one"}) is live now`;
}
