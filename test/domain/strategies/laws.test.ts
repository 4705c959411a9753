import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FINISH } from "../../../functions/domain/plan/chain.ts";
import { edgesOf, longestSeconds } from "../../../functions/domain/plan/plan-length.ts";
import { RUN_SECONDS } from "../../../functions/domain/plan/step-clocks.ts";
import { isRestoring } from "../../../functions/domain/plan-steps.ts";
import { possibleSteps } from "../../../functions/domain/rbac.ts";
import { rightsOfSteps, writeRules } from "../../../functions/domain/rbac-steps.ts";
import { type PlanStep, PlanStepSchema } from "../../../functions/domain/rollback-document.ts";
import { blueprintOf, planOf, type Situation, situations } from "./situations.ts";

/** Every way from the first step to the end; in plans of this size there are few enough, since edges are walked, not steps. */
function everyWay(steps: readonly PlanStep[], visit: (way: readonly PlanStep[]) => void): void {
  const byId = new Map(steps.map((step) => [step.id, step]));
  let left = 3000;
  const walk = (id: string, way: readonly PlanStep[]): void => {
    const step = byId.get(id);
    if (left <= 0) return;
    if (step === undefined) {
      left -= 1;
      visit(way);
      return;
    }
    for (const label of new Set([step.onPass, step.onFail, step.onWorse ?? step.onFail, step.onInconclusive ?? step.onFail]))
      walk(label, [...way, step]);
  };
  walk(steps[0]?.id ?? FINISH, []);
}

const check = (law: (plan: ReturnType<typeof planOf>, situation: Situation) => void) =>
  fc.assert(
    fc.property(situations, (situation) => law(planOf(situation), situation)),
    { numRuns: 150 },
  );

describe("whatever the strategy, the workload, the router and the policy", () => {
  it("a plan has steps, its ids are unique, every label is a step or the end, and nothing leads in a circle", () => {
    check(({ steps }) => {
      const ids = steps.map(({ id }) => id);
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(ids.length);
      for (const step of steps) {
        PlanStepSchema.parse(step);
        for (const label of edgesOf(step)) expect(ids).toContain(label);
      }
      expect(() => longestSeconds(steps)).not.toThrow();
    });
  });

  it("every step can be reached, but for those that verification itself looks for", () => {
    check(({ steps }) => {
      const reached = new Set([steps[0]?.id, ...steps.flatMap(edgesOf)]);
      const alone = steps.filter(({ id }) => !reached.has(id));
      const sharing = steps.some(({ kind }) => kind === "pause-at-share");
      // without room the rollout goes on relaxed; a refused pause goes to the plain restore of the same template
      for (const { kind } of alone)
        expect(sharing ? ["relax-rollout", "restore-template", "hold-autoscaler"] : ["relax-rollout"]).toContain(kind);
    });
  });

  it("every way that writes a template ends with the workload's own strategy back", () => {
    check(({ steps }) => {
      everyWay(steps, (way) => {
        const wrote = way.findLastIndex(({ kind }) => kind === "restore-template" || kind === "pause-at-share" || kind === "resume");
        if (wrote >= 0) expect(way.slice(wrote).map(({ kind }) => kind)).toContain("restore-strategy");
      });
    });
  });

  it("an autoscaler that is held is given back on every way", () => {
    check(({ steps }) => {
      everyWay(steps, (way) => {
        const held = way.findIndex(({ kind }) => kind === "hold-autoscaler");
        if (held >= 0) expect(way.slice(held).map(({ kind }) => kind)).toContain("release-autoscaler");
      });
    });
  });

  it("weights are whole, add up to 100, and begin where the step before left them", () => {
    check(({ steps }) => {
      for (const { action } of steps) {
        if (action?.kind !== "set-weights") continue;
        for (const shares of [action.weights, action.prior]) {
          expect(Object.values(shares).every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
          expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBe(100);
        }
      }
    });
  });

  it("a maintenance is lifted only behind a step that judges a release and passes", () => {
    check(({ steps }) => {
      everyWay(steps, (way) => {
        const lift = way.findIndex(({ action }) => action?.kind === "maintenance" && action.set === "lift");
        if (lift < 0) return;
        const passed = way.slice(0, lift).some((step, index) => isRestoring(step) && step.onPass === way[index + 1]?.id);
        expect(passed).toBe(true);
      });
    });
  });

  it("every watch before a restore leads to one at once where it gets worse", () => {
    check(({ steps }) => {
      const first = steps.findIndex((step) => step.kind === "restore-template" || step.kind === "restore-config");
      const kindOf = (id: string | undefined) => steps.find((step) => step.id === id);
      for (const step of steps.slice(0, Math.max(0, first))) {
        if (step.kind !== "watch" && step.kind !== "analyse") continue;
        const next = kindOf(step.onWorse);
        const then = next?.kind === "set-weights" ? kindOf(next.onPass) : next;
        expect(then === undefined || then.kind === "watch").toBe(false);
      }
    });
  });

  it("clocks are positive, a pause is at most a minute, and the longest way fits into a run", () => {
    check(({ steps }, situation) => {
      for (const { deadlineSeconds, bakeSeconds } of steps) {
        expect(deadlineSeconds).toBeGreaterThan(0);
        expect(bakeSeconds).toBeGreaterThanOrEqual(0);
        expect(bakeSeconds).toBeLessThanOrEqual(60);
      }
      expect(longestSeconds(steps), JSON.stringify(situation)).toBeLessThanOrEqual(RUN_SECONDS);
    });
  });

  it("the Roles that are printed for the blueprint allow every step", () => {
    check(({ steps }, situation) => {
      const blueprint = blueprintOf(situation);
      const given = possibleSteps(blueprint, []).flatMap((step) => writeRules(blueprint.target, step));
      const needed = rightsOfSteps(blueprint.target, steps);
      const lacking = needed.filter(
        ({ apiGroup, resource, verb, name }) =>
          !given.some(
            (rule) =>
              rule.apiGroup === apiGroup &&
              rule.resource === resource &&
              rule.verb === verb &&
              (rule.name === undefined || rule.name === name),
          ),
      );

      expect(lacking).toEqual([]);
    });
  });
});
