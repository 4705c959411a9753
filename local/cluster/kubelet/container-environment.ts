import type { Container } from "../objects.ts";
import type { ConfigKind, ConfigReader } from "./config-reader.ts";

interface KeyRef {
  name: string;
  key: string;
  optional?: boolean;
}

interface SourceRef {
  name: string;
  optional?: boolean;
}

interface EnvironmentEntry {
  name: string;
  value?: string;
  valueFrom?: { configMapKeyRef?: KeyRef; secretKeyRef?: KeyRef };
}

interface EnvironmentSource {
  prefix?: string;
  configMapRef?: SourceRef;
  secretRef?: SourceRef;
}

/** The environment of a container, or why the kubelet cannot make it. */
export type ContainerEnvironment = { readonly variables: Readonly<Record<string, string>> } | { readonly problem: string };

const KIND_WORDS: Readonly<Record<ConfigKind, string>> = { configmap: "ConfigMap", secret: "Secret" };

/** Resolves `envFrom` and `env` as the kubelet does; the problem is worded as in `CreateContainerConfigError`. */
export async function environmentOf(namespace: string, container: Container, config: ConfigReader): Promise<ContainerEnvironment> {
  const variables: Record<string, string> = {};
  for (const { prefix = "", configMapRef, secretRef } of (container.envFrom ?? []) as EnvironmentSource[]) {
    const kind = configMapRef ? "configmap" : "secret";
    const ref = configMapRef ?? secretRef;
    if (!ref) continue;
    const data = await config.read(kind, namespace, ref.name);
    if (!data && !ref.optional) return { problem: `${kind} "${ref.name}" not found` };
    for (const [key, value] of Object.entries(data ?? {})) variables[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of (container.env ?? []) as EnvironmentEntry[]) {
    if (value !== undefined) variables[name] = value;
    const kind = valueFrom?.configMapKeyRef ? "configmap" : "secret";
    const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
    if (!ref) continue;
    const data = await config.read(kind, namespace, ref.name);
    const found = data?.[ref.key];
    if (found !== undefined) variables[name] = found;
    else if (!ref.optional) {
      const problem = data
        ? `couldn't find key ${ref.key} in ${KIND_WORDS[kind]} ${namespace}/${ref.name}`
        : `${kind} "${ref.name}" not found`;
      return { problem };
    }
  }
  return { variables };
}
