import type { Check } from "./blueprint.ts";
import { withUnit } from "./measured.ts";
import { unreachable } from "./time.ts";

/** What a check demands, for people: `latency_p95 < 200ms`. */
export function describeCheck(check: Check): string {
  return check.type === "exact_match" ? check.name : `${subjectOf(check)} ${expectationOf(check)}`;
}

function subjectOf(check: Check): string {
  return "signal" in check ? check.signal : check.name;
}

/** What a check demands, without its name. What `exact_match` demands is known when it is asked. */
export function expectationOf(check: Exclude<Check, { type: "exact_match" }>): string {
  switch (check.type) {
    case "threshold":
      return `${check.operator} ${withUnit(check.target, check.unit)}${check.orAsBefore ? ", or as before the change" : ""}`;
    case "baseline":
      return `${check.operator} ${check.percentOfBaseline}% of before the change`;
    case "http":
      return `HTTP ${check.status}${check.latencyMs === null ? "" : ` within ${check.latencyMs}ms`}`;
    case "endpoints_ready":
      return `>= ${check.minimum} ready behind ${check.kubernetesService}`;
    case "log_errors":
      return `<= ${check.maximum} error lines`;
    case "queue_length":
      return `<= ${check.maximum} waiting`;
    case "db_connection":
      return `${check.host}:${check.port} accepts a connection`;
    case "script":
      return `${check.job} completes`;
    default:
      return unreachable(check);
  }
}
