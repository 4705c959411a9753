import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import type { ConnectToCluster } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesWorkload } from "../../../functions/adapters/kubernetes/kubernetes-workload.ts";
import type { Blueprint, Target, WorkloadKind } from "../../../functions/domain/blueprint.ts";
import type { ClusterAction, Route, Router } from "../../../functions/domain/cluster-action.ts";
import type { GitopsObject } from "../../../functions/domain/gitops.ts";
import type { RolesOptions } from "../../../functions/domain/rbac.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { createDeployment } from "../../../local/cluster/seed.ts";
import { createDaemonSet, createStatefulSet, daemonSetsPath, statefulSetsPath } from "../../../local/cluster/workload-seed.ts";
import { aBlueprint, aGitopsState } from "../../support/builders/index.ts";
import { type CrdName, customPath, installCrds } from "../../support/cluster/crds/install-crds.ts";
import { eventually } from "./eventually.ts";
import { texts } from "./rbac-deployment.ts";
import { newNamespace } from "./rbac-scene.ts";

const stamp = { execution: "rg-rbac", fence: 1 };
const NAME = "checkout";

/** A service that needs more than a plain Deployment does, made by an administrator. */
export interface RbacCase {
  readonly blueprint: Blueprint;
  readonly options: RolesOptions;
  /** Which of the further resources this case uses. @default all */
  readonly uses?: (resource: string) => boolean;
  /** Everything that needs the further rights: what each says, or why it failed. */
  run(read: ConnectToCluster, write: ConnectToCluster): Promise<string[]>;
}

export type MakeCase = (client: ClusterClient, scene: ConnectToCluster) => Promise<RbacCase>;

async function aService(client: ClusterClient, kind: WorkloadKind): Promise<{ namespace: string; target: Target }> {
  const namespace = await newNamespace(client);
  return { namespace, target: { cluster: "demo", namespace, kind, name: NAME } };
}

/** A StatefulSet or DaemonSet whose bad release is stuck: template back, then pods that nobody replaces. */
export function aSet(kind: "StatefulSet" | "DaemonSet"): MakeCase {
  return async (client, scene) => {
    const { namespace, target } = await aService(client, kind);
    const seed = { namespace, name: NAME, image: `demo/${NAME}:v1`, replicas: 1, spec: { updateStrategy: { type: "OnDelete" } } };
    const create = kind === "StatefulSet" ? createStatefulSet : createDaemonSet;
    const collection = kind === "StatefulSet" ? statefulSetsPath(namespace) : daemonSetsPath(namespace);
    await create(client, seed);
    const state = async () => {
      const read = await kubernetesWorkload(scene).read(target);
      if (read === null) throw new Error(`the ${kind} is gone`);
      return read;
    };
    await eventually("v1 runs", async () => (await state()).status.readyReplicas > 0);
    const path = "/spec/template/spec/containers/0/image";
    await client.patch(`${collection}/${NAME}`, [{ op: "replace", path, value: `demo/${NAME}:v2` }], "json");
    await eventually("there are two revisions", async () => (await state()).replicaSets.length === 2);
    await client.patch(`${collection}/${NAME}`, { metadata: { labels: { touched: "yes" } } });
    return {
      blueprint: aBlueprint({ service: NAME, target }),
      options: {},
      async run(read, write) {
        const { uid, generation, templateHash, replicaSets } = await state();
        const good = replicaSets.find((candidate) => candidate.templateHash !== templateHash) ?? replicaSets[0];
        const to = { replicaSet: good?.name ?? "", templateHash: good?.templateHash ?? "" };
        const restored = await texts({
          read: () => kubernetesWorkload(read).read(target),
          restore: () => kubernetesWorkload(write).apply(target, { kind: "restore-template", ...to, expect: { uid, generation }, stamp }),
        });
        // The pods are of the good revision already, for nobody replaced them: back to the bad one, and they are to be replaced.
        await client.patch(`${collection}/${NAME}`, [{ op: "replace", path, value: `demo/${NAME}:v2` }], "json");
        await eventually("the bad revision is observed", async () => {
          const now = await state();
          return now.observedGeneration === now.generation && now.templateHash === templateHash;
        });
        const replace: ClusterAction = { kind: "replace-pods", pods: "each" };
        return [...restored, ...(await texts({ replace: () => clusterActions(write).apply(target, replace, stamp) }))];
      },
    };
  };
}

/** A Rollout half-way through its steps, with a template of its own or a Deployment's. */
export function aRollout(template: "own" | "workloadRef"): MakeCase {
  return async (client) => {
    const { namespace, target } = await aService(client, "Rollout");
    await installCrds(client, ["rollouts"]);
    const pod = (image: string) => ({ metadata: { labels: { app: NAME } }, spec: { containers: [{ name: "app", image }] } });
    if (template === "workloadRef") await createDeployment(client, { namespace, name: NAME, image: `demo/${NAME}:v2`, replicas: 0 });
    const held =
      template === "own"
        ? { template: pod(`demo/${NAME}:v2`) }
        : { workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: NAME } };
    const rollout = await client.post<KubernetesObject>(customPath("rollouts", namespace), {
      ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: { name: NAME, namespace } },
      spec: { replicas: 1, selector: { matchLabels: { app: NAME } }, strategy: { canary: {} }, ...held },
    });
    await client.patch(`${customPath("rollouts", namespace, NAME)}/status`, { status: { stableRS: "good", currentPodHash: "bad" } });
    const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: NAME, uid: rollout.metadata.uid, controller: true };
    const labels = { app: NAME, "rollouts-pod-template-hash": "good" };
    const good = pod(`demo/${NAME}:v1`);
    await client.post(`/apis/apps/v1/namespaces/${namespace}/replicasets`, {
      ...{ apiVersion: "apps/v1", kind: "ReplicaSet" },
      metadata: { name: `${NAME}-good`, namespace, labels, ownerReferences: [owner] },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { ...good, metadata: { labels } } },
    });
    return {
      blueprint: aBlueprint({ service: NAME, target }),
      options: {},
      uses: (resource) => template === "own" || resource !== "rollouts",
      async run(read, write) {
        const live = await client.get<KubernetesObject>(customPath("rollouts", namespace, NAME));
        const expect = { uid: live.metadata.uid ?? "", generation: live.metadata.generation ?? 0 };
        const to = { replicaSet: `${NAME}-good`, templateHash: "good" };
        return texts({
          read: () => kubernetesWorkload(read).read(target),
          abort: () => clusterActions(write).apply(target, { kind: "abort-rollout", rollout: NAME }, stamp),
          restore: async () => {
            const { generation = 0 } = (await client.get<KubernetesObject>(customPath("rollouts", namespace, NAME))).metadata;
            const deployment =
              template === "own"
                ? generation
                : (await client.get<KubernetesObject>(`/apis/apps/v1/namespaces/${namespace}/deployments/${NAME}`)).metadata.generation;
            return kubernetesWorkload(write).apply(target, {
              kind: "restore-template",
              ...to,
              expect: { ...expect, generation: deployment ?? 0 },
              stamp,
            });
          },
        });
      },
    };
  };
}

/** A Deployment whose traffic goes to two arms, of which the stable one has a ready pod. */
export function aRoutedService(
  router: Router,
  crd: CrdName | null,
  collection: string,
  body: object,
  rules: readonly (string | null)[],
): MakeCase {
  return async (client) => {
    const { namespace, target } = await aService(client, router === "argo-rollouts" ? "Rollout" : "Deployment");
    await createDeployment(client, { namespace, name: NAME, image: `demo/${NAME}:v1`, replicas: 1, labels: { version: "stable" } });
    if (router === "argo-rollouts") await installCrds(client, ["rollouts"]);
    const service = (name: string) => ({
      ...{ apiVersion: "v1", kind: "Service", metadata: { name, namespace } },
      spec: { selector: { app: NAME }, ports: [{ port: 80 }] },
    });
    for (const name of ["stable", "canary"]) await client.post(`/api/v1/namespaces/${namespace}/services`, service(name));
    const behind = async () =>
      client.find<KubernetesObject & { subsets?: { addresses?: unknown[] }[] }>(`/api/v1/namespaces/${namespace}/endpoints/stable`);
    await eventually("a pod is ready behind stable", async () =>
      (await behind())?.subsets?.some(({ addresses = [] }) => addresses.length > 0),
    );
    if (crd !== null) await installCrds(client, [crd]);
    const at = crd === null ? `${collection.replace("NAMESPACE", namespace)}` : customPath(crd, namespace);
    const name = router === "argo-rollouts" ? NAME : "web";
    const { metadata = {}, ...rest } = body as { metadata?: object };
    await client.post(at, { ...rest, metadata: { ...metadata, name, namespace } });
    const routes = rules.map((rule): Route => ({ router, name, rule }));
    const [first] = routes;
    if (first === undefined) throw new Error("a route has at least one rule");
    const prior = router === "service-selector" ? { stable: 0, canary: 100 } : { stable: 20, canary: 80 };
    const traffic = { route: first, stable: "stable", canary: "canary", perArmSignals: false, maintenance: null };
    return {
      blueprint: aBlueprint({ service: NAME, target, traffic }),
      options: {},
      async run(read, write) {
        const said: string[] = [];
        for (const route of routes) {
          const action: ClusterAction = {
            kind: "set-weights",
            route,
            weights: { stable: 100, canary: 0 },
            prior,
          };
          said.push(
            ...(await texts({
              shift: () => clusterActions(write).apply(target, action, stamp),
              confirm: () => clusterActions(read).confirm(target, action, stamp),
            })),
          );
        }
        return said;
      },
    };
  };
}

/** A Deployment that a GitOps controller applies, whose object is in a namespace of its own. */
export function anOwnedService(kind: GitopsObject["kind"], crd: CrdName, spec: object, prior: string): MakeCase {
  return async (client) => {
    const { namespace, target } = await aService(client, "Deployment");
    const home = await newNamespace(client);
    await createDeployment(client, { namespace, name: NAME, image: `demo/${NAME}:v1`, replicas: 0 });
    await installCrds(client, [crd]);
    const path = customPath(crd, home);
    const [, group, version] = /^\/apis\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
    await client.post(path, { apiVersion: `${group}/${version}`, kind, metadata: { name: NAME, namespace: home }, spec });
    const object: GitopsObject = { kind, namespace: home, name: NAME };
    const gitops = aGitopsState({ object, prior });
    return {
      blueprint: aBlueprint({ service: NAME, target }),
      options: { owners: [{ kind, namespace: home }] },
      run: (read, write) =>
        texts({
          hold: () => clusterActions(write).apply(target, { kind: "hold-gitops", gitops }, stamp),
          confirm: () => clusterActions(read).confirm(target, { kind: "hold-gitops", gitops }, stamp),
        }),
    };
  };
}
