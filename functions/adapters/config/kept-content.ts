import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import { isSealedCopy } from "../../domain/sealed-secret.ts";
import type { MacKey } from "../../ports/mac-key.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { type ConfigObject, configPath, releaseHashOf } from "./config-object.ts";
import type { Opened, SealedSecrets } from "./sealed-secrets.ts";

type Entry = Extract<ClusterAction, { kind: "restore-config" }>["configs"][number];

/** Where earlier contents of Secrets come from, and how they are told apart. */
export interface SecretSources {
  /** Null: contents of Secrets are not looked at, and never restored. */
  readonly macKey: MacKey | null;
  /** Null: nothing is opened from the archive. */
  readonly sealed: SealedSecrets | null;
}

/** The content that an object had in the release that comes back, from wherever the release says that it is kept; proven by its hash. */
export async function keptContent(
  kubernetes: KubernetesClient,
  target: Target,
  entry: Entry,
  live: ConfigObject,
  { macKey, sealed }: SecretSources,
): Promise<Opened> {
  const what = `${entry.kind} ${target.namespace}/${entry.name}`;
  const { copy: name, dataHash } = entry;
  if (name !== null && dataHash !== null && entry.kind === "Secret" && isSealedCopy(name)) {
    if (sealed === null) return { problem: `the sealed content of ${what} cannot be opened here: nothing is read from the archive` };
    const opened = await sealed.open(target, name, { name: entry.name, dataHash });
    if ("problem" in opened) return opened;
    const [type, had] = [live.type ?? "Opaque", opened.content.type];
    // The API server takes no other type, and no content that does not fit it.
    return type === had ? opened : { problem: `${what} is of type ${type} and was of type ${had}: it needs to be re-created` };
  }
  const copy = name === null ? null : await kubernetes.get<ConfigObject>(configPath(target, { kind: entry.kind, name }));
  if (copy === null) return { problem: `the copy of the earlier content of ${what} (${name ?? "none was made"}) is not there` };
  return (await releaseHashOf(entry.kind, copy, macKey)) === dataHash
    ? { content: copy }
    : { problem: `copy ${name} does not hold the content that ${what} had` };
}
