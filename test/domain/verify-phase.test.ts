import { describe, expect, it } from "vitest";
import { verify } from "../../functions/domain/verify.ts";
import { ALARM_NAME, aBlueprint, aCheckResult, aPodGroup, aThresholdCheck, GOOD_HASH } from "../support/builders/index.ts";
import { healthy, lookAt, phaseBlueprint, WATCH } from "./support/phase-facts.ts";
import { at, good, restored } from "./support/verification-facts.ts";

const slow = [{ signal: "latency_p95", value: 280 }, ...good.slice(1)];
const silent = [{ signal: "latency_p95", value: null }, ...good.slice(1)];
const red = (since: string) => [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "ALARM" as const, since }];

describe("a phase", () => {
  it("is watched for its whole time, and then passes", () => {
    expect(verify(lookAt(WATCH, 59))).toMatchObject({ next: "keep-watching", recovery: "recovered" });
    expect(verify(lookAt(WATCH, 60))).toMatchObject({
      verdict: "pass",
      next: "next-step",
      nextStepId: "restore-strategy",
      recovery: "recovered",
      reason: "5 of 5 checks pass; performance: 2 of 2 checks pass",
    });
  });

  it("leaves the moment of the recovery where the health checks passed", () => {
    const { recoveredAt, recoverySeconds } = verify(lookAt(WATCH, 60));

    expect({ recoveredAt, recoverySeconds }).toEqual({ recoveredAt: at(60), recoverySeconds: 200 });
  });

  it("asks its own checks and whether what had breached became better, beside what the health checks had found", () => {
    const { checks } = verify(lookAt(WATCH, 60, { previous: { ...healthy, checks: [aCheckResult({ check: "pods_ready" })] } }));

    expect(checks.map(({ check, phase, verdict }) => [check, phase, verdict])).toEqual([
      ["pods_ready", undefined, expect.any(String)],
      ["performance_latency_p95", "performance", "pass"],
      ["improvement latency_p95", "performance", "pass"],
    ]);
  });

  it("fails at the second failed look in a row, like a restore that failed: the next release follows", () => {
    const first = verify(lookAt(WATCH, 10, { readings: slow }));
    const second = verify(lookAt(WATCH, 20, { readings: slow, previous: first }));

    expect(first).toMatchObject({ verdict: "fail", next: "keep-watching", recovery: "recovered" });
    expect(second).toMatchObject({
      verdict: "fail",
      next: "next-target",
      nextStepId: "restore-template-2",
      recovery: "undecided",
      recoveredAt: null,
      recoverySeconds: null,
    });
    expect(second.checks.at(-2)).toMatchObject({ degradation: "133% increase (120ms -> 280ms)" });
  });

  it("forgets a failed look after one that passes", () => {
    const first = verify(lookAt(WATCH, 10, { readings: slow }));
    const second = verify(lookAt(WATCH, 20, { previous: first }));

    expect(second.consecutiveFailures).toBe(0);
    expect(verify(lookAt(WATCH, 30, { readings: slow, previous: second }))).toMatchObject({ next: "keep-watching" });
  });

  it("without another release ends in a rollback that did not help", () => {
    const last = { ...WATCH, onFail: "restore-strategy", onWorse: "restore-strategy" };
    const failing = { ...healthy, stepId: WATCH.id, consecutiveFailures: 1 };

    expect(verify(lookAt(last, 20, { readings: slow, previous: failing }))).toMatchObject({
      next: "next-step",
      nextStepId: "restore-strategy",
      recovery: "not-recovered",
    });
  });

  it("that lacks data gets its time once more, then a person looks; the recovery by the health checks stays", () => {
    expect(verify(lookAt(WATCH, 60, { readings: silent }))).toMatchObject({ next: "keep-watching", verdict: "inconclusive" });
    const end = verify(lookAt(WATCH, 120, { readings: silent }));

    expect(end).toMatchObject({
      verdict: "inconclusive",
      recovery: "recovered",
      unjudged: ["performance"],
      nextStepId: "restore-strategy",
    });
    expect(end.reason).toMatch(/^recovered by health checks, performance could not be judged: /);
  });

  it("that could not be judged escalates after everything was cleaned up, with its own reason", () => {
    const end = verify(lookAt(WATCH, 120, { readings: silent }));
    const { plan, progress: looked } = lookAt(WATCH, 130);
    const steps = plan.steps.map((step) => (step.id === "restore-strategy" ? { ...step, onPass: "finish" } : step));
    const stepIndex = steps.findIndex(({ id }) => id === "restore-strategy");
    const progress = { ...looked, stepId: "restore-strategy", stepIndex };
    const workload = { ...restored, stamps: { ...restored.stamps, savedStrategy: null } };

    expect(verify(lookAt(WATCH, 130, { plan: { ...plan, steps }, previous: end, progress, workload, confirmation: null }))).toMatchObject({
      next: "escalate",
      verdict: "inconclusive",
      recovery: "recovered",
      reason: expect.stringMatching(/^recovered by health checks, performance could not be judged/),
    });
  });

  it("ends at once where an alarm has turned red since the recovery", () => {
    expect(verify(lookAt(WATCH, 10, { alarms: red(at(65)) }))).toMatchObject({
      verdict: "fail",
      next: "next-target",
      nextStepId: "restore-template-2",
      reason: expect.stringContaining(`turned red in the watch: ${ALARM_NAME}`),
    });
  });

  it("does not mind an alarm that is red since before the change", () => {
    expect(verify(lookAt(WATCH, 60, { alarms: red("2026-11-01T00:00:00.000Z") }))).toMatchObject({ verdict: "pass" });
  });

  it("fails where most pods are lost, and has no verdict while a single one restarts", () => {
    const failing = { ...healthy, stepId: WATCH.id, consecutiveFailures: 1 };
    const withReady = (ready: number) => ({ ...restored, pods: [aPodGroup({ templateHash: GOOD_HASH, ready })] });

    expect(verify(lookAt(WATCH, 20, { workload: withReady(1), previous: failing }))).toMatchObject({
      verdict: "fail",
      next: "next-target",
    });
    expect(verify(lookAt(WATCH, 60, { workload: withReady(2) }))).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
  });

  it("is somebody else's once they have deployed over it", () => {
    const other = { ...restored, templateHash: "0ther", image: "demo/checkout:v9" };

    expect(verify(lookAt(WATCH, 10, { workload: other }))).toMatchObject({
      next: "next-step",
      nextStepId: "restore-strategy",
      recovery: "recovered",
      unjudged: ["performance"],
      reason: expect.stringContaining("superseded"),
    });
  });

  it("asks nothing that decides where critical checks alone decide nothing", () => {
    const blueprint = phaseBlueprint([aThresholdCheck({ name: "slow", phase: "performance", rollbackTrigger: false })]);
    const lenient = { ...blueprint, rollback: { ...aBlueprint().rollback, triggerOnCriticalFailure: false } };

    expect(verify(lookAt(WATCH, 60, { blueprint: lenient, readings: slow }))).toMatchObject({ verdict: "pass" });
  });
});

describe("a watch without a phase", () => {
  const plain = { ...WATCH, id: "watch-halved", phase: undefined, onWorse: "restore-template-1" };
  const before = { ...healthy, recovery: "undecided" as const, recoveredAt: null, recoverySeconds: null, restoringStepId: null };

  it("asks the alarms alone: it passes when none turned red in its time", () => {
    expect(verify(lookAt(plain, 59, { previous: before, readings: silent }))).toMatchObject({ next: "keep-watching" });
    expect(verify(lookAt(plain, 60, { previous: before, readings: silent }))).toMatchObject({
      verdict: "pass",
      nextStepId: "restore-strategy",
      recovery: "undecided",
    });
  });

  it("leads to its own way out as soon as one turned red", () => {
    expect(verify(lookAt(plain, 10, { previous: before, alarms: red(at(65)) }))).toMatchObject({
      verdict: "fail",
      nextStepId: "restore-template-1",
      recovery: "undecided",
    });
  });

  it("does not count the alarm that had opened the incident as worse", () => {
    expect(verify(lookAt(plain, 10, { previous: before, alarms: red("2026-11-20T03:11:00.000Z") }))).toMatchObject({
      next: "keep-watching",
    });
  });
});

it("a watch that judges the new release like a restored one waits until it is stable, then asks every check", () => {
  const kept = { ...WATCH, id: "verify-kept", judged: true, phase: "health" as const, onPass: "restore-strategy" };
  const assessed = lookAt(kept, 0).assessment;
  const workload = { ...restored, templateHash: assessed.workload?.templateHash ?? "", image: assessed.workload?.image ?? "" };
  const pods = [aPodGroup({ templateHash: workload.templateHash })];
  const previous = { ...healthy, stepId: kept.id, stableSince: at(62), recovery: "undecided" as const };

  expect(verify(lookAt(kept, 5, { workload: { ...workload, pods }, previous }))).toMatchObject({ next: "keep-watching" });
  expect(verify(lookAt(kept, 20, { workload: { ...workload, pods }, previous }))).toMatchObject({ verdict: "pass", recovery: "recovered" });
});
