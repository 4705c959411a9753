import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import { eksConnections } from "../../functions/adapters/kubernetes/eks-connections.ts";
import { createDeployment, deploymentPath, replicaSetsPath, setImage, waitForDeployment } from "../../local/cluster/seed.ts";
import type { RunningCluster } from "../../local/cluster/start-cluster.ts";
import { DEMO_NAMESPACE } from "../../local/scenarios/demo-cluster.ts";

const NAME = "bench-undo";
const REVISION = "deployment.kubernetes.io/revision";

/** The yardstick for the write itself: what one GET, LIST and PATCH cost with the production client, without any pipeline. */
export interface BareUndo {
  /** Milliseconds of one undo, from the first request to the last answer. */
  sample(): Promise<number>;
}

/** Makes a Deployment of its own with two releases; each sample goes back to the other one, as an undo of an undo does. */
export async function bareUndo({ client, clusterName }: RunningCluster): Promise<BareUndo> {
  await createDeployment(client, { namespace: DEMO_NAMESPACE, name: NAME, image: `demo/${NAME}:v1`, readyDelaySeconds: 0 });
  await waitForDeployment(client, DEMO_NAMESPACE, NAME);
  await setImage(client, DEMO_NAMESPACE, NAME, `demo/${NAME}:v2`);
  const kubernetes = eksConnections()({ cluster: clusterName });
  const path = deploymentPath(DEMO_NAMESPACE, NAME);
  return {
    async sample() {
      await waitForDeployment(client, DEMO_NAMESPACE, NAME);
      const started = performance.now();
      const live = await kubernetes.get<Deployment>(path);
      const sets = (await kubernetes.list<ReplicaSet>(replicaSetsPath(DEMO_NAMESPACE), `app=${NAME}`)) ?? [];
      const previous = [...sets].sort((a, b) => revision(b) - revision(a))[1];
      const { "pod-template-hash": _hash, ...labels } = previous?.spec?.template?.metadata?.labels ?? {};
      const template = { ...previous?.spec?.template, metadata: { ...previous?.spec?.template?.metadata, labels } };
      const answer = await kubernetes.patch<Deployment>(path, [
        { op: "test", path: "/metadata/generation", value: live?.metadata?.generation },
        { op: "replace", path: "/spec/template", value: template },
      ]);
      const milliseconds = performance.now() - started;
      if (answer.outcome !== "stored") throw new Error(`the bare undo was not stored: ${answer.outcome}`);
      if (answer.object.metadata?.generation === live?.metadata?.generation) throw new Error("the bare undo changed nothing");
      return milliseconds;
    },
  };
}

function revision({ metadata }: ReplicaSet): number {
  return Number(metadata?.annotations?.[REVISION] ?? 0);
}
