import { SEVERITIES, type Severity } from "../blueprint.ts";

/**
 * GuardDuty's numbers: low 1.0 to 3.9, medium 4.0 to 6.9, high 7.0 to 8.9, critical 9.0 to 10.0.
 * Source: Amazon GuardDuty User Guide, "Severity levels of GuardDuty findings".
 */
export function guardDutySeverity(value: number): Severity {
  if (value >= 9) return "critical";
  if (value >= 7) return "high";
  return value >= 4 ? "medium" : "low";
}

/**
 * Inspector's words; null for INFORMATIONAL and UNTRIAGED, which are below every minimum.
 * Source: Amazon Inspector API Reference, `Finding.severity`.
 */
export function inspectorSeverity(word: string): Severity | null {
  return SEVERITIES.find((severity) => severity === word.toLowerCase()) ?? null;
}

/**
 * The label; where a product gave only a number, 1 to 39 is low, 40 to 69 medium, 70 to 89 high, 90 to 100 critical and 0 informational (null).
 * Source: AWS Security Hub User Guide, "Required top-level ASFF attributes", `Severity`.
 */
export function asffSeverity({
  label,
  normalized,
}: {
  readonly label: string | null;
  readonly normalized: number | null;
}): Severity | null {
  if (label !== null) return inspectorSeverity(label);
  if (normalized === null || normalized < 1) return null;
  if (normalized >= 90) return "critical";
  if (normalized >= 70) return "high";
  return normalized >= 40 ? "medium" : "low";
}

/** Is `severity` at least as grave as `minimum`? */
export function isAtLeast(severity: Severity, minimum: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(minimum);
}
