import { describe, expect, it } from "vitest";
import type { PlanStep, Verification } from "../../functions/domain/rollback-document.ts";
import { verify } from "../../functions/domain/verify.ts";
import { aProgress } from "../support/builders/index.ts";
import { at, facts, good, plan, restored, stable } from "./support/verification-facts.ts";

const common = {
  target: null,
  replicas: null,
  onPass: "restore-template-1",
  onFail: "restore-template-1",
  bakeSeconds: 1,
  deadlineSeconds: 10,
};
const route = { router: "gateway-api", name: "checkout", rule: null } as const;
const act = (id: string, action: NonNullable<PlanStep["action"]>, more: Partial<PlanStep> = {}): PlanStep => ({
  ...common,
  id,
  kind: action.kind,
  action,
  ...more,
});
const hold = act("hold-autoscaler", { kind: "hold-autoscaler", hpa: "checkout", minReplicas: 3, prior: "{}" });
const away = act("traffic-to-stable", {
  kind: "set-weights",
  route,
  weights: { stable: 100, canary: 0 },
  prior: { stable: 50, canary: 50 },
});
const release = act(
  "release-autoscaler",
  { kind: "release-autoscaler", hpa: "checkout", prior: "{}" },
  { onPass: "restore-strategy", onFail: "restore-strategy" },
);
const [first, ...rest] = plan.steps as [PlanStep, ...PlanStep[]];
const whole = { ...plan, steps: [hold, away, first, release, ...rest] };
const foreign = { ...restored, templateHash: "v3", image: "demo/checkout:v3" };

function look(
  id: string,
  previous: Verification | null,
  more: Parameters<typeof facts>[0] = {},
  outcome: "applied" | "refused" = "applied",
) {
  const stepIndex = whole.steps.findIndex((step) => step.id === id);
  return verify(
    facts({
      plan: whole,
      progress: aProgress({ stepId: id, stepIndex, outcome, reason: "said so", appliedAt: at(0), deadlineAt: at(700) }),
      confirmation: { verdict: "proven", reason: `${id} holds` },
      previous,
      ...more,
    }),
  );
}

/** The autoscaler is held and the traffic is away. */
const protectedBefore = look(away.id, look(hold.id, null));

describe("somebody deploys over what this run restored", () => {
  const given = look(first.id, protectedBefore, { workload: foreign });

  it("gives the held autoscaler back first, then the strategy, and the reason stays the first that people read", () => {
    const released = look(release.id, given, { workload: foreign });
    const noneSaved = { ...foreign, stamps: { ...foreign.stamps, savedStrategy: null } };
    const end = look("restore-strategy", released, { workload: noneSaved });

    expect(given).toMatchObject({ next: "next-step", nextStepId: release.id, recovery: "undecided", pinned: "checkout" });
    expect(released).toMatchObject({ verdict: "inconclusive", nextStepId: "restore-strategy", pinned: null });
    expect(end).toMatchObject({ verdict: "inconclusive", next: "escalate", recovery: "undecided" });
    expect(end.reason).toBe(
      `${given.reason}; release-autoscaler holds; as this run has left it: traffic of checkout: 100 % stable, 0 % canary`,
    );
  });

  it("takes nothing back of a recovery that was proven before, and a person looks", () => {
    const released = look(release.id, { ...given, recovery: "recovered", unjudged: ["performance"] }, { workload: foreign });

    expect(released).toMatchObject({ recovery: "recovered", next: "next-step", verdict: "inconclusive" });
  });
});

describe("what a run leaves changed", () => {
  it("is said where the write was refused, with nothing to give back but the autoscaler", () => {
    expect(look(first.id, protectedBefore, { workload: null }, "refused")).toMatchObject({ next: "next-step", nextStepId: release.id });
  });

  it("is said where the run has to stop at once", () => {
    const { reason, next } = look(first.id, { ...protectedBefore, held: true }, { leaseRenewed: false });

    expect(next).toBe("escalate");
    expect(reason).toContain(
      "as this run has left it: traffic of checkout: 100 % stable, 0 % canary, HorizontalPodAutoscaler checkout is held, the GitOps controller is held",
    );
  });

  it("is not said after a proven recovery, nor where nothing was changed", () => {
    const { reason } = look(first.id, { ...protectedBefore, ...stable, recovery: "recovered" }, { readings: good });

    expect(reason).not.toContain("as this run has left it");
    expect(look(first.id, null, { leaseRenewed: false }).reason).not.toContain("as this run has left it");
  });

  it("forgets what a step was refused to change", () => {
    expect(look(hold.id, null, {}, "refused")).not.toHaveProperty("pinned");
  });
});
