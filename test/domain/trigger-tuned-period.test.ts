import { describe, expect, it } from "vitest";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { anAuthoredBlueprint, anAuthoredTrigger, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

const signals = {
  latency_stable: { unit: "ms", better: "lower", metric: { namespace: "Shop", name: "Stable", stat: "p95" } },
} as const;
const authored = (trigger: Partial<AuthoredTrigger>) =>
  anAuthoredBlueprint({ signals: { ...signals }, triggers: [anAuthoredTrigger({ when: "> 2x baseline", ...trigger })] });

describe("the period of an alarm whose threshold is measured over an hour", () => {
  it.each<Partial<AuthoredTrigger>>([
    { period: "16m" },
    { period: "30m", datapoints_to_alarm: 1, evaluation_periods: 1 },
    { period: "2h" },
    { period: "20m", against: "season" },
    { period: "1h", against: "season" },
  ])("is refused where the hour has fewer than three whole ones: %o", (trigger) => {
    expect(problemsOf(authored(trigger))).toEqual([
      `spec.triggers.0.period: a baseline is measured over an hour, and of ${trigger.period} an hour has fewer than three whole periods: such an alarm would never exist`,
    ]);
  });

  it.each<Partial<AuthoredTrigger>>([
    { period: "15m" },
    { period: "15m", against: "season" },
    { period: "30m", against: "control", control: "latency_stable" },
    { against: "previous-period" },
    { period: "30m", when: "> 200ms" },
  ])("may be as long as three of them fit, and longer where nothing is measured: %o", (trigger) => {
    const { blueprint, problems } = compiled(authored(trigger));

    expect(problems).toEqual([]);
    expect(blueprint?.triggers).toHaveLength(1);
  });
});
