import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import { describe, expect, it } from "vitest";
import { restoreStrategyPatch } from "../../../functions/adapters/kubernetes/deployment-patch.ts";
import { workloadIdentity } from "../../../functions/adapters/kubernetes/workload-identity.ts";
import { ANNOTATIONS } from "../../../functions/domain/workload.ts";

const stamp = { execution: "rg-checkout-2", fence: 8 };

function paused(annotations: Readonly<Record<string, string>>): Deployment {
  return {
    metadata: { uid: "u", resourceVersion: "7", annotations: { ...annotations } },
    spec: {
      paused: true,
      selector: {},
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      template: { spec: { containers: [] } },
    },
  };
}

describe("a Deployment that a killed run has paused without a saved strategy", () => {
  const live = paused({ [ANNOTATIONS.paused]: "rg-checkout-1" });

  it("is known by the annotation of the pause", () => {
    expect(workloadIdentity(live).stamps).toMatchObject({ savedStrategy: null, paused: true });
    expect(workloadIdentity(paused({})).stamps).not.toHaveProperty("paused");
  });

  it("goes on: the pause is ended, and the strategy is not touched", () => {
    const patch = restoreStrategyPatch(live, stamp);

    expect(patch?.reason).toBe("the rollout that was paused goes on");
    expect(patch?.operations).toEqual(
      expect.arrayContaining([
        { op: "remove", path: "/spec/paused" },
        { op: "remove", path: "/metadata/annotations/rollguard.dev~1paused" },
      ]),
    );
    expect(patch?.operations.filter(({ path }) => path.startsWith("/spec/strategy"))).toEqual([]);
  });

  it("stays where somebody else has paused it, or what was saved cannot be read", () => {
    expect(restoreStrategyPatch(paused({}), stamp)).toBeNull();
    expect(restoreStrategyPatch(paused({ [ANNOTATIONS.paused]: "rg", [ANNOTATIONS.savedStrategy]: "no" }), stamp)).toBeNull();
  });
});
