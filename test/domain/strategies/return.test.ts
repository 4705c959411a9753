import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between } from "../../../functions/domain/plan/route-facts.ts";
import { aBlueprint, anAssessment, aRelease, releaseParts } from "../../support/builders/index.ts";
import { aTraffic, planned, routed, wayThrough, weightsOf } from "./support.ts";

const { verification } = aBlueprint();
const blueprint = aBlueprint({
  traffic: aTraffic(),
  verification: { ...verification, phases: { ...verification.phases, performance: { seconds: 300 } } },
});

/** The good release was live while the canary backend had `canary` percent. */
function recorded(canary: number, owner: string | null = null) {
  const route = { route: aTraffic().route, weights: { "checkout-stable": 100 - canary, "checkout-canary": canary }, owner };
  return [aRelease({ parts: releaseParts({ routes: [route] }) })];
}

describe("the traffic after a restore", () => {
  it("goes back to the good release's weights in quarters, after its checks and before its phases", () => {
    const plan = planned("immediate", { blueprint, surroundings: routed(40), releases: recorded(40) });

    expect(wayThrough(plan).slice(0, 10)).toEqual([
      ...["traffic-to-stable", "restore-template-1"],
      ...["return-weights-1-1", "watch-weights-1-1", "return-weights-1-2", "watch-weights-1-2", "return-weights-1-3", "watch-weights-1-3"],
      ...["return-weights-1-4", "verify-performance-1"],
    ]);
    expect([1, 2, 3, 4].map((stage) => weightsOf(plan, `return-weights-1-${stage}`)?.["checkout-canary"])).toEqual([10, 20, 30, 40]);
  });

  it("is taken away again before the next release is tried, at the shares that it has then", () => {
    const plan = planned("immediate", { blueprint, surroundings: routed(40), releases: recorded(40) });
    const out = (turns: Parameters<typeof wayThrough>[1]) => {
      const way = wayThrough(plan, turns);
      return way.slice(way.findIndex((id) => id.startsWith("protect-again")));
    };

    expect(out({ "watch-weights-1-2": "onWorse" })).toEqual(["protect-again-1-2", "restore-strategy", "quarantine-replica-set"]);
    expect(out({ "verify-performance-1": "onFail" })[0]).toBe("protect-again-1-4");
    expect(plan.steps.find(({ id }) => id === "protect-again-1-4")?.action).toMatchObject({
      prior: { "checkout-canary": 40 },
      weights: { "checkout-canary": 0 },
    });
  });

  it("leads on to the phases where a step was refused: what could not be done stays as it is", () => {
    const plan = planned("immediate", { blueprint, surroundings: routed(40), releases: recorded(40) });

    expect(wayThrough(plan, { "return-weights-1-2": "onFail" })).toContain("verify-performance-1");
  });

  it("goes back where the change had moved it, also with a strategy that has not touched it", () => {
    const plan = planned("fast", { blueprint, surroundings: routed(100), releases: recorded(0) });

    expect(weightsOf(plan, "return-weights-1-4")).toEqual({ "checkout-stable": 100, "checkout-canary": 0 });
  });

  it("goes back in one step where it is all or nothing", () => {
    const traffic = aTraffic({ route: { router: "service-selector", name: "checkout", rule: "version" }, stable: "blue", canary: "green" });
    const route = { route: traffic.route, weights: { green: 100 }, owner: null };
    const releases = [aRelease({ parts: releaseParts({ routes: [route] }) })];
    const surroundings = { route: { shares: { green: 100 }, owner: null, prior: '"green"' }, autoscaler: null };
    const plan = planned("immediate", { blueprint: aBlueprint({ traffic }), surroundings, releases });

    expect(wayThrough(plan).slice(0, 3)).toEqual(["traffic-to-stable", "restore-template-1", "return-weights-1-1"]);
    expect(weightsOf(plan, "return-weights-1-1")).toEqual({ blue: 0, green: 100 });
  });

  it.each([
    ["nobody knows the good release's weights", "immediate", routed(40), []],
    ["they are what they were", "fast", routed(40), recorded(40)],
    ["a controller had set them", "immediate", routed(40), recorded(40, "Flagger")],
    ["the canary stays undone", "canary", routed(40), recorded(0)],
  ] as const)("stays where it is where %s", (_name, strategy, surroundings, releases) => {
    const plan = planned(strategy, { blueprint, surroundings, releases, assessment: anAssessment() });

    expect(plan.steps.filter(({ id }) => id.startsWith("return-weights"))).toEqual([]);
  });
});

describe("shares between two others", () => {
  it("add up to 100, never leave the way and end where they are meant to", () => {
    const share = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(share, share, fc.constantFrom(0, 0.25, 0.5, 0.75, 1), (a, b, part) => {
        const [from, to] = [
          { stable: 100 - a, canary: a },
          { stable: 100 - b, canary: b },
        ];
        const shares = between(from, to, part);

        expect((shares.stable ?? 0) + (shares.canary ?? 0)).toBe(100);
        expect(shares.canary).toBeGreaterThanOrEqual(Math.min(a, b));
        expect(shares.canary).toBeLessThanOrEqual(Math.max(a, b));
        if (part === 1) expect(shares).toEqual(to);
      }),
    );
  });
});
