import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { configCopies } from "../../../functions/adapters/config/config-copies.ts";
import type { ConnectToCluster } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesEvidence } from "../../../functions/adapters/kubernetes/evidence.ts";
import { kubernetesWorkload } from "../../../functions/adapters/kubernetes/kubernetes-workload.ts";
import { clusterPreflight } from "../../../functions/adapters/kubernetes/preflight.ts";
import { kubernetesSnapshots } from "../../../functions/adapters/kubernetes/snapshot.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import type { ClusterAction } from "../../../functions/domain/cluster-action.ts";
import { preflight } from "../../../functions/domain/preflight-checks.ts";
import { possibleSteps } from "../../../functions/domain/rbac.ts";
import { writeRules } from "../../../functions/domain/rbac-steps.ts";
import type { WorkloadState } from "../../../functions/domain/workload.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { createDeployment, setImage } from "../../../local/cluster/seed.ts";
import { aBlueprint } from "../../support/builders/index.ts";
import { eventually } from "./eventually.ts";
import { newNamespace } from "./rbac-scene.ts";

export const SERVICE = "checkout";
const SERVICE_ACCOUNT = "checkout";
const OLD = { mode: "old" };
const NEW = { mode: "new" };
const COPY = "rollguard-snap-settings-1";
const NO_REGISTRY = { verdict: "not-checked", digest: null, reason: "no registry" } as const;

/** A bad release of a Deployment that crashes, with everything around it that Rollguard reads or writes. */
export interface BadRelease {
  readonly client: ClusterClient;
  readonly blueprint: Blueprint;
  /** As a member of every group sees it. */
  state(): Promise<WorkloadState>;
}

/** Everything is made by an administrator; `connect` has all rights. */
export async function aBadRelease(client: ClusterClient, connect: ConnectToCluster): Promise<BadRelease> {
  const namespace = await newNamespace(client);
  const blueprint = aBlueprint({ service: SERVICE, target: { cluster: "demo", namespace, kind: "Deployment", name: SERVICE } });
  await around(client, namespace);
  const container = { name: "app", image: `demo/${SERVICE}:v1`, envFrom: [{ configMapRef: { name: "settings" } }] };
  const template = { metadata: { labels: { app: SERVICE } }, spec: { containers: [container] } };
  await createDeployment(client, { namespace, name: SERVICE, image: container.image, replicas: 1, spec: { template } });
  const state = async () => {
    const read = await kubernetesWorkload(connect).read(blueprint.target);
    if (read === null) throw new Error("the Deployment is gone");
    return read;
  };
  await eventually("v1 runs", async () => (await state()).status.availableReplicas === 1);
  await setImage(client, namespace, SERVICE, `demo/${SERVICE}:v2-crash`);
  await eventually("v2 crashes", async () => (await state()).pods.some(({ failing }) => failing > 0));
  return { client, blueprint, state };
}

async function around(client: ClusterClient, namespace: string): Promise<void> {
  const core = `/api/v1/namespaces/${namespace}`;
  const configMap = (name: string, data: object) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data });
  const metadata = (name: string) => ({ name, namespace });
  await client.post(`${core}/configmaps`, configMap("settings", NEW));
  await client.post(`${core}/configmaps`, configMap(COPY, OLD));
  await client.post(`/apis/autoscaling/v1/namespaces/${namespace}/horizontalpodautoscalers`, {
    ...{ apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler", metadata: metadata("other") },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "other" }, minReplicas: 1, maxReplicas: 3 },
  });
  await client.post(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`, {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
    metadata: { ...metadata("shop"), annotations: { "alb.ingress.kubernetes.io/target-type": "ip" } },
    spec: { ingressClassName: "alb", defaultBackend: { service: { name: SERVICE, port: { number: 80 } } } },
  });
  // What an earlier release needs; only a preflight reads it.
  await client.post(`/apis/apps/v1/namespaces/${namespace}/replicasets`, {
    ...{ apiVersion: "apps/v1", kind: "ReplicaSet", metadata: metadata("earlier") },
    spec: {
      ...{ replicas: 0, selector: { matchLabels: { app: "earlier" } } },
      template: {
        metadata: { labels: { app: "earlier" } },
        spec: {
          containers: [{ name: "app", image: "demo/earlier:v1", envFrom: [{ configMapRef: { name: "settings" } }] }],
          serviceAccountName: SERVICE_ACCOUNT,
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
        },
      },
    },
  });
}

const stamp = { execution: "rg-rbac", fence: 1 };

/** Everything that functions which only look do, one after the other; what each says, or why it failed. */
export function lookingTexts(release: BadRelease, connect: ConnectToCluster, state: WorkloadState): Promise<string[]> {
  const { blueprint } = release;
  const { target } = blueprint;
  const actions = clusterActions(connect);
  const bad = revisionOf(state, state.templateHash);
  const confirmed = (action: ClusterAction) => () => actions.confirm(target, action, stamp);
  return texts({
    assess: () => kubernetesWorkload(connect).read(target),
    evidence: () => kubernetesEvidence(connect).collect({ target, workload: state, since: new Date(0), depth: "quick" }),
    "snapshot of many services": () => kubernetesSnapshots({ connect }).pass("lists").take(blueprint, state),
    "snapshot of one service": () =>
      kubernetesSnapshots({ connect })
        .pass("single")
        .take({ ...blueprint }, state),
    preflight: async () => {
      const rights = possibleSteps(blueprint, []).flatMap((step) => writeRules(target, step));
      const candidates = [{ templateHash: "earlier", revisionName: "earlier", kept: false }];
      const reader = clusterPreflight(connect, { exists: async () => NO_REGISTRY }, { deadlineMilliseconds: 5000 });
      return preflight(await reader.look({ target, workload: state, candidates, rights, secrets: false })).checks;
    },
    "confirm a mark": confirmed({ kind: "quarantine-replica-set", replicaSet: bad.name, uid: bad.uid }),
    "confirm an autoscaler": confirmed(AUTOSCALER),
    "confirm configuration": confirmed(CONFIG),
  });
}

/** Everything that ExecuteStep does for a Deployment, one after the other; what each says, or why it failed. */
export async function writingTexts(release: BadRelease, connect: ConnectToCluster): Promise<string[]> {
  const { blueprint, client } = release;
  const { target } = blueprint;
  const workload = kubernetesWorkload(connect);
  const actions = clusterActions(connect);
  const state = await release.state();
  const bad = revisionOf(state, state.templateHash);
  const good = state.replicaSets.find(({ name }) => name !== bad.name) ?? bad;
  const { uid } = state;
  const acted = (action: ClusterAction) => () => actions.apply(target, action, stamp);
  return texts({
    "restore template": async () => {
      const { generation } = state;
      const to = { replicaSet: good.name, templateHash: good.templateHash };
      return workload.apply(target, { kind: "restore-template", ...to, expect: { uid, generation, replicaSet: bad.name }, stamp });
    },
    "restore strategy": () => workload.apply(target, { kind: "restore-strategy", expect: { uid }, stamp }),
    mark: acted({ kind: "quarantine-replica-set", replicaSet: bad.name, uid: bad.uid }),
    "restore scale": async () => {
      const { generation } = await release.state();
      return workload.apply(target, { kind: "restore-scale", replicas: 2, expect: { uid, generation }, stamp });
    },
    share: async () => {
      await setImage(client, target.namespace, SERVICE, `demo/${SERVICE}:v2-crash`);
      await eventually("v2 is live again", async () => (await release.state()).templateHash === bad.templateHash);
      return acted({ kind: "pause-at-share", templateHash: good.templateHash, replicaSet: good.name, replicas: 1, seconds: 1 })();
    },
    "go on": acted({ kind: "resume", to: "restored", templateHash: good.templateHash, replicaSet: good.name }),
    autoscaler: acted(AUTOSCALER),
    configuration: acted(CONFIG),
  });
}

/** What `keep-config` does: copies, and removes copies that nobody needs. */
export async function keepingTexts({ client, blueprint }: BadRelease, connect: ConnectToCluster): Promise<string[]> {
  const { target } = blueprint;
  // Copies that nobody needs go when they are a day old.
  const copies = configCopies({ connect, now: () => new Date(Date.now() + 2 * 86_400_000) });
  const spare = ["a", "b", "c", "d"].map((name) => ({
    ...{ apiVersion: "v1", kind: "ConfigMap", data: { name } },
    metadata: {
      ...{ name: `spare-${name}`, namespace: target.namespace, labels: { "rollguard.dev/service": SERVICE } },
      annotations: { "rollguard.dev/copy-of": "settings" },
    },
  }));
  for (const body of spare) {
    const path = `/api/v1/namespaces/${target.namespace}/configmaps`;
    if (!(await client.find(`${path}/${body.metadata.name}`))) await client.post(path, body);
  }
  return texts({
    copy: () => copies.copy(target, SERVICE, { kind: "ConfigMap", name: "settings", dataHash: dataHashOf({ data: NEW }) }),
    prune: () => copies.prune(target, SERVICE, ["ConfigMap"], []),
  });
}

const AUTOSCALER: ClusterAction = {
  kind: "restore-autoscaler",
  hpa: "other",
  minReplicas: 2,
  maxReplicas: 4,
  prior: JSON.stringify({ minReplicas: 1, maxReplicas: 3 }),
};
const CONFIG: ClusterAction = {
  kind: "restore-config",
  configs: [
    {
      ...{ kind: "ConfigMap", name: "settings", immutable: false, copy: COPY },
      ...{ dataHash: dataHashOf({ data: OLD }), fromHash: dataHashOf({ data: NEW }) },
    },
  ],
  restart: false,
};

/** Runs each use case; its answer or its error as `<name>: <text>`. */
export async function texts(useCases: Readonly<Record<string, () => Promise<unknown>>>): Promise<string[]> {
  const said: string[] = [];
  for (const [name, run] of Object.entries(useCases)) {
    try {
      // Quotes inside a text are escaped once more, where a rule is looked for.
      said.push(`${name}: ${JSON.stringify((await run()) ?? null).replaceAll('\\"', '"')}`);
    } catch (error) {
      said.push(`${name}: ${(error as Error).message}`);
    }
  }
  return said;
}

function revisionOf(state: WorkloadState, templateHash: string | null) {
  const found = state.replicaSets.find((candidate) => candidate.templateHash === templateHash);
  if (found === undefined) throw new Error(`no revision has template ${templateHash}`);
  return found;
}
