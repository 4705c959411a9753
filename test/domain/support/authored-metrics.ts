import type { AuthoredBlueprint } from "../../../functions/domain/blueprint-authored.ts";
import type { StackBinding } from "../../../functions/domain/blueprint-compile.ts";
import type { Signal } from "../../../functions/domain/signal.ts";
import { anAuthoredBlueprint, compiled } from "../../blueprints/authored-blueprint.ts";

type Metrics = NonNullable<NonNullable<AuthoredBlueprint["spec"]>["metrics"]>;
type Trigger = NonNullable<NonNullable<AuthoredBlueprint["spec"]>["triggers"]>[number];

/** A target group of a load balancer by the ends of its two ARNs. */
export const AN_ALB = { load_balancer: "app/shop/50dc6c495c0c9188", target_group: "targetgroup/checkout/73e2d6bc24d8a067" };

/** A stack that measures nothing itself, so that only `spec.metrics` does. */
export const NO_PRESET: StackBinding = { target: { cluster: "prod", namespace: "shop" }, metricPreset: "none" };

/** A blueprint that names these signals in triggers on bad values far away from any real one. */
export function aBlueprintWatching(names: readonly string[], metrics: Metrics): AuthoredBlueprint {
  const triggers = names.map(
    (signal): Trigger => ({
      name: signal.replaceAll("_", "-"),
      signal,
      class: "performance",
      severity: "high",
      when: conditionOf(signal),
    }),
  );
  return anAuthoredBlueprint({ performance: {}, metrics, triggers });
}

/** What these signals are bound to; fails where one of them has a problem. */
export function boundSignals(names: readonly string[], metrics: Metrics, stack = NO_PRESET): readonly Signal[] {
  const { blueprint, problems } = compiled(aBlueprintWatching(names, metrics), stack);
  if (blueprint === null) throw new Error(problems.map(({ message }) => message).join("; "));
  return blueprint.signals;
}

function conditionOf(signal: string): string {
  if (signal.startsWith("latency_")) return "> 200ms";
  if (signal === "session_duration") return "< 30s";
  if (/^(request_count|user_satisfaction|conversion_rate|ready_percent)$/.test(signal)) return signal === "request_count" ? "< 5" : "< 50%";
  return /(rate|utilization)$/.test(signal) ? "> 80%" : "> 5";
}
