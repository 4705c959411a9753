import { kubernetesWorkload } from "../../functions/adapters/kubernetes/kubernetes-workload.ts";
import type { Workload } from "../../functions/ports/workload.ts";
import { type RunningCluster, startCluster } from "../../local/cluster/start-cluster.ts";
import { enterLocalEnvironment } from "../../local/emulator/local-environment.ts";
import type { RecoveryPart } from "../bench-result.ts";
import { median, rounded } from "../statistics.ts";
import { DEFAULT_ROLLING_UPDATE, Fleet, type Rollout } from "./fleet.ts";
import { prepareRestore } from "./restore.ts";
import { undo } from "./undo.ts";

const REPLICAS = 30;
const POD_READY_SECONDS = 1;
const POD_TERMINATION_SECONDS = 0.5;
const ROUNDS = 5;

type Way = "ours" | "undoDefault" | "undoSafe";
const WAYS: readonly Way[] = ["ours", "undoDefault", "undoSafe"];
type Samples = Record<Way | "fresh", Rollout[]>;

/** Recovery of a fully rolled-out bad release, three ways and beside a fresh Deployment, on the API server of `kubeconfig` or in the simulator. */
export async function benchRecovery(
  kubeconfig: string | undefined,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<RecoveryPart> {
  const cluster = await startCluster({
    eksPort: 0,
    kubernetesPort: 0,
    kubelet: { readyDelaySeconds: POD_READY_SECONDS, terminationDelaySeconds: POD_TERMINATION_SECONDS },
    ...(kubeconfig && { kubeconfig }),
  });
  // The production adapter asks EKS where the cluster is, and can reach nothing else.
  const leave = enterLocalEnvironment(cluster.eksUrl, { AWS_ENDPOINT_URL_EKS: cluster.eksUrl });
  try {
    const server = await serverName(cluster);
    say(`recovery: ${REPLICAS} replicas on ${server}, ${ROUNDS} rounds`);
    const samples = await sample(cluster, kubernetesWorkload(), say, signal);
    const seconds = (name: keyof Samples) => rounded(median(samples[name].map((rollout) => rollout.seconds)), 2);
    const least = (name: keyof Samples) => Math.min(...samples[name].map(({ minAvailable }) => minAvailable));
    return {
      recovery: {
        replicas: REPLICAS,
        podReadySeconds: POD_READY_SECONDS,
        oursSeconds: seconds("ours"),
        oursMinAvailable: least("ours"),
        freshDeploymentSeconds: seconds("fresh"),
        undoDefaultSeconds: seconds("undoDefault"),
        undoDefaultMinAvailable: least("undoDefault"),
        undoSafeSeconds: seconds("undoSafe"),
        server,
      },
    };
  } finally {
    leave();
    await cluster.stop();
  }
}

/** A fresh Deployment and all three ways in every round, begun with another way each time. */
async function sample(cluster: RunningCluster, workload: Workload, say: (line: string) => void, signal?: AbortSignal): Promise<Samples> {
  const samples: Samples = { fresh: [], ours: [], undoDefault: [], undoSafe: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    signal?.throwIfAborted();
    const fleet = new Fleet(cluster, REPLICAS);
    try {
      samples.fresh.push(await fleet.create());
      const first = round % WAYS.length;
      for (const way of [...WAYS.slice(first), ...WAYS.slice(0, first)]) samples[way].push(await recover(way, fleet, workload, cluster));
    } finally {
      await fleet.remove();
    }
    const figures = (["fresh", ...WAYS] as const).map((name) => `${name} ${samples[name].at(-1)?.seconds.toFixed(2)} s`);
    say(`  round ${round + 1}: ${figures.join(", ")}`);
  }
  return samples;
}

async function recover(way: Way, fleet: Fleet, workload: Workload, { clusterName }: RunningCluster): Promise<Rollout> {
  await fleet.breakRelease(way === "undoSafe" ? { ...DEFAULT_ROLLING_UPDATE, maxUnavailable: 0 } : DEFAULT_ROLLING_UPDATE);
  return fleet.measure(way === "ours" ? await prepareRestore(workload, fleet, clusterName) : () => undo(fleet));
}

async function serverName({ server, client }: RunningCluster): Promise<string> {
  if (server === "simulator") return "simulator";
  const { gitVersion } = await client.get<{ gitVersion?: string }>("/version");
  return gitVersion || "unknown version";
}
