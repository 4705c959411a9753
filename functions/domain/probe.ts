import type { Check } from "./blueprint.ts";
import { expectationOf } from "./check-words.ts";

/** Checks that a probe answers; the others compare what was read anyway, or run in the cluster. */
export type ProbedCheck = Extract<Check, { type: "http" | "endpoints_ready" | "log_errors" | "db_connection" }>;

/**
 * What a probe came to. `failed`: the service itself said no (refused, a certificate that proves nothing, no answer on an open connection).
 * `unreachable`: nobody could ask, which says nothing of the service.
 */
export type ProbeReading =
  | { readonly kind: "answer"; readonly value: number; readonly milliseconds: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: string };

export function isProbed(check: Check): check is ProbedCheck {
  return check.type === "http" || check.type === "endpoints_ready" || check.type === "log_errors" || check.type === "db_connection";
}

/** Three-valued, with both sides in words. Without a reading it is inconclusive. */
export function judgeProbe(
  check: ProbedCheck,
  reading: ProbeReading | undefined,
): { readonly expected: string; readonly actual: string; readonly verdict: "pass" | "fail" | "inconclusive" } {
  const expected = expectationOf(check);
  if (reading === undefined) return { expected, actual: "not asked", verdict: "inconclusive" };
  if (reading.kind === "unreachable") return { expected, actual: reading.reason, verdict: "inconclusive" };
  if (reading.kind === "failed") return { expected, actual: reading.reason, verdict: "fail" };
  const { value, milliseconds } = reading;
  const verdict = (good: boolean) => (good ? "pass" : "fail");
  switch (check.type) {
    case "http": {
      const inTime = check.latencyMs === null || milliseconds <= check.latencyMs;
      return { expected, actual: `HTTP ${value} in ${milliseconds}ms`, verdict: verdict(value === check.status && inTime) };
    }
    case "endpoints_ready":
      return { expected, actual: `${value} ready`, verdict: verdict(value >= check.minimum) };
    case "log_errors":
      return { expected, actual: `${value} error lines`, verdict: verdict(value <= check.maximum) };
    case "db_connection":
      return { expected, actual: `accepted in ${milliseconds}ms`, verdict: "pass" };
  }
}
