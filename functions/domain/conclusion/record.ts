import { diagnose } from "../diagnosis/diagnose.ts";
import { memberEnds } from "../group/member-ends.ts";
import type { IncidentRecord } from "../incident.ts";
import type { Diagnosis, RollbackDocument } from "../rollback-document.ts";
import { verificationReport } from "../verification-report.ts";

/** The slices as they were at the end. */
export function recordOf(document: RollbackDocument, now: string): IncidentRecord {
  const { opening, assessment, plan, approval, progress, verification, diagnosis, failure, trigger, incidentId } = document;
  const blueprint = opening?.blueprint ?? null;
  const stamp = now.replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const found = { assessment: assessment ?? null, verification: verification ?? null, diagnosis: diagnosis ?? undiagnosed(document) };
  const analysis = verificationReport(found);
  const members = memberEnds(document);
  const suffix = incidentId.slice(-3);
  return {
    service: trigger.service,
    target: blueprint?.target ?? null,
    mode: blueprint?.mode ?? null,
    plan: plan ?? null,
    ...(approval === undefined ? {} : { approval }),
    progress: progress ?? null,
    ...found,
    ...(analysis === null ? {} : { analysis }),
    failure: failure === undefined ? null : { error: failure.Error, cause: causeText(failure.Cause) },
    displayIds: {
      rollback: `rb-${stamp}-${suffix}`,
      verification: `ver-${stamp}-${suffix}`,
      decision: `dec-${stamp}-${suffix}`,
      governance: `gov-${stamp}-${suffix}`,
    },
    ...(members === undefined ? {} : { members }),
  };
}

/** Step Functions puts Lambda's error object as JSON text into Cause; people want its message. */
export function causeText(cause: string | undefined): string {
  if (cause === undefined) return "no cause given";
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === "object" && parsed !== null && "errorMessage" in parsed) return String(parsed.errorMessage).slice(0, 500);
  } catch {
    // not JSON: the text itself is the cause
  }
  return cause.slice(0, 500);
}

/** A run that ended before DiagnoseCause (an escalation, a plan that was denied) is the one whose reader needs a cause most. */
function undiagnosed({ assessment, verification, opening }: RollbackDocument): Diagnosis | null {
  if (assessment === undefined || assessment.decision === "stand-down" || assessment.decision === "hold") return null;
  const result = diagnose({ assessment, verification: verification ?? null, target: opening?.blueprint?.target ?? null });
  return result.class === "unknown" ? null : result;
}
