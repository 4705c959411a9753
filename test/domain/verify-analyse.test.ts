import { describe, expect, it } from "vitest";
import { type Comparison, judge } from "../../functions/domain/judge.ts";
import type { PlanStep } from "../../functions/domain/rollback-document.ts";
import { verify } from "../../functions/domain/verify.ts";
import { analysedSignals, analysedSince, comparisonsOf } from "../../functions/domain/verify-analyse.ts";
import { ALARM_NAME, aBlueprint, aChange, anAssessment, aRollbackTrigger, aSignal, aTrigger } from "../support/builders/index.ts";
import { lookAt, WATCH } from "./support/phase-facts.ts";
import { at } from "./support/verification-facts.ts";

const ANALYSE: PlanStep = {
  ...WATCH,
  id: "analyse-arms",
  kind: "analyse",
  action: { kind: "analyse", compare: "arms", seconds: 60 },
  phase: undefined,
  onPass: "restore-strategy",
  onFail: "restore-template-1",
  onWorse: "restore-template-2",
  onInconclusive: "restore-template-2",
};
const five = (value: number) => Array.from({ length: 5 }, () => value);
const comparison = (after: readonly number[], overrides: Partial<Comparison> = {}): Comparison => ({
  signal: "latency_p95",
  unit: "ms",
  direction: "lower",
  threshold: 200,
  minimumSamples: 5,
  before: [],
  control: five(120),
  after,
  ...overrides,
});
const analysed = (seconds: number, comparisons: readonly Comparison[], alarms: Parameters<typeof lookAt>[2] = {}) =>
  verify(lookAt(ANALYSE, seconds, { comparisons, ...alarms }));

describe("an analysis", () => {
  it("ends with the judge's verdict as soon as there is one", () => {
    expect(analysed(5, [comparison(five(125))])).toMatchObject({
      verdict: "pass",
      nextStepId: "restore-strategy",
      reason: "analyse-arms: latency_p95 125ms against 120ms of the other arm, limit 200ms",
    });
    expect(analysed(5, [comparison(five(280))])).toMatchObject({ verdict: "fail", nextStepId: "restore-template-1" });
  });

  it("fails for one signal that is bad, whatever the others are like", () => {
    expect(analysed(5, [comparison(five(125)), comparison(five(280))])).toMatchObject({ verdict: "fail" });
  });

  it("waits for values until its time is over, then nobody can tell", () => {
    expect(analysed(59, [comparison([280])])).toMatchObject({ next: "keep-watching" });
    expect(analysed(60, [comparison([280])])).toMatchObject({ verdict: "inconclusive", nextStepId: "restore-template-2" });
  });

  it("does not wait where there is nothing to compare", () => {
    expect(analysed(1, [])).toMatchObject({
      verdict: "inconclusive",
      nextStepId: "restore-template-2",
      reason: expect.stringContaining("the blueprint names no signals of the two arms"),
    });
  });

  it("ends at once where another alarm turned red", () => {
    const alarms = [{ alarmName: "rollguard-checkout-error-rate", trigger: "error-rate", state: "ALARM" as const, since: at(63) }];

    expect(analysed(5, [comparison(five(125))], { alarms })).toMatchObject({ verdict: "fail", nextStepId: "restore-template-2" });
  });
});

describe("an analysis while the alarm that fired is red", () => {
  const alarms = [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "ALARM" as const, since: at(0) }];

  it("gives no traffic back, however good the medians are", () => {
    expect(analysed(5, [comparison(five(125))], { alarms })).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
    expect(analysed(60, [comparison(five(125))], { alarms })).toMatchObject({
      verdict: "inconclusive",
      nextStepId: "restore-template-2",
      reason: expect.stringContaining(`${ALARM_NAME} is still red: latency_p95 125ms against 120ms`),
    });
  });

  it("still fails what is bad", () => {
    expect(analysed(5, [comparison(five(280))], { alarms })).toMatchObject({ verdict: "fail", nextStepId: "restore-template-1" });
  });
});

describe("what an analysis compares", () => {
  const changeAt = new Date("2026-11-20T03:00:00Z");
  const until = new Date("2026-11-20T03:20:00Z");
  const since = new Date("2026-11-20T03:10:00Z");
  const series = (name: string, of: (minute: number) => number) => ({
    signal: aSignal({ name }),
    series: {
      startEpochSeconds: changeAt.getTime() / 1000 - 3600,
      periodSeconds: 60,
      values: Array.from({ length: 90 }, (_, index) => of(index - 60)),
    },
  });
  const traffic = {
    route: { router: "istio", name: "web", rule: null },
    stable: "stable",
    canary: "canary",
    perArmSignals: true,
    armSignals: { latency_p95: { stable: "latency_stable", canary: "latency_canary" } },
    maintenance: null,
  } as const;
  const blueprint = aBlueprint({ traffic, triggers: [aTrigger()] });

  it("is the time since the step began against the hour before the change", () => {
    const [found] = comparisonsOf(blueprint, [series("latency_p95", (minute) => minute)], { changeAt, since, until }, "before");

    expect(found).toMatchObject({ signal: "latency_p95", threshold: 200, direction: "lower" });
    expect([found?.before.length, found?.before.at(-1)]).toEqual([60, -1]);
    expect([found?.after[0], found?.after.at(-1)]).toEqual([10, 19]);
  });

  it("is the new version against the stable one since the change, at the threshold of what they mean", () => {
    const data = [series("latency_stable", () => 120), series("latency_canary", () => 280)];
    const [found] = comparisonsOf(blueprint, data, { changeAt, since, until }, "arms");

    expect(found).toMatchObject({ signal: "latency_canary", threshold: 200 });
    expect([found?.after.length, found?.control?.length]).toEqual([20, 20]);
    expect(found?.after.every((value) => value === 280)).toBe(true);
  });

  it("is both arms since the first bad period: good values from before the onset would hide the bad ones", () => {
    const data = [series("latency_stable", () => 120), series("latency_canary", (minute) => (minute < 12 ? 120 : 280))];
    const [found] = comparisonsOf(blueprint, data, { changeAt, since, until, onsetAt: new Date("2026-11-20T03:13:00Z") }, "arms");

    expect([found?.after, found?.control?.length]).toEqual([Array.from({ length: 8 }, () => 280), 8]);
    expect(found === undefined ? null : judge(found).verdict).toBe("fail");
  });

  it("is nothing from before the change, whenever it began to be bad", () => {
    const data = [series("latency_stable", () => 120), series("latency_canary", () => 280)];
    const [found] = comparisonsOf(blueprint, data, { changeAt, since, until, onsetAt: new Date("2026-11-20T02:00:00Z") }, "arms");

    expect([found?.after.length, found?.control?.length]).toEqual([20, 20]);
  });

  it("is nothing where no trigger has a threshold for it", () => {
    const alarmOnly = { ...blueprint, triggers: [aTrigger({ rule: null })] };

    expect(comparisonsOf(alarmOnly, [series("latency_p95", () => 1)], { changeAt, since, until }, "before")).toEqual([]);
  });

  it("is at the threshold that the alarm said which fired, where the trigger has none of its own", () => {
    const form = { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null } as const;
    const tuned = { ...blueprint, triggers: [aTrigger({ rule: null, form })] };
    const compare = (alarmName: string) =>
      comparisonsOf(tuned, [series("latency_p95", () => 1)], { changeAt, since, until }, "before", { alarmName, threshold: 260 });

    expect(compare(ALARM_NAME)).toMatchObject([{ signal: "latency_p95", threshold: 260, direction: "lower" }]);
    expect(compare("rollguard-checkout-another")).toEqual([]);
    expect([...analysedSignals(tuned, "before")]).toEqual(["latency_p95"]);
  });

  it("reads just what it needs, from when it needs it", () => {
    const assessment = anAssessment({ change: aChange({ earliestAt: changeAt.toISOString() }) });

    expect([...analysedSignals(blueprint, "arms")].sort()).toEqual(["latency_canary", "latency_stable"]);
    expect([...analysedSignals(blueprint, "before")]).toEqual(["latency_p95"]);
    expect(analysedSince(assessment, aRollbackTrigger()).toISOString()).toBe("2026-11-20T02:00:00.000Z");
  });
});
