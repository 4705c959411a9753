import type { Assessment, Plan, Verification } from "../rollback-document.ts";

/** Findings and reasons of one member that travel; all of them are in the archive and the timeline. */
const MOST_FINDINGS = 4;
const MOST_REASONS = 8;

/**
 * What travels of a member is what its steps need: Step Functions takes 256 KB, and a group has up to ten members. The slices at the top, of the service
 * that leads, are whole.
 */
export function thinAssessment(assessment: Assessment): Assessment {
  const { evidence, reasons } = assessment;
  const thin = { ...assessment, reasons: reasons.slice(0, MOST_REASONS) };
  return evidence === undefined ? thin : { ...thin, evidence: { ...evidence, findings: evidence.findings.slice(0, MOST_FINDINGS) } };
}

/** Rules and preflight checks that passed decide nothing any more. */
export function thinPlan({ governance, preflight, ...plan }: Plan): Plan {
  const checks = governance.checks.filter(({ outcome }) => outcome === "fail");
  const looked = preflight === undefined ? {} : { preflight: { ...preflight, checks: preflight.checks.filter(isBad) } };
  return { ...plan, governance: { ...governance, checks }, reasons: plan.reasons.slice(0, MOST_REASONS), ...looked };
}

/** Of a member that is through, checks that passed are history, but for an alarm that is red as it was before. */
export function thinVerification(verification: Verification): Verification {
  if (verification.next !== "recovered" && verification.next !== "escalate") return verification;
  return {
    ...verification,
    checks: verification.checks.filter(
      ({ verdict, check, actual }) => verdict !== "pass" || (check.startsWith("alarm ") && actual.startsWith("ALARM")),
    ),
  };
}

function isBad({ outcome }: { readonly outcome: string }): boolean {
  return outcome === "fail" || outcome === "warn";
}
