import { describe, expect, it } from "vitest";
import { aBlueprint, anAssessment, aWorkloadState } from "../../support/builders/index.ts";
import { AUTOSCALER, aTraffic, edgesOf, planned, routed, wayThrough, weightsOf, withPolicy } from "./support.ts";

const judged = aBlueprint({ traffic: aTraffic({ perArmSignals: true }) });
const unjudged = aBlueprint({ traffic: aTraffic() });
const scaled = anAssessment({ workload: aWorkloadState({ hpa: "checkout" }) });

describe("gradual with a router", () => {
  const plan = planned("gradual", { blueprint: judged, surroundings: routed(50) });

  it("halves the new version's traffic, watches, lets the judge compare the arms, gives it back in quarters and keeps the release", () => {
    expect(wayThrough(plan)).toEqual([
      ...["halve-traffic", "watch-halved", "analyse-arms", "return-traffic-1", "watch-returned-1", "return-traffic-2", "watch-returned-2"],
      ...["return-traffic-3", "watch-returned-3", "return-traffic-4", "verify-kept"],
    ]);
    expect(
      ["halve-traffic", "return-traffic-1", "return-traffic-2", "return-traffic-3", "return-traffic-4"].map(
        (id) => weightsOf(plan, id)?.["checkout-canary"],
      ),
    ).toEqual([25, 31, 38, 44, 50]);
  });

  it.each(["onFail", "onWorse", "onInconclusive"] as const)("goes to the stable arm and restores, wherever it ends with %s", (edge) => {
    for (const id of ["watch-halved", "analyse-arms", "watch-returned-2", "verify-kept"]) {
      const rest = wayThrough(plan, { [id]: edge });
      const after = rest.slice(rest.indexOf(id) + 1);

      expect(after[0]).toMatch(/^traffic-to-stable/);
      expect(after[1]).toBe("restore-template-1");
      expect(after).toContain("restore-strategy");
    }
  });

  it("begins each way out at the weights that are there then", () => {
    const before = (id: string) => plan.steps.find((step) => step.id === id)?.action;

    expect(before("traffic-to-stable")).toMatchObject({ prior: { "checkout-canary": 25 } });
    expect(before("traffic-to-stable-2")).toMatchObject({ prior: { "checkout-canary": 38 } });
  });

  it("takes all of it away where a shift was never confirmed, from the shares before or after it", () => {
    const toStable = (id: string) => plan.steps.find((step) => step.id === id)?.action;

    expect(wayThrough(plan, { "halve-traffic": "onFail" }).slice(0, 3)).toEqual([
      "halve-traffic",
      "traffic-to-stable",
      "restore-template-1",
    ]);
    expect(toStable("traffic-to-stable")).toMatchObject({ orPriors: [{ "checkout-canary": 50 }, { "checkout-canary": 31 }] });
    expect(wayThrough(plan, { "return-traffic-2": "onFail" })).toContain("traffic-to-stable-1");
    expect(toStable("traffic-to-stable-1")).toMatchObject({ prior: { "checkout-canary": 31 }, orPriors: [{ "checkout-canary": 38 }] });
    expect(toStable("traffic-to-stable-4")).not.toHaveProperty("orPriors");
  });

  it("never gives traffic back without signals of each arm: less load improves anything", () => {
    const never = planned("gradual", { blueprint: unjudged, surroundings: routed(50) });

    expect(wayThrough(never).slice(0, 4)).toEqual(["halve-traffic", "watch-halved", "traffic-to-stable", "restore-template-1"]);
    expect(never.steps.map(({ id }) => id).filter((id) => id.startsWith("return-traffic"))).toEqual([]);
    expect(never.reasons.join("\n")).toContain("traffic is never given back");
  });

  it("watches for as long as the blueprint says", () => {
    const clocks = { ...judged.policy.clocks, gradualWatchSeconds: 5, trafficStepSeconds: 2 };
    const { steps } = planned("gradual", {
      blueprint: withPolicy({ clocks }, { traffic: aTraffic({ perArmSignals: true }) }),
      surroundings: routed(50),
    });
    const seconds = (id: string) => steps.find((step) => step.id === id)?.action;

    expect(seconds("watch-halved")).toMatchObject({ seconds: 5 });
    expect(seconds("watch-returned-1")).toMatchObject({ seconds: 2 });
  });

  it("keeps the new version's pods while they get less, and gives the autoscaler back on every way", () => {
    const held = planned("gradual", { blueprint: judged, surroundings: routed(50, { autoscaler: AUTOSCALER }), assessment: scaled });

    expect(wayThrough(held)[0]).toBe("hold-autoscaler");
    expect(wayThrough(held).at(-1)).toBe("release-autoscaler-kept");
    expect(wayThrough(held, { "watch-halved": "onWorse" })).toContain("release-autoscaler");
    expect(wayThrough(held, { "watch-halved": "onWorse", "restore-template-1": "onFail" })).toContain("release-autoscaler");
  });

  it("goes by the router where the workload is one whose pods cannot share the traffic", () => {
    const assessment = anAssessment({ workload: aWorkloadState({ kind: "StatefulSet" }) });

    expect(planned("gradual", { blueprint: judged, surroundings: routed(50), assessment })).toMatchObject({ strategy: "gradual" });
  });
});

describe("gradual without a router", () => {
  it("pauses with both versions side by side for the watch of the blueprint, and says what that costs", () => {
    const clocks = { ...unjudged.policy.clocks, gradualWatchSeconds: 42 };
    const plan = planned("gradual", { blueprint: withPolicy({ clocks }) });

    expect(plan.steps[0]).toMatchObject({ kind: "pause-at-share", action: { seconds: 42 } });
    expect(plan.reasons.join("\n")).toContain("nearly twice as many");
  });

  it("keeps an autoscaler from taking the old pods away meanwhile; without that it is the plain restore", () => {
    const plan = planned("gradual", { surroundings: { route: null, autoscaler: AUTOSCALER }, assessment: scaled });

    expect(edgesOf(plan)).toEqual([
      "hold-autoscaler pause-at-share-1 restore-template-1",
      "pause-at-share-1 resume-1 resume-1",
      "resume-1 release-autoscaler release-autoscaler",
      "restore-template-1 release-autoscaler release-autoscaler",
      "relax-rollout-1 release-autoscaler release-autoscaler",
      "release-autoscaler restore-strategy restore-strategy",
      "restore-strategy quarantine-replica-set finish",
      "quarantine-replica-set finish finish",
    ]);
    expect(plan.steps[0]?.action).toEqual({ kind: "hold-autoscaler", hpa: "checkout", minReplicas: 3, prior: AUTOSCALER.prior });
  });
});
