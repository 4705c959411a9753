import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { autoscalerPrior } from "../../../functions/adapters/kubernetes/autoscaler-actions.ts";
import type { ClusterAction } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { STAMP, TARGET, to } from "../gitops/support.ts";
import { aTrafficCluster } from "../traffic/support.ts";

const path = (version: string) => `/apis/autoscaling/${version}/namespaces/shop/horizontalpodautoscalers/checkout`;

function anAutoscaler(spec: object = {}, version = "v2") {
  return {
    apiVersion: `autoscaling/${version}`,
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "checkout", namespace: "shop" },
    spec: { minReplicas: 2, maxReplicas: 10, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" }, ...spec },
  };
}

const behavior = { scaleUp: { stabilizationWindowSeconds: 0 }, scaleDown: { stabilizationWindowSeconds: 300 } };

function aCluster(spec: object = {}, version = "v2") {
  const cluster = aTrafficCluster().put(path(version), anAutoscaler(spec, version));
  cluster.groups = { autoscaling: ["v1", version] };
  return cluster;
}

const hold = (live: object, minReplicas = 6): ClusterAction => ({
  kind: "hold-autoscaler",
  hpa: "checkout",
  minReplicas,
  prior: autoscalerPrior(live),
});

describe("an autoscaler", () => {
  it.each<[string, object, string]>([
    ["without settings of its own", {}, "v2"],
    ["with settings of its own", { behavior }, "v2"],
    ["without a minimum", { minReplicas: undefined }, "v2"],
    ["of an older version", { behavior }, "v2beta2"],
  ])("%s is held and released, and then is what it was", async (_name, spec, version) => {
    const cluster = aCluster(spec, version);
    const actions = clusterActions(to(cluster));
    const before = cluster.at<ReturnType<typeof anAutoscaler>>(path(version));
    const held = hold(before);
    const release: ClusterAction = { kind: "release-autoscaler", hpa: "checkout", prior: autoscalerPrior(before) };

    expect(await actions.apply(TARGET, held, STAMP)).toMatchObject({ outcome: "applied" });
    expect(await actions.confirm(TARGET, held, STAMP)).toMatchObject({ verdict: "proven" });
    expect(cluster.at(path(version))).toMatchObject({
      spec: {
        minReplicas: 6,
        maxReplicas: 10,
        behavior: { ...("behavior" in spec ? { scaleUp: behavior.scaleUp } : {}), scaleDown: { selectPolicy: "Disabled" } },
      },
    });
    if (version === "v2") expect(upstreamProblem(cluster.at(path(version)))).toBeNull();
    expect(await actions.apply(TARGET, held, STAMP)).toMatchObject({ outcome: "already-applied" });

    expect(await actions.apply(TARGET, release, STAMP)).toMatchObject({ outcome: "applied" });
    expect(cluster.at<ReturnType<typeof anAutoscaler>>(path(version)).spec).toEqual(before.spec);
    expect(await actions.confirm(TARGET, release, STAMP)).toMatchObject({ verdict: "proven" });
    expect(await actions.apply(TARGET, release, STAMP)).toMatchObject({ outcome: "already-applied" });
    expect(cluster.writes).toHaveLength(2);
  });

  it("that somebody has changed is not held, and one that somebody took over is not released", async () => {
    const cluster = aCluster();
    const actions = clusterActions(to(cluster));
    const prior = autoscalerPrior(anAutoscaler());
    cluster.put(path("v2"), anAutoscaler({ minReplicas: 3 }));

    expect(await actions.apply(TARGET, hold(anAutoscaler()), STAMP)).toMatchObject({ outcome: "superseded" });
    expect(await actions.apply(TARGET, { kind: "release-autoscaler", hpa: "checkout", prior }, STAMP)).toMatchObject({
      outcome: "superseded",
    });
    expect(cluster.writes).toEqual([]);
  });

  it("is not asked for more than it allows, nor where no version knows scale-down policies", async () => {
    const cluster = aCluster();
    const actions = clusterActions(to(cluster));

    expect(await actions.apply(TARGET, hold(anAutoscaler(), 11), STAMP)).toMatchObject({ outcome: "refused" });
    cluster.groups = { autoscaling: ["v1"] };
    expect(await actions.apply(TARGET, hold(anAutoscaler()), STAMP)).toMatchObject({ outcome: "refused" });
  });
});
