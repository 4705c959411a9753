import type { ClusterClient } from "../cluster-client.ts";
import type { KubernetesObject } from "../objects.ts";

/** ConfigMaps or Secrets, in the words of the kubelet's messages. */
export type ConfigKind = "configmap" | "secret";

const PLURALS: Readonly<Record<ConfigKind, string>> = { configmap: "configmaps", secret: "secrets" };

/** Reads what pods refer to. Secret values are decoded, and only ever compared or looked for, never shown. */
export interface ConfigReader {
  /** The values by key; undefined when there is no such object. */
  read(kind: ConfigKind, namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

export function configReader(client: ClusterClient): ConfigReader {
  return {
    async read(kind, namespace, name) {
      const found = await client.find<KubernetesObject>(`/api/v1/namespaces/${namespace}/${PLURALS[kind]}/${name}`);
      if (!found) return undefined;
      const data = (found.data ?? {}) as Record<string, string>;
      if (kind === "configmap") return data;
      return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
    },
  };
}
