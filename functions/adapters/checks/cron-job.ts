import type { CronJob } from "kubernetes-types/batch/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";

/** In the order of preference; v1beta1 is what a server before 1.21 has, in the fields that are used here the same. */
const VERSIONS = ["batch/v1", "batch/v1beta1"] as const;

interface ResourceList {
  readonly resources?: readonly { readonly name?: string }[];
}

/** A CronJob and the version that this server has it in. */
export interface FoundCronJob {
  readonly cronJob: CronJob;
  readonly apiVersion: string;
}

/** A text says what is missing, and what to create. */
export async function findCronJob(kubernetes: KubernetesClient, { namespace }: Target, name: string): Promise<FoundCronJob | string> {
  const apiVersion = await servedVersion(kubernetes);
  if (apiVersion === null) return `the cluster serves CronJob neither as ${VERSIONS.join(" nor as ")}: checks need one of them`;
  const path = `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/cronjobs/${encodeURIComponent(name)}`;
  const cronJob = await kubernetes.get<CronJob>(path);
  if (cronJob !== null) return { cronJob, apiVersion };
  return (
    `CronJob ${namespace}/${name} does not exist: create one of that name in namespace ${namespace} whose jobTemplate is the check ` +
    "(with suspend: true it runs only when Rollguard asks for it)"
  );
}

/** A group's versions do not tell which resources each of them has: 1.20 has Jobs alone in batch/v1. */
async function servedVersion(kubernetes: KubernetesClient): Promise<string | null> {
  for (const version of VERSIONS) {
    const list = await kubernetes.get<ResourceList>(`/apis/${version}`);
    if (list?.resources?.some(({ name }) => name === "cronjobs")) return version;
  }
  return null;
}
