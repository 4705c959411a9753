import { afterAll, beforeAll } from "vitest";
import { connectCluster } from "../../../local/cluster/admin-client.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { readKubeconfig } from "../../../local/cluster/front/kubeconfig.ts";
import { inProcessClient } from "../../../local/cluster/in-process-client.ts";
import { type RunningKubelet, startKubelet } from "../../../local/cluster/kubelet.ts";
import { type KubernetesSimulator, startKubernetesSimulator } from "../../../local/cluster/kubernetes-simulator.ts";
import { ensureNamespace } from "../../../local/cluster/seed.ts";

/** A cluster for a whole suite, with a namespace of its own. */
export interface EitherCluster {
  readonly client: ClusterClient;
  readonly kubelet: RunningKubelet;
  readonly server: "simulator" | "api-server";
  readonly namespace: string;
}

/** The API server that KUBECONFIG names, else the simulator: the controllers of both must do the same. The kubelet model plays the pods. */
export function eitherCluster(prefix: string): EitherCluster {
  const kubeconfig = process.env.KUBECONFIG;
  const namespace = `${prefix}-${Date.now().toString(36)}`;
  let client: ClusterClient | undefined;
  let kubelet: RunningKubelet | undefined;
  let simulator: KubernetesSimulator | undefined;

  beforeAll(async () => {
    if (kubeconfig) {
      client = connectCluster(readKubeconfig(kubeconfig));
    } else {
      simulator = startKubernetesSimulator();
      client = inProcessClient(simulator);
    }
    kubelet = await startKubelet(client, {
      readyDelaySeconds: 0.3,
      terminationDelaySeconds: 0.1,
      crashAfterSeconds: 0.05,
      backOffSeconds: 0.1,
      logServer: simulator === undefined,
    });
    simulator?.servePodLogs(kubelet.logs);
    await ensureNamespace(client, namespace);
  });

  afterAll(async () => {
    await client?.delete(`/api/v1/namespaces/${namespace}`);
    kubelet?.stop();
    client?.close();
    simulator?.stop();
  });

  return {
    namespace,
    server: kubeconfig ? "api-server" : "simulator",
    get kubelet() {
      if (!kubelet) throw new Error("the kubelet model runs only while tests do");
      return kubelet;
    },
    get client() {
      if (!client) throw new Error("the cluster runs only while tests do");
      return client;
    },
  };
}
