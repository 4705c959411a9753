import { connectCluster } from "./admin-client.ts";
import type { ClusterClient } from "./cluster-client.ts";
import { apiServerBackend } from "./front/api-server-backend.ts";
import type { FaultBook } from "./front/faults.ts";
import { readKubeconfig } from "./front/kubeconfig.ts";
import { simulatorBackend } from "./front/simulator-backend.ts";
import { type FrontProps, startFront } from "./front.ts";
import { inProcessClient } from "./in-process-client.ts";
import { type KubeletProps, startKubelet } from "./kubelet.ts";
import { type KubernetesSimulatorProps, startKubernetesSimulator } from "./kubernetes-simulator.ts";

export type ClusterProps = Omit<FrontProps, "backend" | "clusterName"> & {
  /** @default "demo" */
  readonly clusterName?: string;
  /** A real API server instead of the simulator: the front forwards to it by impersonation. */
  readonly kubeconfig?: string;
  /** Settings of the kubelet model, or false for none (pods stay Pending). */
  readonly kubelet?: KubeletProps | false;
  /** Settings of the simulator. */
  readonly simulator?: KubernetesSimulatorProps;
};

/** A cluster that looks like EKS from outside. */
export interface RunningCluster {
  readonly clusterName: string;
  /** For AWS_ENDPOINT_URL_EKS. */
  readonly eksUrl: string;
  readonly kubernetesUrl: string;
  readonly caPem: string;
  readonly adminToken: string;
  /** What answers: the simulator, or the API server of a kubeconfig. */
  readonly server: "simulator" | "api-server";
  readonly faults: FaultBook;
  /** Client with all rights, through the front. */
  readonly client: ClusterClient;
  /** Ends everything promptly, open watches too. */
  stop(): Promise<void>;
}

/** Starts a cluster (simulator, or a real API server by kubeconfig), its front and the kubelet model. */
export async function startCluster(props: ClusterProps = {}): Promise<RunningCluster> {
  const { kubeconfig, kubelet: kubeletProps, simulator: simulatorProps, ...frontProps } = props;
  const clusterName = props.clusterName ?? "demo";
  const { backend, kubeletClient, simulator } = kubeconfig ? behindFront(kubeconfig) : inProcess(simulatorProps);
  const front = await startFront({ ...frontProps, clusterName, backend });
  const client = connectCluster({ url: front.kubernetesUrl, caPem: front.caPem, token: front.adminToken });
  const stop = async (): Promise<void> => {
    kubelet?.stop();
    client.close();
    kubeletClient.close();
    await front.stop();
  };
  const kubelet =
    kubeletProps === false
      ? undefined
      : await startKubelet(kubeletClient, { logServer: simulator === undefined, ...kubeletProps }).catch(abandon(front.stop));
  if (kubelet) simulator?.servePodLogs(kubelet.logs);
  return {
    clusterName,
    eksUrl: front.eksUrl,
    kubernetesUrl: front.kubernetesUrl,
    caPem: front.caPem,
    adminToken: front.adminToken,
    server: kubeconfig ? "api-server" : "simulator",
    faults: front.faults,
    client,
    stop,
  };
}

function inProcess(props: KubernetesSimulatorProps | undefined) {
  const simulator = startKubernetesSimulator(props);
  return { simulator, backend: simulatorBackend(simulator), kubeletClient: inProcessClient(simulator, { userAgent: "kubelet-model" }) };
}

function behindFront(kubeconfig: string) {
  const connection = readKubeconfig(kubeconfig);
  return { simulator: undefined, backend: apiServerBackend(connection), kubeletClient: connectCluster(connection, "kubelet-model") };
}

/** Ends what already runs, then fails as it was going to. */
function abandon(stop: () => Promise<void>): (error: unknown) => Promise<never> {
  return async (error) => {
    await stop();
    throw error;
  };
}
