import type { TriggerClass } from "./blueprint.ts";
import { describeDegradation } from "./measured.ts";
import type { Assessment, CheckResult, Diagnosis, SignalReading, Verification } from "./rollback-document.ts";
import { secondsBetween, unreachable } from "./time.ts";

/** How one signal did: before the change, in the incident, and at the last look that asked it. */
export interface SignalRecovery {
  readonly signal: string;
  readonly unit: SignalReading["unit"];
  readonly before: number | null;
  readonly during: number | null;
  readonly after: number | null;
  /** Null: no check asked it, or nobody could tell. */
  readonly recovered: boolean | null;
}

/** Seed 000's failure analysis and recovery analysis, for people and programs. */
export interface VerificationReport {
  readonly summary: { readonly total: number; readonly passed: number; readonly failed: number; readonly inconclusive: number };
  readonly failure: {
    readonly cause: string;
    /** What became worse, with its figures. */
    readonly impact: readonly string[];
    readonly severity: Assessment["severity"];
    readonly userImpact: string;
  };
  readonly recovery: {
    /** Null: nobody can tell all of it. */
    readonly restored: boolean | null;
    readonly signals: readonly SignalRecovery[];
    /** From the onset, or the trigger, to the proven recovery. */
    readonly recoverySeconds: number | null;
    /** From the onset to the proven recovery; null while it lasts, or where no signal told the onset. */
    readonly userImpactSeconds: number | null;
  };
}

/** What the slices say together. Null where nothing was assessed, or nothing was verified. */
export function verificationReport({
  assessment,
  verification,
  diagnosis,
}: {
  readonly assessment: Assessment | null;
  readonly verification: Verification | null;
  readonly diagnosis: Pick<Diagnosis, "hypothesis"> | null;
}): VerificationReport | null {
  if (assessment === null || verification === null) return null;
  const { checks, recoveredAt } = verification;
  const count = (verdict: CheckResult["verdict"]) => checks.filter((check) => check.verdict === verdict).length;
  const { onsetAt } = assessment;
  return {
    summary: { total: checks.length, passed: count("pass"), failed: count("fail"), inconclusive: count("inconclusive") },
    failure: {
      cause: diagnosis?.hypothesis ?? assessment.reasons[0] ?? "not known",
      impact: assessment.signals.flatMap(({ signal, unit, before, during }) =>
        before === null || during === null || before === during ? [] : [`${signal}: ${describeDegradation(before, during, unit)}`],
      ),
      severity: assessment.severity,
      userImpact: assessment.classes.map(userImpactOf).join("; ") || "none known",
    },
    recovery: {
      restored: restoredBy(verification),
      signals: assessment.signals.map((reading) => recoveryOf(reading, checks)),
      recoverySeconds: verification.recoverySeconds,
      userImpactSeconds: onsetAt === null || recoveredAt === null ? null : Math.max(0, Math.round(secondsBetween(onsetAt, recoveredAt))),
    },
  };
}

function restoredBy({ recovery, unjudged = [] }: Verification): boolean | null {
  if (recovery === "not-recovered") return false;
  return recovery === "recovered" && unjudged.length === 0 ? true : null;
}

function recoveryOf({ signal, unit, before, during }: SignalReading, checks: readonly CheckResult[]): SignalRecovery {
  const asked = checks.filter((check) => check.measured?.signal === signal);
  const failed = asked.some(({ verdict }) => verdict === "fail");
  const passed = asked.length > 0 && asked.every(({ verdict }) => verdict === "pass");
  return { signal, unit, before, during, after: asked.at(-1)?.measured?.value ?? null, recovered: failed ? false : passed ? true : null };
}

function userImpactOf(of: TriggerClass): string {
  switch (of) {
    case "health":
      return "part of the service did not answer";
    case "performance":
      return "answers were slow or failed";
    case "business":
      return "people could not do what they came for as usual";
    case "infrastructure":
      return "less capacity than the service needs";
    case "security":
      return "data or access may have been exposed";
    case "database":
      return "what needs the database failed";
    case "canary":
      return "the part of the traffic that the new version had was served badly";
    default:
      return unreachable(of);
  }
}
