import { ledgerOf, verdictsOf } from "../conclusion/ledger-writes.ts";
import { governanceWrites } from "../governance-writes.ts";
import type { IncidentMember, IncidentMeta } from "../incident.ts";
import { isLeft } from "../lanes.ts";
import { isRestoring } from "../plan-steps.ts";
import type { RollbackDocument } from "../rollback-document.ts";
import { ownDocument } from "../written.ts";
import { laneDocument, laneOf, leftOf, servicesOf } from "./lane-document.ts";
import { verificationOf } from "./turn.ts";

/** What became of each member, by service; undefined for a service alone. */
export function memberEnds(document: RollbackDocument): Readonly<Record<string, IncidentMember>> | undefined {
  if (document.opening?.group === undefined) return undefined;
  return Object.fromEntries(servicesOf(document).map((service) => [service, endOf(document, service)]));
}

/** What the end writes for one member, see the store. The service that fired has its verdicts with the end itself. */
export function memberClosings(document: RollbackDocument, now: string) {
  const group = document.opening?.group?.name;
  if (group === undefined) return [];
  return Object.entries(memberEnds(document) ?? {}).map(([service, member]) => {
    const nothing = { service, group, member, verdicts: [], ledger: { badRelease: null, quarantine: [] }, governance: null };
    const lane = ownDocument(document, service);
    if (service === document.trigger.service) return nothing;
    return { ...nothing, verdicts: verdictsOf(lane), ledger: ledgerOf(lane, now), governance: governanceWrites(lane, now, null) };
  });
}

/** The document of the service that fired alone, and the document itself without a group. */
export function firedAlone(document: RollbackDocument): RollbackDocument {
  return document.opening?.group === undefined ? document : ownDocument(document, document.trigger.service);
}

/** The group of the incident and the services whose locks are ours, for META. */
export function groupOf(document: RollbackDocument): Pick<IncidentMeta, "group" | "members"> {
  const group = document.opening?.group?.name;
  if (group === undefined) return {};
  return { group, members: servicesOf(document).filter((service) => !isLeft(laneOf(document, "opening", service))) };
}

function endOf(document: RollbackDocument, service: string): IncidentMember {
  const lane = laneDocument(document, service);
  const restoring = lane.plan?.steps.find(isRestoring);
  const target = restoring?.target?.image ?? (restoring?.replicas == null ? null : `${restoring.replicas} replicas`);
  const left = leftOf(document, service);
  if (left !== null) return { state: left.left, reason: left.reason, target };
  const { assessment } = lane;
  if (assessment !== undefined && assessment.decision !== "roll-back")
    return { state: "skipped", reason: `${assessment.decision}: ${assessment.reasons.join("; ")}`, target };
  const verification = verificationOf(document, service);
  switch (verification?.next) {
    case "recovered":
      return { state: "restored", reason: verification.reason, target };
    case "escalate":
      return { state: "failed", reason: verification.reason, target };
    case "observed":
      return { state: "planned", reason: verification.reason, target };
    default:
      return lane.progress === undefined
        ? { state: "planned", reason: "the run ended before its turn", target }
        : { state: "failed", reason: `the run ended in the middle of ${lane.progress.stepId}`, target };
  }
}
