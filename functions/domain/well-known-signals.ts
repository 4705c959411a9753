import type { Severity, TriggerClass } from "./blueprint.ts";
import type { Signal, Unit } from "./signal.ts";

/** What a well-known signal name means everywhere, whoever measures it. */
export interface WellKnownSignal {
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  readonly class: TriggerClass;
  readonly severity: Severity;
  /** Counters of errors and failures are `on-event`: a period without a point is a period without errors. Absent: continuous. */
  readonly publishes?: Signal["publishes"];
}

const LATENCY: WellKnownSignal = { unit: "ms", better: "lower", class: "performance", severity: "high" };
const UTILIZATION: WellKnownSignal = { unit: "%", better: "lower", class: "infrastructure", severity: "medium" };
/** A service's users feel it, and slowly: severity medium selects the gradual strategy (seed 003). */
const BUSINESS = { class: "business", severity: "medium" } as const;

/**
 * Names that a blueprint may use without describing them; units, directions and classes are those of the seeds' presets (seeds 000, 002, 003).
 * `request_count` and the other counts are per period (CloudWatch has no rate statistic). A rate is a share of its requests, so without
 * requests it has no value: it is continuous although its numerator is not.
 */
export const WELL_KNOWN_SIGNALS: Readonly<Record<string, WellKnownSignal>> = {
  latency_p50: LATENCY,
  latency_p90: LATENCY,
  latency_p95: LATENCY,
  latency_p99: LATENCY,
  error_rate: { unit: "%", better: "lower", class: "performance", severity: "high" },
  error_count: { unit: "count", better: "lower", class: "performance", severity: "high", publishes: "on-event" },
  request_count: { unit: "count", better: "higher", class: "performance", severity: "medium" },
  queue_length: { unit: "count", better: "lower", class: "performance", severity: "medium" },
  health_failures: { unit: "count", better: "lower", class: "health", severity: "high", publishes: "on-event" },
  unhealthy_hosts: { unit: "count", better: "lower", class: "health", severity: "high" },
  ready_percent: { unit: "%", better: "higher", class: "health", severity: "high" },
  cpu_utilization: UTILIZATION,
  memory_utilization: UTILIZATION,
  disk_utilization: UTILIZATION,
  db_cpu_utilization: { unit: "%", better: "lower", class: "database", severity: "medium" },
  db_connections_utilization: { unit: "%", better: "lower", class: "database", severity: "medium" },
  db_errors: { unit: "count", better: "lower", class: "database", severity: "high", publishes: "on-event" },
  auth_failure_rate: { unit: "%", better: "lower", class: "security", severity: "high" },
  user_satisfaction: { unit: "%", better: "higher", ...BUSINESS },
  conversion_rate: { unit: "%", better: "higher", ...BUSINESS },
  business_error_rate: { unit: "%", better: "lower", ...BUSINESS },
  session_duration: { unit: "s", better: "higher", ...BUSINESS },
};

/** Null for a name that means nothing by itself. */
export function wellKnownSignal(name: string): WellKnownSignal | null {
  return (Object.hasOwn(WELL_KNOWN_SIGNALS, name) && WELL_KNOWN_SIGNALS[name]) || null;
}
