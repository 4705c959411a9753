import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import type { KubernetesObject } from "../../local/cluster/objects.ts";
import { deploymentPath } from "../../local/cluster/seed.ts";
import type { RunningCluster } from "../../local/cluster/start-cluster.ts";
import { customPath } from "../support/cluster/crds/install-crds.ts";
import { aRollout, type RbacCase } from "./support/rbac-cases.ts";
import { connectionAs, startStrictCluster } from "./support/rbac-scene.ts";

const NAME = "checkout";
const GOOD = `demo/${NAME}:v1`;
const BAD = `demo/${NAME}:v2`;

interface Holder extends KubernetesObject {
  readonly spec: {
    readonly template?: { readonly metadata: object; readonly spec: { readonly containers: readonly { image: string }[] } };
  };
  readonly status?: { readonly abort?: boolean; readonly promoteFull?: boolean };
}

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startStrictCluster();
}, 60_000);
afterAll(() => cluster?.stop());

const scene = () => connectionAs(cluster, "scene");
const rolloutOf = ({ blueprint }: RbacCase) => cluster.client.get<Holder>(customPath("rollouts", blueprint.target.namespace, NAME));
const imageOf = ({ spec }: Holder) => spec.template?.spec.containers[0]?.image;

describe("an Argo Rollout half-way through its steps", () => {
  it("K8S-34 does not take an abort through its main resource, though that answers 200", async () => {
    const rollout = await aRollout("own")(cluster.client, scene());
    const path = customPath("rollouts", rollout.blueprint.target.namespace, NAME);

    const answer = await cluster.client.transport.send({
      ...{ method: "PATCH", path, contentType: "application/merge-patch+json" },
      body: { status: { abort: true } },
    });

    expect(answer.code).toBe(200);
    expect((await rolloutOf(rollout)).status?.abort).toBeUndefined();
  });

  it("K8S-34 is aborted through its status, and gets the template of its stable ReplicaSet back", async () => {
    const rollout = await aRollout("own")(cluster.client, scene());
    expect(imageOf(await rolloutOf(rollout))).toBe(BAD);

    const said = await rollout.run(scene(), scene());
    const live = await rolloutOf(rollout);

    expect(said.filter((text) => /"outcome":"applied"/.test(text))).toHaveLength(2);
    expect(live.status).toMatchObject({ abort: true, stableRS: "good" });
    expect(imageOf(live)).toBe(GOOD);
    expect(JSON.stringify(live.spec.template?.metadata)).not.toContain("rollouts-pod-template-hash");
  });

  it("K8S-34 whose template a Deployment holds is aborted, and the Deployment's template is restored", async () => {
    const rollout = await aRollout("workloadRef")(cluster.client, scene());

    await rollout.run(scene(), scene());
    const live = await rolloutOf(rollout);
    const deployment = await cluster.client.get<Holder>(deploymentPath(rollout.blueprint.target.namespace, NAME));

    expect(live.status?.abort).toBe(true);
    expect(live.spec.template).toBeUndefined();
    expect(imageOf(deployment)).toBe(GOOD);
  });
});

describe("an Argo Rollout that was promoted", () => {
  const action = { kind: "promote-rollout", rollout: NAME, templateHash: "good" } as const;
  const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 1 };

  it("K8S-34 is promoted fully through its status, once its controller has taken up the restored template", async () => {
    const rollout = await aRollout("own")(cluster.client, scene());
    const { target } = rollout.blueprint;
    const path = customPath("rollouts", target.namespace, NAME);
    const controller = (status: object) => cluster.client.patch(`${path}/status`, { status });
    const promote = () => clusterActions(scene()).apply(target, action, stamp);
    await controller({ stableRS: "bad", currentPodHash: "bad" });

    const early = await promote();
    await controller({ currentPodHash: "good", currentStepIndex: 0, phase: "Paused" });
    const done = await promote();
    const live = await rolloutOf(rollout);
    const again = await promote();

    expect([early.outcome, done.outcome, again.outcome]).toEqual(["already-applied", "applied", "already-applied"]);
    expect(early.reason).toContain("its controller has taken up bad, not good");
    expect(live.status).toMatchObject({ promoteFull: true, stableRS: "bad", currentPodHash: "good", currentStepIndex: 0, phase: "Paused" });
    expect((await rolloutOf(rollout)).metadata.resourceVersion).toBe(live.metadata.resourceVersion);
  });

  it("K8S-34 does not take a promotion through its main resource, though that answers 200", async () => {
    const rollout = await aRollout("own")(cluster.client, scene());
    const path = customPath("rollouts", rollout.blueprint.target.namespace, NAME);

    const answer = await cluster.client.transport.send({
      ...{ method: "PATCH", path, contentType: "application/merge-patch+json" },
      body: { status: { promoteFull: true } },
    });

    expect(answer.code).toBe(200);
    expect((await rolloutOf(rollout)).status?.promoteFull).toBeUndefined();
  });
});
