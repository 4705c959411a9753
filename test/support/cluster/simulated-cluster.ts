import { onTestFinished } from "vitest";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { inProcessClient } from "../../../local/cluster/in-process-client.ts";
import { type KubeletProps, type RunningKubelet, startKubelet } from "../../../local/cluster/kubelet.ts";
import {
  type KubernetesSimulator,
  type KubernetesSimulatorProps,
  startKubernetesSimulator,
} from "../../../local/cluster/kubernetes-simulator.ts";
import { ensureNamespace } from "../../../local/cluster/seed.ts";

export const NAMESPACE = "shop";

export interface SimulatedCluster {
  readonly simulator: KubernetesSimulator;
  /** All rights, no socket. */
  readonly client: ClusterClient;
  /** undefined when the test wanted none. */
  readonly kubelet: RunningKubelet | undefined;
}

export interface SimulatedClusterProps {
  /** @default pods are ready after 20 ms and gone after 10 ms; false: nobody plays them */
  readonly kubelet?: KubeletProps | false;
  readonly simulator?: KubernetesSimulatorProps;
}

const QUICK: KubeletProps = { readyDelaySeconds: 0.02, terminationDelaySeconds: 0.01, crashAfterSeconds: 0.01, backOffSeconds: 0.02 };

/** A cluster in this process with namespace `shop`; it ends with the test. */
export async function aSimulatedCluster(props: SimulatedClusterProps = {}): Promise<SimulatedCluster> {
  const simulator = startKubernetesSimulator(props.simulator);
  const client = inProcessClient(simulator, { userAgent: "test" });
  const kubelet = props.kubelet === false ? undefined : await startKubelet(client, { ...QUICK, ...props.kubelet });
  if (kubelet) simulator.servePodLogs(kubelet.logs);
  onTestFinished(() => {
    kubelet?.stop();
    client.close();
    simulator.stop();
  });
  await ensureNamespace(client, NAMESPACE);
  return { simulator, client, kubelet };
}
