import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import type { ClusterAction } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { aWorkload, STAMP, TARGET, to, WORKLOAD_PATH } from "../gitops/support.ts";
import type { ObjectCluster } from "../kubernetes/support/object-cluster.ts";
import { aTrafficCluster, putPod } from "./support.ts";

const protect: ClusterAction = { kind: "protect-pods", templateHash: "bad", label: "traffic", value: "off" };
const selector = { app: "web", traffic: "on" };

interface Options {
  readonly services?: Readonly<Record<string, object>>;
  readonly workloadSelector?: object;
  readonly good?: number;
}

function aCluster({ services = { web: selector }, workloadSelector = { app: "web" }, good = 2 }: Options = {}): ObjectCluster {
  const cluster = aTrafficCluster({});
  cluster.put(WORKLOAD_PATH, { ...aWorkload(), spec: { replicas: 4, selector: { matchLabels: workloadSelector } } });
  for (const [name, labels] of Object.entries(services))
    cluster.put(`/api/v1/namespaces/shop/services/${name}`, { spec: { selector: labels } });
  for (const index of [0, 1]) putPod(cluster, `bad-${index}`, { ...selector, "pod-template-hash": "bad" });
  for (let index = 0; index < good; index++) putPod(cluster, `good-${index}`, { ...selector, "pod-template-hash": "good" });
  return cluster;
}

function follow(cluster: ObjectCluster, ...pods: string[]): void {
  cluster.put("/api/v1/namespaces/shop/endpoints/web", { subsets: [{ addresses: pods.map((name) => ({ targetRef: { name } })) }] });
}

const apply = (cluster: ObjectCluster, stamp = STAMP) => clusterActions(to(cluster)).apply(TARGET, protect, stamp);
const proof = (cluster: ObjectCluster) => clusterActions(to(cluster)).confirm(TARGET, protect, STAMP);

describe("bad pods", () => {
  it("leave their Service by a label and stay for the diagnosis", async () => {
    const cluster = aCluster();
    follow(cluster, "bad-0", "bad-1", "good-0");

    expect(await proof(cluster)).toMatchObject({ verdict: "not-yet" });
    expect(await apply(cluster)).toMatchObject({ outcome: "applied", reason: "2 pods of template bad out of Service web (traffic=off)" });

    const labels = ["bad-0", "bad-1", "good-0"].map((name) => {
      const pod = cluster.at<{ metadata: { labels: Record<string, string> } }>(`/api/v1/namespaces/shop/pods/${name}`);
      expect(upstreamProblem(pod)).toBeNull();
      return pod.metadata.labels;
    });
    expect(labels).toEqual([
      { app: "web", traffic: "off", "pod-template-hash": "bad" },
      { app: "web", traffic: "off", "pod-template-hash": "bad" },
      { app: "web", traffic: "on", "pod-template-hash": "good" },
    ]);
    expect(cluster.writes.map(({ body }) => body)).toContainEqual({ metadata: { uid: "uid-bad-0", labels: { traffic: "off" } } });
  });

  it("are proven to be out when the endpoints have followed", async () => {
    const cluster = aCluster();
    await apply(cluster);

    follow(cluster, "bad-1", "good-0");
    expect(await proof(cluster)).toMatchObject({ verdict: "not-yet", reason: "1 of them are still behind Service web" });
    follow(cluster, "good-0");
    expect(await proof(cluster)).toMatchObject({ verdict: "proven" });
    expect(await apply(cluster)).toMatchObject({ outcome: "already-applied" });
  });

  it.each<[string, Options, RegExp]>([
    ["no Service looks at the label", { services: { web: { app: "web" } } }, /no Service selects the pods by label/],
    [
      "another Service does not look at the label",
      { services: { web: selector, all: { app: "web" } } },
      /Service all selects the pods without looking/,
    ],
    ["the Service selects that very value", { services: { web: { app: "web", traffic: "off" } } }, /would not take them out/],
    ["the workload selects by the label", { workloadSelector: { app: "web", traffic: "on" } }, /the pods would be replaced/],
    ["nobody else would be left to serve", { good: 0 }, /no ready pod of another template/],
  ])("are left alone when %s", async (_name, options, reason) => {
    const cluster = aCluster(options);

    const answer = await apply(cluster);

    expect(answer).toMatchObject({ outcome: "refused" });
    expect(answer.reason).toMatch(reason);
    expect(cluster.writes).toEqual([]);
  });

  it("are left alone by a run that was overtaken", async () => {
    const cluster = aCluster();
    cluster.put(WORKLOAD_PATH, aWorkload(8));

    expect(await apply(cluster)).toMatchObject({ outcome: "superseded" });
  });
});
