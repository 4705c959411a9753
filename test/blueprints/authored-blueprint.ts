import { createHash } from "node:crypto";
import type { AuthoredBlueprint, AuthoredSignal, AuthoredTrigger } from "../../functions/domain/blueprint-authored.ts";
import { type CompiledBlueprint, compileBlueprint, type StackBinding } from "../../functions/domain/blueprint-compile.ts";

type Spec = NonNullable<AuthoredBlueprint["spec"]>;

/** A stack of the demo: gives cluster and namespace, measures the well-known signals. */
export const DEMO_STACK: StackBinding = { target: { cluster: "demo", namespace: "demo" }, metricPreset: "demo" };

/** The smallest blueprint that can be armed: a name and a service level. */
export function anAuthoredBlueprint(spec: Spec = {}, rest: Partial<AuthoredBlueprint> = {}): AuthoredBlueprint {
  return {
    metadata: { name: "checkout", version: "1.0.0" },
    spec: { performance: { latency_p95_target: "200ms", error_rate_threshold: "1%" }, ...spec },
    ...rest,
  };
}

/** A trigger on `latency_p95` with every default left to the compiler. */
export function anAuthoredTrigger(overrides: Partial<AuthoredTrigger> = {}): AuthoredTrigger {
  return { name: "slow", signal: "latency_p95", class: "performance", severity: "high", when: "> 200ms", ...overrides };
}

/** A signal of one metric with a value every minute. */
export function anAuthoredSignal(overrides: Partial<AuthoredSignal> = {}): AuthoredSignal {
  return { unit: "count", metric: { namespace: "Shop", name: "Backlog", stat: "Maximum" }, ...overrides };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function compiled(authored: AuthoredBlueprint, stack: StackBinding = DEMO_STACK): CompiledBlueprint {
  return compileBlueprint(authored, stack, sha256);
}

/** Every problem as `path: message`, for tests that must see all of them. */
export function problemsOf(authored: AuthoredBlueprint, stack: StackBinding = DEMO_STACK): readonly string[] {
  return compiled(authored, stack).problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
}
