import { describe, expect, it, onTestFinished } from "vitest";
import type { RollbackDocument } from "../../functions/domain/rollback-document.ts";
import { KUBELET_MODEL_LABEL } from "../../local/cluster/kubelet/nodes.ts";
import type { ReplicaSet } from "../../local/cluster/objects.ts";
import { replicaSetsPath } from "../../local/cluster/seed.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, cluster } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";
const REPLICA_SETS = 200;
const PODS = 1000;
const AT_ONCE = 20;
const REVISION = "deployment.kubernetes.io/revision";
const MEGABYTE = 1024 * 1024;

/** Scaled-down ReplicaSets of earlier releases, as the controller would have left them. */
async function earlierReleases(service: ServiceScene, count: number): Promise<void> {
  const { client, namespace } = service;
  const { metadata, spec } = await service.live();
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name: metadata.name, uid: metadata.uid, controller: true };
  const post = (number: number) => {
    const labels = { app: "checkout", "pod-template-hash": `earlier${number}` };
    const containers = spec.template.spec.containers.map((container) => ({ ...container, image: `demo/checkout:v0-${number}` }));
    return client.post(replicaSetsPath(namespace), {
      metadata: {
        name: `checkout-earlier${number}`,
        labels,
        annotations: { [REVISION]: String(number + 2) },
        ownerReferences: [{ ...owner, blockOwnerDeletion: true }],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels }, spec: { ...spec.template.spec, containers } },
      },
    });
  };
  for (let from = 0; from < count; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => post(from + i)));
  }
}

/** Counts the pages after the first that Rollguard asks for, from now on. */
function countFurtherPages(): () => number {
  // a delay of nothing changes nothing, but it is counted
  const action = { kind: "delay", milliseconds: 0 } as const;
  const counter = cluster.fault({ method: "GET", path: "continue=", action, times: Number.MAX_SAFE_INTEGER });
  return () => counter.hits;
}

const revisionOf = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[REVISION] ?? 0);

describe("a workload with a long history and many pods", () => {
  it("K8S-39 200 ReplicaSets and 1000 pods: one read with pages, in bounded memory, and the right release found", async () => {
    const service = await aService({ mode: "observe", spec: { revisionHistoryLimit: 1000 } });
    const { client, namespace, blueprint } = service;
    // on a server that outlives the suite nothing of that size is left behind
    onTestFinished(async () => void (await client.delete(`/api/v1/namespaces/${namespace}`)));
    const goodHash = await service.observed();
    await earlierReleases(service, REPLICA_SETS - 2);
    await eventually("the live release has the newest revision", async () =>
      (await service.replicaSets()).some(({ metadata, spec }) => spec.replicas === 3 && metadata.annotations?.[REVISION] === "200"),
    );
    await service.deploy(BAD);
    await service.rolledOut();
    // no Node takes more of them: they stay Pending
    await client.patch(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { [KUBELET_MODEL_LABEL]: null } } });
    await service.scale(PODS);
    await eventually("every pod exists", async () => (await service.pods()).length === PODS, 90);
    const furtherPages = countFurtherPages();
    const heapBefore = process.memoryUsage().heapUsed;

    const state = await service.workload.read(blueprint.target);
    const grown = process.memoryUsage().heapUsed - heapBefore;
    const pages = furtherPages();
    const all = (await service.replicaSets()).sort((a, b) => revisionOf(b) - revisionOf(a));

    expect(all).toHaveLength(REPLICA_SETS);
    expect(state?.replicaSets.map(({ name }) => name)).toEqual(all.slice(0, 20).map(({ metadata }) => metadata.name));
    expect(state?.replicaSets[0]).toMatchObject({ image: BAD, templateHash: state?.templateHash });
    expect(state?.replicaSets[1]).toMatchObject({ image: GOOD, templateHash: goodHash });
    expect(state?.pods).toEqual([expect.objectContaining({ templateHash: state?.templateHash, total: PODS, ready: 3 })]);
    // by pages of 250
    expect(pages).toBe(3);
    expect(grown).toBeLessThan(200 * MEGABYTE);

    service.turnBad(() => false);
    const result = await service.rollBack();

    expect(result.visited.at(-1)).toBe("NothingToDo");
    const planned = result.payloads.map((payload): Partial<RollbackDocument> => JSON.parse(payload)).find(({ plan }) => plan !== undefined);
    const restored = planned?.plan?.steps.find(({ kind }) => kind === "restore-template")?.target?.replicaSet;
    expect(restored).toBe(state?.replicaSets[1]?.name);
    expect((await service.live()).spec.template.spec.containers[0]?.image).toBe(BAD);
  }, 120_000);
});
