import { describe, expect, it } from "vitest";
import { whyNotPutBack } from "../../functions/domain/act-decision.ts";
import { whyKeepStrategy } from "../../functions/domain/kept-strategy.ts";
import { verify } from "../../functions/domain/verify.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import { aPodGroup, aWorkloadState, BAD_HASH, GOOD_HASH } from "../support/builders/index.ts";
import { facts, plan, progress, stable } from "./support/verification-facts.ts";

const saved = (rollingUpdate: object | undefined, type = "RollingUpdate") =>
  JSON.stringify({ type, ...(rollingUpdate ? { rollingUpdate } : {}) });

/** Four bad pods serve, and none of the restored release gets ready. */
function stuck(savedStrategy: string | null, more: Partial<WorkloadState> = {}): WorkloadState {
  return aWorkloadState({
    templateHash: GOOD_HASH,
    replicas: 4,
    strategy: { type: "RollingUpdate", maxSurge: "100%", maxUnavailable: "0" },
    status: { ...aWorkloadState().status, replicas: 8, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 },
    pods: [aPodGroup({ templateHash: BAD_HASH, total: 4, ready: 4 }), aPodGroup({ templateHash: GOOD_HASH, total: 4, ready: 0 })],
    stamps: { execution: "rg", fence: 7, savedStrategy },
    ...more,
  });
}

describe("K8S-23 the author's strategy while the restored release does not start", () => {
  it.each([
    ["a quarter", saved({ maxSurge: "25%", maxUnavailable: "25%" }), "take 1 of 4"],
    ["nothing that is said, which is a quarter", saved(undefined), "take 1 of 4"],
    ["a number", saved({ maxUnavailable: 3 }), "take 3 of 4"],
    ["all at once", saved(undefined, "Recreate"), "take 4 of 4"],
  ])("stays saved where it would take ready pods away: %s", (_what, text, reason) => {
    expect(whyKeepStrategy(stuck(text))).toContain(reason);
    expect(whyNotPutBack(stuck(text))).toMatchObject({ outcome: "refused", reason: expect.stringContaining("by hand") });
  });

  it.each<[string, WorkloadState]>([
    ["nothing is saved", stuck(null)],
    ["it takes no pods away", stuck(saved({ maxSurge: 1, maxUnavailable: 0 }))],
    ["a quarter of them is none", stuck(saved(undefined), { replicas: 3 })],
    [
      "ours takes as many",
      stuck(saved({ maxUnavailable: 1 }), { strategy: { type: "RollingUpdate", maxSurge: "0", maxUnavailable: "1" } }),
    ],
    ["no earlier pod serves", stuck(saved({ maxUnavailable: 1 }), { pods: [aPodGroup({ templateHash: GOOD_HASH, total: 4, ready: 1 })] })],
    ["the rollout is paused: with it, it goes on", stuck(saved({ maxUnavailable: 1 }), { paused: true })],
    ["what is saved is no strategy", stuck("Recreate")],
    [
      "the rollout is complete",
      stuck(saved({ maxUnavailable: 1 }), {
        status: { ...aWorkloadState().status, replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 },
      }),
    ],
  ])("comes back where %s", (_what, live) => {
    expect(whyKeepStrategy(live)).toBeNull();
  });

  it("comes back to a DaemonSet only when no Node would lose its pod, rounded up as its controller does", () => {
    const status = { ...stuck(null).status, updatedReplicas: 2 };

    expect(whyKeepStrategy(stuck(saved({ maxUnavailable: "10%" }), { kind: "DaemonSet", status }))).toContain("take 1 of 4");
    expect(whyKeepStrategy(stuck(saved({ maxUnavailable: "10%" })))).toBeNull();
  });

  it("is told after what the restored release came to, which stays the verdict", () => {
    const stepIndex = plan.steps.findIndex(({ kind }) => kind === "restore-strategy");
    const kept = { ...progress, stepId: "restore-strategy", stepIndex, outcome: "refused" as const, reason: "the saved strategy stays" };
    const before = { ...stable, verdict: "fail" as const, recovery: "not-recovered" as const, reason: "not converged" };

    expect(verify(facts({ progress: kept, previous: before }))).toMatchObject({
      verdict: "fail",
      next: "escalate",
      recovery: "not-recovered",
      reason: "not converged; the saved strategy stays",
    });
  });
});
