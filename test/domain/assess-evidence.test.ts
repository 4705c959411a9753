import { describe, expect, it } from "vitest";
import { assess } from "../../functions/domain/assess.ts";
import { ALARM_NAME, aWorkloadState, BAD_HASH, GOOD_HASH, MOMENTS } from "../support/builders/index.ts";
import { facts } from "./support/assessment-facts.ts";

describe("pods", () => {
  const failing = { total: 3, ready: 0, failing: 3, restarts: 5, reasons: [{ reason: "CrashLoopBackOff", pods: 3, message: "" }] };

  it("that fail only under the new template are strong evidence", () => {
    const result = assess(facts({ workload: aWorkloadState({ pods: [{ templateHash: BAD_HASH, ...failing }] }) }));

    expect(result).toMatchObject({ decision: "roll-back", podEvidence: "only-new" });
    expect(result.reasons.join()).toMatch(/3 of 3 pods of the new template fail \(CrashLoopBackOff x 3\).*strong evidence/);
  });

  it("that fail under both templates are evidence against the change (K8S-37)", () => {
    const pods = [BAD_HASH, GOOD_HASH].map((templateHash) => ({ templateHash, ...failing }));

    expect(assess(facts({ workload: aWorkloadState({ pods }) }))).toMatchObject({ decision: "escalate", podEvidence: "both" });
  });
});

describe("pods that say nothing about the release", () => {
  const crashed = { reason: "CrashLoopBackOff", pods: 3, message: "" };
  const old = { templateHash: GOOD_HASH, ready: 29, restarts: 0 };
  const bad = { templateHash: BAD_HASH, total: 3, ready: 0, failing: 3, restarts: 5, reasons: [crashed] };

  it.each([
    [
      "one evicted pod of the old template",
      { ...old, total: 1, ready: 0, failing: 1, reasons: [{ ...crashed, reason: "Evicted", pods: 1 }] },
    ],
    ["one of thirty old pods that crashes", { ...old, total: 30, failing: 1, reasons: [{ ...crashed, pods: 1 }] }],
  ])("%s does not acquit the new one", (_name, group) => {
    expect(assess(facts({ workload: aWorkloadState({ pods: [bad, group] }) }))).toMatchObject({
      decision: "roll-back",
      podEvidence: "only-new",
    });
  });

  it("are no strong evidence either: a node that was drained is not the change's fault", () => {
    const drained = { ...bad, total: 4, ready: 3, failing: 1, reasons: [{ ...crashed, reason: "TerminationByKubelet", pods: 1 }] };
    const result = assess(facts({ workload: aWorkloadState({ pods: [drained] }) }));

    expect(result).toMatchObject({ decision: "roll-back", podEvidence: "none" });
    expect(result.reasons.join()).not.toContain("strong evidence");
  });
});

describe("alarms that were red long before", () => {
  const old = {
    alarmName: "rollguard-checkout-error-rate",
    trigger: "error-rate",
    state: "ALARM" as const,
    since: "2026-11-01T00:00:00.000Z",
  };
  const ours = (state: "OK" | "ALARM" | "INSUFFICIENT_DATA") => ({
    alarmName: ALARM_NAME,
    trigger: "latency-p95",
    state,
    since: MOMENTS.alarmAt,
  });

  it.each([
    ["OK", "stand-down"],
    ["INSUFFICIENT_DATA", "hold"],
    ["ALARM", "roll-back"],
  ] as const)("do not stand in for the one that fired: when that is %s, the decision is %s", (state, decision) => {
    const result = assess(facts({ alarms: [ours(state), old] }));

    expect(result).toMatchObject({ decision, classes: ["performance"] });
    expect(result.reasons.join("\n")).toContain("rollguard-checkout-error-rate has been in ALARM since 2026-11-01T00:00:00.000Z");
  });

  it("are told from those of the same storm, which do", () => {
    const storm = { ...old, since: "2026-11-20T03:12:50.000Z" };

    expect(assess(facts({ alarms: [ours("OK"), storm] })).decision).toBe("roll-back");
  });
});

describe("an alarm that is OK again while no pod is ready", () => {
  const ok = [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "OK" as const }];
  const down = { templateHash: BAD_HASH, total: 3, ready: 0, failing: 3, restarts: 5, reasons: [] };

  it("is OK because nothing is left to measure: no stand-down", () => {
    const result = assess(facts({ alarms: ok, workload: aWorkloadState({ pods: [down] }) }));

    expect(result).toMatchObject({ decision: "roll-back", change: { kind: "deploy" } });
    expect(result.reasons.join()).toContain("no pod is ready");
  });

  it.each([
    ["with a pod that is ready", aWorkloadState({ pods: [{ ...down, ready: 1, failing: 2 }] })],
    ["with no pod asked for", aWorkloadState({ replicas: 0, pods: [] })],
  ])("is a stand-down %s", (_name, workload) => {
    expect(assess(facts({ alarms: ok, workload })).decision).toBe("stand-down");
  });
});
