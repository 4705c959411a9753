import type { IncidentRecord } from "../../functions/domain/incident.ts";
import { type SignalRecovery, type VerificationReport, verificationReport } from "../../functions/domain/verification-report.ts";
import { formatSeconds, formatValue } from "./format.ts";

/** What the record says of failure and recovery; of older records it is read from their slices. Null where nothing was verified. */
export function analysisOf(record: IncidentRecord | null): VerificationReport | null {
  return record === null ? null : (record.analysis ?? verificationReport(record));
}

/** One row of the analysis: what it is about, and what is known. */
export interface AnalysisRow {
  readonly about: string;
  readonly text: string;
}

/** Cause, impact, users, what was restored and how long it took; what is not known is left out or said so. */
export function analysisRows({ failure, recovery }: VerificationReport): readonly AnalysisRow[] {
  const { restored, recoverySeconds, userImpactSeconds } = recovery;
  const lasted = userImpactSeconds === null ? "" : `, for ${formatSeconds(userImpactSeconds)}`;
  return [
    { about: "Cause", text: failure.cause },
    ...failure.impact.map((text) => ({ about: "Impact", text })),
    { about: "Users", text: `${failure.userImpact}${lasted} (severity ${failure.severity})` },
    { about: "Restored", text: restored === null ? "not everything could be judged" : restored ? "yes" : "no" },
    ...recovery.signals.filter(({ after }) => after !== null).map((signal) => ({ about: "Signal", text: signalWords(signal) })),
    ...(recoverySeconds === null ? [] : [{ about: "Recovery", text: formatSeconds(recoverySeconds) }]),
  ];
}

function signalWords({ signal, unit, before, during, after, recovered }: SignalRecovery): string {
  const verdict = recovered === null ? "nobody can tell" : recovered ? "recovered" : "not recovered";
  return `${signal} ${[before, during, after].map((value) => formatValue(value, unit)).join(" → ")}: ${verdict}`;
}
