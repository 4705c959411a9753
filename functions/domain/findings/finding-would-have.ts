import type { SecurityFinding } from "../security-finding.ts";
import { type WouldHave, wouldHaveOf } from "../would-have.ts";
import type { FindingDecision, FindingSubject } from "./finding-decision.ts";

/**
 * The record of a finding that starts nothing: one for each finding and live release, however often it is sent. Its trigger is the service that found it and
 * the last part of the finding's id, its time that of the event: a vulnerability that was first seen years ago would be listed below everything.
 */
export function findingWouldHave(
  { wouldHave: request, held }: Extract<FindingDecision, { readonly wouldHave: unknown }>,
  { id, source, severity, firstSeenAt }: SecurityFinding,
  { blueprint, ledger }: FindingSubject,
): WouldHave {
  const fired = { name: `${source}:${id.split("/").at(-1) ?? id}`, class: "security" as const, severity };
  const { strategies } = blueprint.policy;
  return { ...wouldHaveOf({ request, fired, held, strategies, history: ledger }), firstSeenAt };
}
