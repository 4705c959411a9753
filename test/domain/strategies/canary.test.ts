import { describe, expect, it } from "vitest";
import { aBlueprint, anAssessment, aWorkloadState, GOOD_HASH } from "../../support/builders/index.ts";
import { aTraffic, planned, routed, wayThrough, weightsOf } from "./support.ts";

const byRouter = aBlueprint({ traffic: aTraffic() });
const argo = { phase: "Paused", message: null, aborted: false, stableHash: GOOD_HASH, workloadRef: null, rollbackWindow: null };

describe("canary", () => {
  const plan = planned("canary", { blueprint: byRouter, surroundings: routed(20) });

  it("is stopped, routed around, analysed against the time before, and undone whatever the judge says", () => {
    expect(wayThrough(plan).slice(0, 4)).toEqual(["stop-canary", "traffic-to-stable", "analyse-before", "restore-template-1"]);
    for (const edge of ["onFail", "onWorse", "onInconclusive"] as const)
      expect(wayThrough(plan, { "analyse-before": edge })[3]).toBe("restore-template-1");
    expect(weightsOf(plan, "stop-canary")).toEqual({ "checkout-stable": 100, "checkout-canary": 0 });
  });

  it("has the clocks of its own: one minute, two, thirty", () => {
    expect(plan.steps.slice(0, 3)).toMatchObject([
      { deadlineSeconds: 60 },
      { deadlineSeconds: 120 },
      { action: { kind: "analyse", compare: "before", seconds: 1800 } },
    ]);
  });

  it("is not analysed while it still gets traffic, but undone at once", () => {
    expect(wayThrough(plan, { "stop-canary": "onFail", "traffic-to-stable": "onFail" })[2]).toBe("restore-template-1");
  });

  it("says what was learnt: which version, for how long, with how much of the traffic, and what was red", () => {
    expect(plan.reasons.join("\n")).toMatch(
      /learnt from the canary: demo\/checkout:v2-slow is stopped, \d+ s after it began, traffic 80 % checkout-stable, 20 % checkout-canary, in ALARM: /,
    );
  });

  it("of a Rollout is aborted, once", () => {
    const workload = aWorkloadState({ kind: "Rollout", argo });
    const { steps } = planned("canary", { assessment: anAssessment({ workload }) });

    expect(steps.filter(({ kind }) => kind === "abort-rollout").map(({ id }) => id)).toEqual(["stop-canary"]);
  });

  it("of a Rollout that has a router of its own waits until its controller says so", () => {
    const traffic = aTraffic({ route: { router: "argo-rollouts", name: "checkout", rule: null } });
    const workload = aWorkloadState({ kind: "Rollout", argo });
    const made = planned("canary", {
      blueprint: aBlueprint({ traffic }),
      surroundings: routed(20),
      assessment: anAssessment({ workload }),
    });

    expect(made.steps.slice(0, 2).map(({ kind }) => kind)).toEqual(["abort-rollout", "set-weights"]);
  });

  it.each([
    ["was promoted", { ...argo, stableHash: aWorkloadState().templateHash }],
    ["was aborted by somebody", { ...argo, aborted: true }],
  ])("of a Rollout that %s is none any more", (_name, state) => {
    expect(planned("canary", { assessment: anAssessment({ workload: aWorkloadState({ kind: "Rollout", argo: state }) }) }).strategy).toBe(
      "fast",
    );
  });

  it("of Flagger is stopped by taking its target's template back", () => {
    const traffic = aTraffic({ route: { router: "flagger", name: "checkout", rule: null } });
    const workload = aWorkloadState({ flagger: "target" });
    const made = planned("canary", {
      blueprint: aBlueprint({ traffic }),
      surroundings: routed(20),
      assessment: anAssessment({ workload }),
    });

    expect(made.strategy).toBe("canary");
    expect(made.steps[0]?.kind).toBe("restore-template");
  });

  it("without an earlier release is scaled away after the stable version was judged", () => {
    const away = planned("canary", { blueprint: byRouter, surroundings: routed(20), observations: [] });

    expect(wayThrough(away)).toEqual(["stop-canary", "traffic-to-stable", "analyse-before", "verify-stable", "scale-away"]);
    expect(away.steps.at(-1)?.action).toEqual({ kind: "scale-arm", deployment: "checkout", replicas: 0, prior: 3 });
    expect(away.governance.verdict).toBe("allowed");
  });
});
