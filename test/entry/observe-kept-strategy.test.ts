import { expect, it } from "vitest";
import { observeReleases } from "../../functions/entry/observe-releases/observe-releases.ts";
import { aPodGroup, aWorkloadState } from "../support/builders/index.ts";
import { FakeKeeper } from "../support/fakes/fake-snapshots.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aScene } from "../support/machine/scene.ts";

it("K8S-23 a strategy that would take ready pods away is put back by observe-releases once the rollout is complete, not before", async () => {
  const { status } = aWorkloadState();
  const live = aWorkloadState({
    strategy: { type: "RollingUpdate", maxSurge: "100%", maxUnavailable: "0" },
    pods: [aPodGroup({ templateHash: "earlier" })],
    stamps: { execution: "rg-checkout-1", fence: 4, savedStrategy: '{"type":"Recreate"}' },
  });
  const mended = async (updatedReplicas: number) => {
    const { ports } = aScene({ workload: { ...live, status: { ...status, updatedReplicas } } });
    const answer = await observeReleases({ ...ports, starter: new FakeStarter(), keeper: new FakeKeeper() })({}, { logger: silentLogger });
    return answer.mended.length;
  };

  expect([await mended(0), await mended(status.replicas)]).toEqual([0, 1]);
});
