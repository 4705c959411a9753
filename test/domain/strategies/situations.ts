import fc from "fast-check";
import type { Blueprint, Check, Severity } from "../../../functions/domain/blueprint.ts";
import { SEVERITIES } from "../../../functions/domain/blueprint.ts";
import type { Router } from "../../../functions/domain/cluster-action.ts";
import { STRATEGIES } from "../../../functions/domain/rollback-document.ts";
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
export const situations = fc.record({
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
export type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

const script: Check = { type: "script", name: "smoke", job: "smoke", timeoutSeconds: 120, critical: true, rollbackTrigger: true };
const hook = (name: string) => ({ name, run: { kind: "job" as const, job: name }, timeoutSeconds: 60 });

/** The blueprint of a situation. */
export function blueprintOf({ router, perArmSignals, maintenance, phases, scripts, hooks, kind }: Situation): Blueprint {
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

/** The plan of a situation. */
export function planOf(situation: Situation) {
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
  const workload = aWorkloadState({
    kind,
    replicaSets,
    hpa: hpa && kind !== "DaemonSet" ? "checkout" : null,
    ...(kind === "Rollout" ? { argo } : {}),
  });
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
