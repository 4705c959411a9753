import { describe, expect, it } from "vitest";
import { conclude } from "../../functions/domain/conclude.ts";
import { causeText } from "../../functions/domain/conclusion/record.ts";
import {
  aChange,
  aCheckResult,
  aDiagnosis,
  aManualTrigger,
  anAssessment,
  anOpening,
  aPlan,
  aPlanStep,
  aPlanTarget,
  aProgress,
  aRollbackInput,
  aVerification,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
} from "../support/builders/index.ts";

const NOW = "2026-11-20T03:14:00.000Z";
const whole = {
  ...aRollbackInput(),
  opening: anOpening(),
  assessment: anAssessment(),
  plan: aPlan(),
  progress: aProgress(),
  verification: aVerification({ next: "recovered", recovery: "recovered" }),
  diagnosis: aDiagnosis(),
};

describe("the end of an incident", () => {
  it.each([
    ["recovered", whole],
    ["observed", { ...whole, verification: aVerification({ next: "observed", recovery: "undecided" }) }],
    ["not-recovered", { ...whole, verification: aVerification({ next: "escalate", recovery: "not-recovered" }) }],
    [
      "escalated",
      { ...whole, verification: aVerification({ next: "escalate", recovery: "recovered", reason: "the saved strategy is still there" }) },
    ],
    ["escalated", { ...aRollbackInput(), opening: anOpening(), assessment: anAssessment({ decision: "escalate" }) }],
    ["escalated", { ...aRollbackInput(), opening: anOpening(), assessment: anAssessment(), plan: aPlan({ mode: "none" }) }],
    ["stand-down", { ...aRollbackInput(), opening: anOpening(), assessment: anAssessment({ decision: "stand-down" }) }],
    ["error", { ...whole, failure: { Error: "Error", Cause: "boom" } }],
    ["error", { ...aRollbackInput(), failure: { Error: "InvalidInputError" } }],
    ["error", aRollbackInput()],
  ] as const)("is %s when the slices say so", (outcome, document) => {
    const result = conclude(document, NOW);

    expect(result.outcome).toBe(outcome);
    expect(result.meta).toMatchObject({ status: "closed", outcome, closedAt: NOW });
    expect(result.summary).toContain("checkout");
    expect(result.event.urgency).toBe(
      ["escalated", "not-recovered", "error"].includes(outcome) ? "page" : outcome === "stand-down" ? "quiet" : "notice",
    );
  });

  it("says of a service that is well again where its traffic is, and which autoscaler is held, unless nothing of that was changed", () => {
    const ended = (more: Parameters<typeof aVerification>[0]) =>
      conclude({ ...whole, verification: aVerification({ next: "recovered", recovery: "recovered", ...more }) }, NOW).summary;

    expect(ended({ moved: "traffic of checkout: 100 % stable, 0 % canary", pinned: "checkout" })).toContain(
      "; as this run has left it, traffic of checkout: 100 % stable, 0 % canary; HorizontalPodAutoscaler checkout is still held",
    );
    expect(ended({ moved: null, pinned: null })).not.toMatch(/left it|held/);
    expect(ended({})).not.toMatch(/left it|held/);
  });

  it("marks the suspect bad only when the rollback away from it proved right", () => {
    expect(conclude(whole, NOW).verdicts).toEqual([{ templateHash: BAD_HASH, verdict: "bad", replicas: null }]);
    expect(conclude({ ...whole, verification: aVerification({ next: "escalate", recovery: "not-recovered" }) }, NOW).verdicts).toEqual([]);
    expect(conclude({ ...whole, plan: aPlan({ mode: "observe" }) }, NOW).verdicts).toEqual([]);
  });

  it("does not say that the service did not recover where nobody can tell", () => {
    const verification = aVerification({ next: "escalate", recovery: "not-recovered", verdict: "inconclusive", reason: "no data" });

    expect(conclude({ ...whole, verification }, NOW).summary).toBe(
      "checkout was rolled back to demo/checkout:v1 but its recovery could not be proven: no data",
    );
  });

  it("marks the suspect bad also when only the strategy could not be put back: the rollback had proved right by then", () => {
    const progress = aProgress({ stepId: "restore-strategy", outcome: "refused", reason: "the switch was turned off (game day)" });
    const verification = aVerification({ next: "escalate", recovery: "recovered", reason: "the switch was turned off (game day)" });
    const result = conclude({ ...whole, progress, verification }, NOW);

    expect(result.verdicts).toEqual([{ templateHash: BAD_HASH, verdict: "bad", replicas: null }]);
    expect(result).toMatchObject({ outcome: "escalated" });
    expect(result.summary).toBe(
      "checkout was rolled back to demo/checkout:v1 and recovered, but needs a human: the switch was turned off (game day)",
    );
  });

  describe("after only what is around the template came back", () => {
    const action = {
      kind: "restore-config" as const,
      configs: [{ kind: "ConfigMap" as const, name: "app-settings", dataHash: "d1", immutable: false, copy: "copy", fromHash: "d2" }],
      restart: true,
    };
    const step = aPlanStep({ id: "restore-config-1", kind: "restore-config", action, target: null, onPass: "finish", onFail: "finish" });
    const document = {
      ...whole,
      plan: aPlan({ steps: [step] }),
      progress: aProgress({ stepId: step.id }),
      verification: aVerification({ stepId: step.id, restoringStepId: step.id, next: "recovered", recovery: "recovered" }),
    };

    it("says what that was", () => {
      expect(conclude(document, NOW).summary).toContain("rolled back to the earlier content of ConfigMap app-settings and recovered");
    });

    it("calls no template bad: it stayed, and only its pods were started anew", () => {
      const { verdicts, ledger } = conclude(document, NOW);

      expect({ verdicts, quarantine: ledger.quarantine }).toEqual({ verdicts: [], quarantine: [] });
    });
  });

  describe("with several targets", () => {
    const target = (id: string, image: string) =>
      aPlanStep({ id, target: aPlanTarget({ image, templateHash: image }), onPass: "restore-strategy", onFail: "restore-strategy" });
    const strategy = aPlanStep({ id: "restore-strategy", kind: "restore-strategy", target: null, onPass: "finish", onFail: "finish" });
    const plan = aPlan({
      steps: [target("restore-template-1", "demo/checkout:v3"), target("restore-template-2", "demo/checkout:v2"), strategy],
    });
    const progress = aProgress({ stepId: "restore-strategy", stepIndex: 2 });

    it.each([
      ["restore-template-1", "demo/checkout:v3"],
      ["restore-template-2", "demo/checkout:v2"],
    ])("names the release that %s restored, not one that the plan only held ready", (restoringStepId, image) => {
      const end = (some: object) => conclude({ ...whole, plan, progress, verification: aVerification({ restoringStepId, ...some }) }, NOW);

      expect(end({ next: "recovered" }).summary).toContain(`rolled back to ${image} and recovered`);
      expect(end({ next: "escalate", recovery: "not-recovered" }).summary).toContain(`rolled back to ${image} but did not recover`);
    });

    it("says what an observer would have done first", () => {
      const verification = aVerification({ next: "observed", recovery: "undecided", restoringStepId: "restore-template-1" });
      const observed = aProgress({ stepId: "restore-template-1", outcome: "would-apply" });

      expect(conclude({ ...whole, plan, progress: observed, verification }, NOW).summary).toContain("rolled back to demo/checkout:v3");
    });
  });

  it("does not call a service recovered of which only the strategy was mended", () => {
    const workload = aWorkloadState({ kind: "DaemonSet" });
    const assessment = anAssessment({
      workload,
      change: aChange({ kind: "leftover" }),
      reasons: ["execution rg-old ended and left its strategy"],
    });
    const trigger = aManualTrigger({ kind: "mend", reason: "execution rg-old ended and left the rollout strategy that it had saved" });
    const plan = aPlan({ steps: [aPlanStep({ id: "restore-strategy", kind: "restore-strategy", target: null })] });
    const result = conclude({ ...whole, trigger, assessment, plan, progress: aProgress({ stepId: "restore-strategy" }) }, NOW);

    expect(result).toMatchObject({ outcome: "recovered", verdicts: [], event: { type: "incident_closed" } });
    expect(result.summary).toContain("the DaemonSet's own update strategy is back");
    expect(result.summary).not.toContain("recovered");
  });

  it.each([
    ["before anything was written", { plan: undefined, progress: undefined, verification: undefined }, "nothing was written"],
    ["while writing", { progress: undefined, verification: undefined }, "the write may have been made"],
    ["after the write", { verification: undefined }, "the service may be half rolled back"],
    ["in mode observe", { plan: aPlan({ mode: "observe" }), verification: undefined }, "nothing was written"],
    ["after the recovery", {}, "the service had recovered"],
  ])("an error %s says what that means for the service", (_name, slices, words) => {
    expect(conclude({ ...whole, ...slices, failure: { Error: "Sandbox.Timedout" } }, NOW).summary).toContain(words);
  });

  it("says of a recovered service what is still red", () => {
    const red = aCheckResult({
      check: "alarm rollguard-checkout-cpu",
      verdict: "inconclusive",
      actual: "ALARM since then, before the change",
    });
    const verification = aVerification({ checks: [aCheckResult(), red] });

    expect(conclude({ ...whole, verification }, NOW).summary).toContain("; still in ALARM, as before the change: rollguard-checkout-cpu");
    expect(conclude(whole, NOW).summary).not.toContain("still in ALARM");
  });

  it("needs a human when an alarm joined after the last look at alarms: it was judged by nobody", () => {
    const recoveredAt = whole.verification.recoveredAt ?? "";
    const after = (seconds: number) => [
      { alarmName: "rollguard-checkout-errors", reason: "", at: new Date(Date.parse(recoveredAt) + seconds * 1000).toISOString() },
    ];

    expect(conclude(whole, NOW, { joined: after(-30), called: [] }).outcome).toBe("recovered");
    expect(conclude(whole, NOW, { joined: after(0.5), called: [] })).toMatchObject({ outcome: "escalated", event: { urgency: "page" } });
    expect(conclude(whole, NOW, { joined: after(2), called: [] }).summary).toMatch(
      /recovered .* needs a human all the same: rollguard-checkout-errors joined after the last look/,
    );
    expect(conclude(whole, NOW, { joined: after(2), called: [] }).verdicts).toEqual(conclude(whole, NOW).verdicts);
  });

  it("marks a replica count, not the release, when the change was a scale", () => {
    const assessment = anAssessment({ change: aChange({ kind: "scale", toHash: GOOD_HASH, fromReplicas: 3, toReplicas: 2 }) });

    expect(conclude({ ...whole, assessment }, NOW).verdicts).toEqual([{ templateHash: GOOD_HASH, verdict: "bad", replicas: 2 }]);
  });

  it("shows the message of a Lambda error, not its JSON", () => {
    expect(causeText('{"errorType":"PermissionError","errorMessage":"patch is forbidden","trace":[]}')).toBe("patch is forbidden");
    expect(causeText("plain text")).toBe("plain text");
    expect(causeText(undefined)).toBe("no cause given");
  });
});
