import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateChecks, verdictOf } from "../../functions/domain/checks.ts";
import { aBlueprint, aCheckResult, GOOD_HASH } from "../support/builders/index.ts";
import { restored } from "./support/verification-facts.ts";

describe("checks", () => {
  it("are all evaluated, also after one failed (seed 000: five results, three passed)", () => {
    const blueprint = aBlueprint();
    const checks = evaluateChecks({
      blueprint,
      workload: restored,
      expected: { templateHash: GOOD_HASH, replicas: 3 },
      readings: [
        { signal: "latency_p95", value: 280 },
        { signal: "error_rate", value: 1.2 },
      ],
      incident: [{ signal: "error_rate", unit: "%", before: 0.2, during: 1.2 }],
      alarms: [],
      alarmsHadTime: true,
    });

    expect(checks.map((check) => check.verdict)).toEqual(["pass", "pass", "fail", "fail"]);
    expect(checks[3]).toMatchObject({ expected: "< 1%", actual: "1.2%", degradation: "500% increase (0.2% -> 1.2%)" });
  });

  it("give pass only if every decisive one passes, and inconclusive never counts as pass or fail", () => {
    const verdict = fc.constantFrom("pass" as const, "fail" as const, "inconclusive" as const);
    const result = fc.record({ verdict, critical: fc.boolean(), rollbackTrigger: fc.boolean() }).map((some) => aCheckResult(some));
    fc.assert(
      fc.property(fc.array(result), fc.boolean(), (results, policy) => {
        const decisive = results.filter((one) => one.rollbackTrigger || (one.critical && policy));
        const answer = verdictOf(results, policy);
        expect(answer === "fail").toBe(decisive.some((one) => one.verdict === "fail"));
        expect(answer === "pass").toBe(decisive.every((one) => one.verdict === "pass"));
        expect(verdictOf([...results].reverse(), policy)).toBe(answer);
      }),
    );
  });
});
