import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll } from "vitest";
import { parseAllDocuments } from "yaml";
import { kubernetesWorkload } from "../../../functions/adapters/kubernetes/kubernetes-workload.ts";
import type { Target } from "../../../functions/domain/blueprint.ts";
import type { WorkloadWrite } from "../../../functions/domain/workload.ts";
import type { Workload } from "../../../functions/ports/workload.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { Fault, FaultSpec } from "../../../local/cluster/front/faults.ts";
import { type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";

export interface TheCluster {
  readonly client: ClusterClient;
  /** The production adapter: signed DescribeCluster, EKS token, HTTPS with the cluster's CA. */
  readonly workload: Workload;
  fault(spec: FaultSpec): Fault;
  /** Gives Rollguard's groups the shipped Role in a namespace; the simulator knows the groups itself. */
  enrol(namespace: string): Promise<void>;
}

const ENVIRONMENT = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
const RBAC_PATHS: Readonly<Record<string, string>> = { Role: "roles", RoleBinding: "rolebindings" };

/** The cluster of a suite: the API server that KUBECONFIG names behind the front, else the simulator. Everything goes over HTTPS, as to EKS. */
export function theCluster(): TheCluster {
  let running: RunningCluster | undefined;
  let workload: Workload | undefined;
  const saved = { ...process.env };
  const started = (): RunningCluster => {
    if (running === undefined) throw new Error("the cluster runs only while tests do");
    return running;
  };
  const adapter = (): Workload => {
    if (workload === undefined) throw new Error("the cluster runs only while tests do");
    return workload;
  };

  beforeAll(async () => {
    const kubeconfig = process.env.KUBECONFIG;
    running = await startCluster({
      eksPort: 0,
      kubernetesPort: 0,
      kubelet: { readyDelaySeconds: 0.3, terminationDelaySeconds: 0.2 },
      ...(kubeconfig ? { kubeconfig } : {}),
    });
    Object.assign(process.env, ENVIRONMENT, { AWS_ENDPOINT_URL_EKS: running.eksUrl });
    workload = kubernetesWorkload();
  }, 60_000);

  afterEach(() => running?.faults.clear());

  afterAll(async () => {
    await running?.stop();
    process.env = saved;
  });

  return {
    get client() {
      return started().client;
    },
    workload: {
      read: (target: Target) => adapter().read(target),
      apply: (target: Target, write: WorkloadWrite) => adapter().apply(target, write),
    },
    fault: (spec) => started().faults.add(spec),
    async enrol(namespace) {
      const { client, server } = started();
      if (server === "simulator") return;
      const manifest = readFileSync(new URL("../../../infra/kubernetes/rbac.yaml", import.meta.url), "utf8").replaceAll(
        "ENROLLED_NAMESPACE",
        namespace,
      );
      for (const document of parseAllDocuments(manifest)) {
        const object = document.toJS() as { kind: string };
        await client.post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/${RBAC_PATHS[object.kind]}`, object);
      }
    },
  };
}
