import type { Container, Pod } from "../objects.ts";
import type { ConfigKind, ConfigReader } from "./config-reader.ts";

interface Item {
  key: string;
  path: string;
}

interface VolumeSource {
  name?: string;
  secretName?: string;
  items?: Item[];
  optional?: boolean;
}

interface Volume {
  name: string;
  configMap?: VolumeSource;
  secret?: VolumeSource;
  projected?: { sources: { configMap?: VolumeSource; secret?: VolumeSource }[] };
  persistentVolumeClaim?: { claimName: string };
}

type Files = Readonly<Record<string, string>>;

/** The files of a pod's volumes by volume and path, or why one cannot be mounted (worded as in `FailedMount`). */
export type PodVolumes = { readonly files: ReadonlyMap<string, Files> } | { readonly problem: string };

const volumesOf = (pod: Pod): Volume[] => (pod.spec.volumes ?? []) as Volume[];

/** The claims that a pod cannot be scheduled without. */
export function claimsOf(pod: Pod): string[] {
  return volumesOf(pod).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

/** Reads ConfigMap, Secret and projected volumes. */
export async function mountVolumes(pod: Pod, config: ConfigReader): Promise<PodVolumes> {
  const files = new Map<string, Files>();
  for (const { name, configMap, secret, projected } of volumesOf(pod)) {
    const sources = projected?.sources ?? [{ ...(configMap ? { configMap } : {}), ...(secret ? { secret } : {}) }];
    let mounted: Files = {};
    for (const source of sources) {
      const read = await readSource(pod.metadata.namespace ?? "", source, config);
      if ("problem" in read) return { problem: `MountVolume.SetUp failed for volume "${name}" : ${read.problem}` };
      mounted = { ...mounted, ...read.files };
    }
    files.set(name, mounted);
  }
  return { files };
}

async function readSource(
  namespace: string,
  { configMap, secret }: { configMap?: VolumeSource; secret?: VolumeSource },
  config: ConfigReader,
): Promise<{ files: Files } | { problem: string }> {
  const source = configMap ?? secret;
  if (!source) return { files: {} };
  const kind: ConfigKind = configMap ? "configmap" : "secret";
  const name = source.name ?? source.secretName ?? "";
  const data = await config.read(kind, namespace, name);
  if (!data) return source.optional ? { files: {} } : { problem: `${kind} "${name}" not found` };
  if (!source.items) return { files: data };
  const missing = source.items.find(({ key }) => data[key] === undefined);
  if (missing && !source.optional) {
    return { problem: `references non-existent ${kind === "configmap" ? "config" : "secret"} key: ${missing.key}` };
  }
  const present = source.items.filter(({ key }) => data[key] !== undefined);
  return { files: Object.fromEntries(present.map(({ key, path }) => [path, data[key] ?? ""])) };
}

/** What a container reads at a path; undefined when there is no such file in its mounts. */
export function fileAt(container: Container, files: ReadonlyMap<string, Files>, path: string): string | undefined {
  const mounts = (container.volumeMounts ?? []) as { name: string; mountPath: string; subPath?: string }[];
  for (const { name, mountPath, subPath } of mounts) {
    const volume = files.get(name);
    if (subPath !== undefined && path === mountPath) return volume?.[subPath];
    const directory = mountPath.endsWith("/") ? mountPath : `${mountPath}/`;
    if (subPath === undefined && path.startsWith(directory)) return volume?.[path.slice(directory.length)];
  }
  return undefined;
}
