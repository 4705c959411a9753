import { describe, expect, it } from "vitest";
import { aBlueprint, aGitopsState, anAssessment, aRelease, aWorkloadState, releaseParts } from "../../support/builders/index.ts";
import { aTraffic, edgesOf, planned, routed, wayThrough, weightsOf } from "./support.ts";

const critical = anAssessment({ severity: "critical" });
const byRouter = aBlueprint({ traffic: aTraffic() });
const kinds = (plan: ReturnType<typeof planned>) => plan.steps.map(({ kind }) => kind);

describe("immediate", () => {
  it("writes the template first where no router is named", () => {
    expect(planned("immediate").steps[0]).toMatchObject({ kind: "restore-template" });
  });

  it("takes the new version's traffic away in one call before it writes the template, and a refusal costs nothing but that call", () => {
    const plan = planned("immediate", { blueprint: byRouter, surroundings: routed(40) });

    expect(edgesOf(plan)[0]).toBe("traffic-to-stable restore-template-1 restore-template-1");
    expect(weightsOf(plan, "traffic-to-stable")).toEqual({ "checkout-stable": 100, "checkout-canary": 0 });
    expect(plan.steps[0]).toMatchObject({
      bakeSeconds: 1,
      deadlineSeconds: 10,
      action: { prior: { "checkout-stable": 60, "checkout-canary": 40 } },
    });
  });

  it("holds a GitOps controller after the users are safe", () => {
    const assessment = anAssessment({ severity: "critical", workload: aWorkloadState({ owner: { kind: "argo-cd", ref: "checkout" } }) });
    const plan = planned("immediate", { blueprint: byRouter, surroundings: routed(40), assessment, gitops: aGitopsState() });

    expect(wayThrough(plan).slice(0, 3)).toEqual(["traffic-to-stable", "hold-gitops", "restore-template-1"]);
  });

  it.each([
    ["the new version gets none", byRouter, routed(0)],
    ["the route could not be read", byRouter, { route: { problem: "not allowed" }, autoscaler: null }],
    ["Flagger moves it", aBlueprint({ traffic: aTraffic({ route: { router: "flagger", name: "checkout", rule: null } }) }), routed(40)],
  ])("leaves the traffic alone where %s", (_name, blueprint, surroundings) => {
    expect(kinds(planned("immediate", { blueprint, surroundings }))).not.toContain("set-weights");
  });

  it("switches a Service over to the stable version where its selector is the router", () => {
    const traffic = aTraffic({ route: { router: "service-selector", name: "checkout", rule: "version" }, stable: "blue", canary: "green" });
    const surroundings = { route: { shares: { green: 100 }, owner: null, prior: '"green"' }, autoscaler: null };

    expect(weightsOf(planned("immediate", { blueprint: aBlueprint({ traffic }), surroundings }), "traffic-to-stable")).toEqual({
      blue: 100,
      green: 0,
    });
  });
});

describe("maintenance", () => {
  const blueprint = aBlueprint({ traffic: aTraffic({ maintenance: { backend: "page" } }) });
  const plan = planned("immediate", { blueprint, surroundings: routed(40), assessment: critical });

  it("is switched on first, and where that is refused the traffic goes to the stable arm", () => {
    expect(edgesOf(plan).slice(0, 2)).toEqual([
      "maintenance-on restore-template-1 traffic-to-stable",
      "traffic-to-stable restore-template-1 restore-template-1",
    ]);
    expect(plan.steps[0]?.action).toMatchObject({ kind: "maintenance", set: "on", backend: "page", prior: '[{"name":"checkout-stable"}]' });
  });

  it("is lifted in steps after the release has passed its checks, and a step that is refused leads to the last one", () => {
    const way = wayThrough(plan);

    expect(way.slice(1, -2)).toEqual([
      "restore-template-1",
      ...[
        "lift-part-1-1",
        "watch-lift-1-1",
        "lift-part-1-2",
        "watch-lift-1-2",
        "lift-part-1-3",
        "watch-lift-1-3",
        "lift-maintenance-1",
        "verify-lifted-1",
      ],
    ]);
    expect(weightsOf(plan, "lift-part-1-2")).toEqual({ page: 50, "checkout-stable": 30, "checkout-canary": 20 });
    expect(wayThrough(plan, { "lift-part-1-1": "onFail" })).toContain("lift-maintenance-1");
  });

  it("that is refused leaves the traffic on the stable arm, and from there it comes back to weights that are known to be good", () => {
    const route = { route: aTraffic().route, weights: { "checkout-stable": 60, "checkout-canary": 40 }, owner: null };
    const releases = [aRelease({ parts: releaseParts({ routes: [route] }) })];
    const known = planned("immediate", { blueprint, surroundings: routed(40), assessment: critical, releases });
    const refused = { "maintenance-on": "onFail", "lift-part-1-1": "onFail", "lift-maintenance-1": "onFail" } as const;

    expect(wayThrough(known, refused).slice(0, 7)).toEqual([
      ...["maintenance-on", "traffic-to-stable", "restore-template-1", "lift-part-1-1", "lift-maintenance-1"],
      ...["return-refused-1", "verify-lifted-1"],
    ]);
    expect(known.steps.find(({ id }) => id === "return-refused-1")?.action).toMatchObject({
      prior: { "checkout-stable": 100, "checkout-canary": 0 },
      weights: { "checkout-stable": 60, "checkout-canary": 40 },
    });
    expect(wayThrough(known)).not.toContain("return-refused-1");
    expect(wayThrough(plan, refused)).not.toContain("return-refused-1");
    expect(plan.reasons.join()).toContain("where the maintenance page is refused, what is shifted stays on checkout-stable");
  });

  it("is not lifted by a release that did not help", () => {
    expect(wayThrough(plan, { "restore-template-1": "onFail" }).filter((id) => id.startsWith("lift"))).toEqual([]);
  });

  it.each([
    ["the incident is not critical", { assessment: anAssessment({ severity: "high" }) }, "immediate"],
    ["the strategy is not immediate", { assessment: critical }, "fast"],
  ] as const)("stays off where %s", (_name, overrides, strategy) => {
    expect(kinds(planned(strategy, { blueprint, surroundings: routed(40), ...overrides }))).not.toContain("maintenance");
  });
});
