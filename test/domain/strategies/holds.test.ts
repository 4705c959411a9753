import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import { type PlanStep, STRATEGIES } from "../../../functions/domain/rollback-document.ts";
import { aBlueprint, anAssessment, aReleaseObservation, aWorkloadState, GOOD_HASH } from "../../support/builders/index.ts";
import { AUTOSCALER, aTraffic, planned, routed } from "./support.ts";

const plans = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  guard: fc.boolean(),
  hpa: fc.boolean(),
  routed: fc.boolean(),
  replicas: fc.integer({ min: 1, max: 6 }),
});

function planOf({ strategy, guard, hpa, routed: isRouted, replicas }: typeof plans extends fc.Arbitrary<infer T> ? T : never) {
  const base = aBlueprint();
  const blueprint: Blueprint = { ...base, traffic: isRouted ? aTraffic() : null, restore: { ...base.restore, fieldManagerGuard: guard } };
  return planned(strategy, {
    blueprint,
    assessment: anAssessment({ workload: aWorkloadState({ replicas, hpa: hpa ? AUTOSCALER.hpa : null }) }),
    observations: [aReleaseObservation({ templateHash: GOOD_HASH })],
    surroundings: { ...routed(50, { autoscaler: hpa ? AUTOSCALER : null }), ...(isRouted ? {} : { route: null }) },
  });
}

/** Every way on which the step itself passes, from the step after it to the end. */
function waysAfter(steps: readonly PlanStep[], step: PlanStep): readonly (readonly PlanStep[])[] {
  const next = steps.find(({ id }) => id === step.onPass);
  if (next === undefined) return [[]];
  const walk = (at: PlanStep): readonly (readonly PlanStep[])[] =>
    [...new Set([at.onPass, at.onFail, at.onWorse ?? at.onFail, at.onInconclusive ?? at.onFail])].flatMap((label) => {
      const after = steps.find(({ id }) => id === label);
      return after === undefined ? [[at]] : walk(after).map((way) => [at, ...way]);
    });
  return walk(next);
}

/** What a step holds, and the kinds of which one must come on every way after it. */
const RELEASED_BY: Readonly<Partial<Record<PlanStep["kind"], readonly PlanStep["kind"][]>>> = {
  "hold-autoscaler": ["release-autoscaler"],
  // putting the author's strategy back ends our pause too
  "pause-at-share": ["resume", "restore-template", "restore-strategy"],
  "restore-template": ["restore-strategy"],
};

describe("what a plan holds for its own time", () => {
  it.each(Object.entries(RELEASED_BY))("%s is given back on every way by one of %s", (kind, by) => {
    let seen = 0;
    fc.assert(
      fc.property(plans, (situation) => {
        const { steps } = planOf(situation);
        for (const step of steps.filter((one) => one.kind === kind)) {
          seen += 1;
          for (const way of waysAfter(steps, step))
            expect(
              way.some((later) => by?.includes(later.kind)),
              way.map(({ id }) => id).join(),
            ).toBe(true);
        }
      }),
      { numRuns: 100 },
    );

    expect(seen).toBeGreaterThan(0);
  });

  it("the fields that guard a restore are given up once it was proven, and never kept without one", () => {
    fc.assert(
      fc.property(plans, (situation) => {
        const { steps } = planOf(situation);
        const guards = steps.filter(({ kind }) => kind === "release-guard");
        const restores = steps.filter(({ kind }) => kind === "restore-template");

        expect(guards.length > 0).toBe(situation.guard && restores.length > 0);
      }),
      { numRuns: 100 },
    );
  });
});
