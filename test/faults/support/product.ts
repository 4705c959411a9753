import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { configCopies } from "../../../functions/adapters/config/config-copies.ts";
import { clusterGitops } from "../../../functions/adapters/gitops/cluster-gitops.ts";
import type { ConnectToCluster } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesEvidence } from "../../../functions/adapters/kubernetes/evidence.ts";
import { type KubernetesTransport, kubernetesClient } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { kubernetesWorkload } from "../../../functions/adapters/kubernetes/kubernetes-workload.ts";
import { clusterPreflight } from "../../../functions/adapters/kubernetes/preflight.ts";
import { kubernetesSnapshots } from "../../../functions/adapters/kubernetes/snapshot.ts";
import { clusterTraffic } from "../../../functions/adapters/traffic/cluster-traffic.ts";
import type { MacKey } from "../../../functions/ports/mac-key.ts";

/** Digests Secrets by a key that everybody may know. */
export const MAC_KEY: MacKey = { mac: async (text) => `mac-of-${text}` };

const DAY_MS = 86_400_000;

/** Every adapter that speaks to a cluster, over one connection, as one sandbox of a Lambda has it. */
export function productOver(transport: KubernetesTransport, now: () => Date) {
  const cluster = { name: "demo", endpoint: "https://demo.invalid", certificateAuthority: "" };
  let tokens = 1;
  const client = kubernetesClient({
    cluster,
    transport,
    token: async (renew) => {
      if (renew) tokens += 1;
      return `token-${tokens}`;
    },
  });
  const connect: ConnectToCluster = () => client;
  return {
    workload: kubernetesWorkload(connect, now),
    actions: clusterActions(connect, { macKey: MAC_KEY }),
    gitops: clusterGitops(connect),
    traffic: clusterTraffic(connect),
    evidence: kubernetesEvidence(connect, now),
    preflight: clusterPreflight(connect, { exists: async () => ({ verdict: "present", digest: null, reason: "it is there" }) }, { now }),
    // Copies that nobody needs go when they are a day old.
    copies: configCopies({ connect, macKey: MAC_KEY, now: () => new Date(now().getTime() + 2 * DAY_MS) }),
    snapshots: kubernetesSnapshots({ connect, macKey: MAC_KEY }),
  };
}
export type Product = ReturnType<typeof productOver>;
