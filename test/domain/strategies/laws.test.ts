import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Blueprint, Check, Severity } from "../../../functions/domain/blueprint.ts";
import { SEVERITIES } from "../../../functions/domain/blueprint.ts";
import type { Router } from "../../../functions/domain/cluster-action.ts";
import { FINISH } from "../../../functions/domain/plan/chain.ts";
import { edgesOf, longestSeconds } from "../../../functions/domain/plan/plan-length.ts";
import { RUN_SECONDS } from "../../../functions/domain/plan/step-clocks.ts";
import { isRestoring } from "../../../functions/domain/plan-steps.ts";
import { type PlanStep, PlanStepSchema, STRATEGIES } from "../../../functions/domain/rollback-document.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  anAssessment,
  aRelease,
  aReleaseObservation,
  aReplicaSet,
  aWorkloadState,
  GOOD_HASH,
  releaseParts,
} from "../../support/builders/index.ts";
import { AUTOSCALER, aTraffic, planned } from "./support.ts";

/** Everything that a plan is made of, as far as it changes its shape. */
const situations = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  severity: fc.constantFrom<Severity>(...SEVERITIES),
  kind: fc.constantFrom("Deployment", "StatefulSet", "DaemonSet", "Rollout" as const),
  router: fc.option(fc.constantFrom<Router>("gateway-api", "alb-ingress", "istio", "service-selector", "argo-rollouts", "flagger")),
  canary: fc.integer({ min: 0, max: 100 }),
  recorded: fc.option(fc.integer({ min: 0, max: 100 })),
  perArmSignals: fc.boolean(),
  maintenance: fc.boolean(),
  hpa: fc.boolean(),
  releases: fc.integer({ min: 1, max: 4 }),
  phases: fc.boolean(),
  scripts: fc.boolean(),
  hooks: fc.boolean(),
  midway: fc.boolean(),
});
type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

const script: Check = { type: "script", name: "smoke", job: "smoke", timeoutSeconds: 120, critical: true, rollbackTrigger: true };
const hook = (name: string) => ({ name, run: { kind: "job" as const, job: name }, timeoutSeconds: 60 });

function blueprintOf({ router, perArmSignals, maintenance, phases, scripts, hooks, kind }: Situation): Blueprint {
  const base = aBlueprint();
  const { verification, policy } = base;
  const rule = router === "service-selector" ? "version" : null;
  const watched = phases ? { performance: { seconds: 300 }, business: { seconds: 900 } } : {};
  const traffic =
    router === null
      ? null
      : aTraffic({ route: { router, name: "checkout", rule }, perArmSignals, maintenance: maintenance ? { backend: "page" } : null });
  return aBlueprint({
    traffic,
    target: { ...base.target, kind },
    verification: {
      ...verification,
      phases: { ...verification.phases, ...watched },
      checks: [...verification.checks, ...(scripts ? [script] : [])],
    },
    policy: { ...policy, hooks: hooks ? { pre: [hook("drain")], confirm: [hook("orders")], post: [hook("notify")] } : policy.hooks },
  });
}

function planOf(situation: Situation) {
  const { strategy, severity, kind, router, canary, recorded, hpa, releases, midway } = situation;
  const blueprint = blueprintOf(situation);
  const hashes = Array.from({ length: releases }, (_, index) => (index === 0 ? GOOD_HASH : `older${index}`));
  const replicaSets = [
    aReplicaSet({ revision: 9 }),
    ...hashes.map((templateHash, index) => aGoodReplicaSet({ templateHash, name: `checkout-${templateHash}`, revision: 8 - index })),
  ];
  const argo = {
    phase: "Paused",
    message: null,
    aborted: false,
    stableHash: midway ? GOOD_HASH : null,
    workloadRef: null,
    rollbackWindow: null,
  };
  const workload = aWorkloadState({ kind, replicaSets, hpa: hpa ? "checkout" : null, ...(kind === "Rollout" ? { argo } : {}) });
  const shares: Record<string, number> =
    router === "service-selector" ? { "checkout-canary": 100 } : { "checkout-stable": 100 - canary, "checkout-canary": canary };
  const weights = recorded === null ? null : { "checkout-stable": 100 - recorded, "checkout-canary": recorded };
  const routes = weights === null || blueprint.traffic === null ? [] : [{ route: blueprint.traffic.route, weights, owner: null }];
  return planned(strategy, {
    blueprint,
    assessment: anAssessment({ workload, severity }),
    observations: hashes.map((templateHash) => aReleaseObservation({ templateHash })),
    releases: [aRelease({ parts: releaseParts({ routes }) })],
    surroundings: { route: router === null ? null : { shares, owner: null, prior: "[]" }, autoscaler: hpa ? AUTOSCALER : null },
  });
}

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
});
