import type { PodLogSource } from "../../../local/cluster/api/pod-log.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { inProcessClient } from "../../../local/cluster/in-process-client.ts";
import { startKubelet } from "../../../local/cluster/kubelet.ts";
import { startKubernetesSimulator } from "../../../local/cluster/kubernetes-simulator.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { ensureNamespace } from "../../../local/cluster/seed.ts";
import { type FrozenCluster, freeze } from "./frozen-cluster.ts";

export const NAMESPACE = "shop";

const QUICK = { readyDelaySeconds: 0.02, terminationDelaySeconds: 0.01, crashAfterSeconds: 0.01, backOffSeconds: 0.02 };

/** A cluster with an incident in it. */
export interface Scene {
  /** Before what made it one: a stale read shows this. */
  readonly before: FrozenCluster;
  readonly now: FrozenCluster;
  readonly at: Date;
  readonly podLogs: PodLogSource;
}

/** Lets a simulated cluster with its controllers and kubelets come to a state, and freezes it. `turn` is called between the good and the bad. */
export async function aScene(build: (client: ClusterClient, turn: () => void) => Promise<void>): Promise<Scene> {
  const simulator = startKubernetesSimulator();
  const client = inProcessClient(simulator, { userAgent: "test" });
  const kubelet = await startKubelet(client, QUICK);
  try {
    await ensureNamespace(client, NAMESPACE);
    let before = freeze(simulator.store);
    await build(client, () => {
      before = freeze(simulator.store);
    });
    return { before, now: freeze(simulator.store), at: new Date(), podLogs: kubelet.logs };
  } finally {
    kubelet.stop();
    client.close();
    simulator.stop();
  }
}

/** Objects of a frozen cluster, by the names that a plan would give them. */
export class View {
  readonly #cluster: FrozenCluster;

  constructor(cluster: FrozenCluster) {
    this.#cluster = cluster;
  }

  all<T extends KubernetesObject>(plural: string): readonly T[] {
    return this.#cluster.objects.flatMap(({ type, object }) => (type.plural === plural ? [object as T] : []));
  }

  get<T extends KubernetesObject>(plural: string, name: string): T {
    const found = this.all<T>(plural).find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`the scene has no ${plural} ${name}`);
    return found;
  }
}
