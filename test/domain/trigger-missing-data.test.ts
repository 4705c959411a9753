import { describe, expect, it } from "vitest";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { anAuthoredBlueprint, anAuthoredSignal, anAuthoredTrigger, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

const signals = { latency_stable: anAuthoredSignal({ unit: "ms", metric: { namespace: "Shop", name: "Stable", stat: "p95" } }) };
const breaching = (trigger: Partial<AuthoredTrigger>) =>
  anAuthoredBlueprint({ signals, triggers: [anAuthoredTrigger({ missing_data: "breaching", ...trigger })] });

describe("missing data that breaches", () => {
  it.each<readonly [Partial<AuthoredTrigger>, string]>([
    [{ signal: "error_rate", when: "> 1%" }, "error_rate has no value where there is little traffic"],
    [{ signal: "error_rate", when: undefined, burn_rate: { objective: "99.9%" } }, "error_rate has no value where there is little traffic"],
    [{ minimum_samples: 200 }, "a period with fewer than 200 samples has no value"],
    [
      { when: "> 2x baseline", against: "control", control: "latency_stable" },
      "a period in which there is nothing to compare with has no value",
    ],
    [{ when: "> 2x baseline", against: "previous-period" }, "a period in which there is nothing to compare with has no value"],
  ])("is refused where a quiet hour is nothing bad: %o", (trigger, why) => {
    expect(problemsOf(breaching(trigger))).toEqual([
      `spec.triggers.0.missing_data: ${why}, and missing_data: breaching calls that a bad release`,
    ]);
  });

  it("is refused for the percentiles of presets, which have a minimum of samples", () => {
    const triggers: AuthoredTrigger[] = [{ preset: "latency-1.5x", missing_data: "breaching" }];

    expect(problemsOf(anAuthoredBlueprint({ triggers }))).toEqual([
      "spec.triggers.0.missing_data: a period with fewer than 200 samples has no value, and missing_data: breaching calls that a bad release",
    ]);
  });

  it.each<Partial<AuthoredTrigger>>([{}, { signal: "cpu_utilization", when: "> 90%" }, { when: undefined, absent: true }])(
    "may be written where a value is always there: %o",
    (trigger) => {
      const { blueprint, problems } = compiled(breaching(trigger));

      expect(problems).toEqual([]);
      expect(blueprint?.triggers.map(({ missingData }) => missingData)).toEqual(["breaching"]);
    },
  );
});
