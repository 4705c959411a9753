import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookChecks, lookedSignal } from "../../../functions/domain/looks/check-look.ts";
import { triggerOfLook } from "../../../functions/domain/looks/look-outcome.ts";
import type { SignalReading } from "../../../functions/domain/rollback-document.ts";
import { verify } from "../../../functions/domain/verify.ts";
import { aBlueprint, anAssessment, anExactCheck, aRollbackTrigger, aSignal } from "../../support/builders/index.ts";
import { aLook } from "../../support/builders/look.ts";
import { at, facts, stable } from "../support/verification-facts.ts";

const known = (before: number | null, during: number | null): SignalReading => ({
  ...{ signal: "latency_p95", unit: "ms", before, baseline: before, during },
});
const check = (value: number | null, reading: SignalReading, better: "lower" | "higher" = "lower", hadTime = true) =>
  lookChecks({
    blueprint: { signals: [aSignal({ better })] },
    looked: "latency_p95",
    readings: [{ signal: "latency_p95", value }],
    incident: [reading],
    hadTime,
  });

describe("what failed a look, once the release is taken back,", () => {
  it.each<[string, number, SignalReading, "lower" | "higher", string]>([
    ["passes as before the change", 100, known(100, 400), "lower", "pass"],
    ["passes half of the way back, by factors", 200, known(100, 400), "lower", "pass"],
    ["is no proof short of it", 201, known(100, 400), "lower", "inconclusive"],
    ["fails where it is no better than in the incident", 400, known(100, 400), "lower", "fail"],
    ["fails within a tenth of before too, where it has not moved", 108, known(100, 108), "lower", "fail"],
    ["passes half of the way up again", 50, known(100, 25), "higher", "pass"],
    ["fails where it is as low as in the incident", 25, known(100, 25), "higher", "fail"],
    ["passes by more than a fifth where nothing is known of before", 80, known(null, 100), "lower", "pass"],
    ["is no proof by less than that", 81, known(null, 100), "lower", "inconclusive"],
    ["is not held to a worse hour before", 100, known(300, 100), "lower", "fail"],
    ["passes at half of the errors where there were none before", 2, known(0, 4), "lower", "pass"],
    ["is no proof where it had no value in the incident", 100, known(100, null), "lower", "inconclusive"],
  ])("%s", (_name, value, reading, better, verdict) => {
    expect(check(value, reading, better)).toMatchObject([{ check: "look at latency_p95", verdict, critical: true, rollbackTrigger: true }]);
  });

  it("does not fail before an alarm could have cleared", () => {
    expect(check(400, known(100, 400), "lower", false)).toMatchObject([{ verdict: "inconclusive" }]);
  });

  it("is not asked without a value: silence is another check's business", () => {
    expect(check(null, known(100, 400))).toEqual([]);
  });

  it("never passes while it is as bad as in the incident, and always does once it is as before", () => {
    const value = fc.integer({ min: 0, max: 1_000_000 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(value, value, fc.constantFrom<"lower" | "higher">("lower", "higher"), (one, other, better) => {
        const [before, during] = [one, other];
        const isWorse = better === "lower" ? during > before : during < before;

        expect(check(during, known(before, during), better)).toMatchObject([{ verdict: "fail" }]);
        if (isWorse) expect(check(before, known(before, during), better)).toMatchObject([{ verdict: "pass" }]);
      }),
    );
  });
});

describe("a rollback that a look started", () => {
  const whole = aBlueprint();
  /** Its health checks count pods alone, and no alarm watches what failed. */
  const blueprint = aBlueprint({ triggers: [], verification: { ...whole.verification, checks: [anExactCheck()] } });
  const trigger = triggerOfLook(aLook()) ?? aRollbackTrigger();
  const assessment = anAssessment({ signals: [known(100, 200)] });
  const look = (value: number | null, seconds = 60) =>
    verify(facts({ trigger, blueprint, assessment, alarms: [], readings: [{ signal: "latency_p95", value }], now: at(seconds) }));

  it("has recovered where the signal that failed is back", () => {
    expect(look(100)).toMatchObject({ verdict: "pass", recovery: "recovered" });
  });

  it("has not where the signal stays as bad", () => {
    expect(look(200)).toMatchObject({ verdict: "fail", next: "keep-watching", recovery: "undecided" });
    expect(look(200, 700)).toMatchObject({ verdict: "fail", recovery: "undecided" });
    expect(look(150, 700)).toMatchObject({ verdict: "inconclusive", recovery: "not-recovered" });
  });

  it("has not where the signal has gone silent, also if nothing is known of the hour before", () => {
    expect(look(null, 700)).toMatchObject({ verdict: "inconclusive", recovery: "not-recovered" });
    const unknown = { ...assessment, signals: [known(null, 200)] };
    const silent = facts({ trigger, blueprint, assessment: unknown, alarms: [], readings: [], now: at(700) });
    expect(verify(silent)).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining("data of latency_p95") });
  });

  it("asks nothing of other members of the group, which have signals of their own", () => {
    expect(lookedSignal(blueprint, trigger)).toBe("latency_p95");
    expect(lookedSignal({ service: "another" }, trigger)).toBeUndefined();
  });

  it("is not held up under the maintenance page, where there is no traffic", () => {
    const previous = { ...stable, maintained: true };
    const readings = [{ signal: "latency_p95", value: 200 }];

    expect(verify(facts({ trigger, blueprint, assessment, alarms: [], readings, previous })).verdict).toBe("pass");
  });
});
