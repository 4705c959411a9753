import { describe, expect, it } from "vitest";
import type { Check } from "../../../functions/domain/blueprint.ts";
import type { PlanStep } from "../../../functions/domain/rollback-document.ts";
import { verify } from "../../../functions/domain/verify.ts";
import { aBlueprint, anAssessment, aWorkloadState } from "../../support/builders/index.ts";
import { healthy, lookAt, WATCH } from "../support/phase-facts.ts";
import { AUTOSCALER, aTraffic, planned, routed, wayThrough, withPolicy } from "./support.ts";

const { verification, policy } = aBlueprint();
const smoke: Check = { type: "script", name: "smoke", job: "smoke", timeoutSeconds: 60, critical: true, rollbackTrigger: false };
const hooks = { ...policy.hooks, confirm: [{ name: "orders", run: { kind: "job" as const, job: "orders" }, timeoutSeconds: 60 }] };
const blueprint = withPolicy(
  { hooks },
  {
    traffic: aTraffic({ perArmSignals: true }),
    verification: {
      ...verification,
      checks: [...verification.checks, smoke],
      phases: { ...verification.phases, performance: { seconds: 300 }, business: { seconds: 900 } },
    },
  },
);
const plan = planned("gradual", { blueprint, surroundings: routed(50) });
const PROOF = ["check-smoke-kept", "verify-performance-kept", "verify-business-kept", "hook-confirm-orders-kept"];

describe("a new release that got its traffic back", () => {
  it("is kept only after its Jobs, its phases and the hooks that confirm", () => {
    const way = wayThrough(plan);

    expect(way.slice(way.indexOf("verify-kept"))).toEqual(["verify-kept", ...PROOF]);
  });

  it.each(PROOF.flatMap((id) => (["onFail", "onWorse", "onInconclusive"] as const).map((edge) => [id, edge] as const)))(
    "is restored where %s ends with %s, from the shares that are there then",
    (id, edge) => {
      const way = wayThrough(plan, { [id]: edge });

      expect(way.slice(way.indexOf(id) + 1, way.indexOf(id) + 3)).toEqual(["traffic-to-stable-4", "restore-template-1"]);
      expect(way.at(-1)).toBe("quarantine-replica-set");
    },
  );

  it("gives the autoscaler back after that", () => {
    const surroundings = routed(50, { autoscaler: AUTOSCALER });
    const assessment = anAssessment({ workload: aWorkloadState({ hpa: "checkout" }) });

    expect(wayThrough(planned("gradual", { blueprint, surroundings, assessment })).slice(-2)).toEqual([
      "hook-confirm-orders-kept",
      "release-autoscaler-kept",
    ]);
  });

  it("is asked by Jobs of its own: the restored release has others", () => {
    const jobs = plan.steps.flatMap(({ action }) => (action?.kind === "run-check" ? [JSON.stringify([action.job, action.params])] : []));

    expect(jobs).toHaveLength(4);
    expect(new Set(jobs).size).toBe(4);
  });

  it("counts as no recovery any more where nobody can tell: the restore has to prove its own", () => {
    const watch: PlanStep = { ...WATCH, id: "verify-performance-kept", onInconclusive: "restore-template-2" };
    const readings = [{ signal: "latency_p95", value: null }];
    const look = verify(lookAt(watch, 121, { readings, previous: { ...healthy, restoringStepId: "verify-kept" } }));

    expect(look).toMatchObject({ verdict: "inconclusive", nextStepId: "restore-template-2", recovery: "undecided", recoveredAt: null });
    expect(look.unjudged).toBeUndefined();
  });
});
