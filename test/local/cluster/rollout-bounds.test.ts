import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inProcessClient } from "../../../local/cluster/in-process-client.ts";
import { startKubelet } from "../../../local/cluster/kubelet.ts";
import { startKubernetesSimulator } from "../../../local/cluster/kubernetes-simulator.ts";
import type { Deployment, ReplicaSet } from "../../../local/cluster/objects.ts";
import {
  createDeployment,
  deploymentsPath,
  ensureNamespace,
  replicaSetsPath,
  setImage,
  waitForDeployment,
} from "../../../local/cluster/seed.ts";

interface Bounds {
  readonly leastAvailable: number;
  readonly mostWanted: number;
}

/** Rolls one Deployment from v1 to v2 in a cluster of its own, and notes the extremes on the way. */
async function rollOut(replicas: number, rollingUpdate: { maxSurge: number | string; maxUnavailable: number | string }): Promise<Bounds> {
  const simulator = startKubernetesSimulator();
  const client = inProcessClient(simulator);
  const kubelet = await startKubelet(client, { readyDelaySeconds: 0.002, terminationDelaySeconds: 0.001 });
  await ensureNamespace(client, "shop");
  await createDeployment(client, { namespace: "shop", name: "web", image: "demo/web:v1", replicas, spec: { strategy: { rollingUpdate } } });
  await waitForDeployment(client, "shop", "web");

  const available: number[] = [replicas];
  const wanted: number[] = [replicas];
  const sizes = new Map<string, number>();
  client.watch(deploymentsPath("shop"), ({ object }) => available.push((object as unknown as Deployment).status.availableReplicas ?? 0));
  client.watch(replicaSetsPath("shop"), ({ object }) => {
    const { metadata, spec } = object as unknown as ReplicaSet;
    sizes.set(metadata.uid, spec.replicas);
    wanted.push([...sizes.values()].reduce((sum, size) => sum + size, 0));
  });
  await setImage(client, "shop", "web", "demo/web:v2");
  await waitForDeployment(client, "shop", "web");

  kubelet.stop();
  client.close();
  simulator.stop();
  return { leastAvailable: Math.min(...available), mostWanted: Math.max(...wanted) };
}

describe("a rolling update", () => {
  it("never has fewer available, nor wants more, than its strategy allows, whatever the strategy", async () => {
    const percentages = fc.record({ maxSurge: fc.integer({ min: 0, max: 150 }), maxUnavailable: fc.integer({ min: 0, max: 100 }) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), percentages, async (replicas, { maxSurge, maxUnavailable }) => {
        fc.pre(maxSurge + maxUnavailable > 0);
        const surge = Math.ceil((replicas * maxSurge) / 100);
        const unavailable = Math.floor((replicas * maxUnavailable) / 100);

        const bounds = await rollOut(replicas, { maxSurge: `${maxSurge}%`, maxUnavailable: `${maxUnavailable}%` });

        // both 0 after rounding: one pod at a time may be missing, or nothing could ever move
        expect(bounds.leastAvailable).toBeGreaterThanOrEqual(replicas - (surge + unavailable === 0 ? 1 : unavailable));
        expect(bounds.mostWanted).toBeLessThanOrEqual(replicas + surge);
      }),
      { numRuns: 30 },
    );
  });
});
