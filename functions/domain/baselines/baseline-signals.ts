import type { AuthoredBlueprint } from "../blueprint-authored.ts";
import { measuredSignal, type SignalStack } from "../blueprint-signals.ts";
import type { Signal } from "../signal.ts";

/** The baseline of seed 002: error rate, latency at p50, p95 and p99, memory, CPU and the number of requests. */
export const BASELINE_SIGNALS = [
  "cpu_utilization",
  "error_rate",
  "latency_p50",
  "latency_p95",
  "latency_p99",
  "memory_utilization",
  "request_count",
] as const;

/**
 * Those of the seven that a blueprint does not name, as far as `spec.metrics` or the stack's preset measures them. They are bound when the blueprint is
 * compiled, since only then the stack's preset is known; nothing but baselines is read of them.
 */
export function baselineSignals(authored: AuthoredBlueprint, named: ReadonlySet<string>, stack: SignalStack): readonly Signal[] {
  return BASELINE_SIGNALS.filter((name) => !named.has(name)).flatMap((name) => measuredSignal(name, authored, stack)?.armed ?? []);
}
