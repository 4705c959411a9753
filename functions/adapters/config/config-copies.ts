import type { Target } from "../../domain/blueprint.ts";
import type { ConfigRef } from "../../domain/cluster-action.ts";
import { redactedTo } from "../../domain/redact.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";
import type { ConfigCopies } from "../../ports/config-copies.ts";
import type { MacKey } from "../../ports/mac-key.ts";
import { COPY_ANNOTATION, COPY_LABEL, copyName } from "../kubernetes/config-copy.ts";
import { type ConnectToCluster, eksConnections } from "../kubernetes/eks-connections.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { WITHHELD } from "../kubernetes/object-write.ts";
import { type ConfigObject, configPath, configsPath, releaseHashOf } from "./config-object.ts";
import type { SealedSecrets } from "./sealed-secrets.ts";

/** So young a copy stays though no kept release needs it: the release that it was made for may be in no list yet. */
const YOUNG_MS = 86_400_000;
/** Characters of what the server, or an admission webhook, says. */
const MESSAGE_LENGTH = 200;

export interface ConfigCopiesOptions {
  /** @default eksConnections() */
  readonly connect?: ConnectToCluster;
  /** Null: Secrets are neither read nor copied. @default null */
  readonly macKey?: MacKey | null;
  /** Keeps contents of Secrets outside the cluster. Null: they are not kept there. @default null */
  readonly sealed?: SealedSecrets | null;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** Immutable copies beside the originals; what of a Secret leaves the cluster is sealed before, and only for the place `archive`. */
export function configCopies(options: ConfigCopiesOptions = {}): ConfigCopies {
  const { connect = eksConnections(), macKey = null, sealed = null, now = () => new Date() } = options;
  return {
    async copy(target, service, { kind, name, dataHash }, place = "namespace") {
      if (dataHash === null) return { outcome: "refused", reason: `${kind} ${name} has no hash: nobody knows which content is meant` };
      if (kind === "Secret" && macKey === null)
        return { outcome: "refused", reason: `Secret ${name}: copies of Secrets are not asked for` };
      const kubernetes = connect(target);
      const source = await kubernetes.get<ConfigObject>(configPath(target, { kind, name }));
      if (source === null || (await releaseHashOf(kind, source, macKey)) !== dataHash) {
        return { outcome: "moved-on", reason: `${kind} ${name} has other content by now` };
      }
      if (place === "archive") return sealCopy(sealed, target, service, { kind, name, dataHash }, source);
      const copy = copyOf(kind, source, target, { service, name, copy: copyName({ service, name, dataHash }) });
      const answer = await kubernetes.create<ConfigObject>(`${configsPath(target, kind)}?fieldManager=${FIELD_MANAGER}`, copy);
      if (answer.outcome === "denied") {
        const said = kind === "Secret" ? WITHHELD : redactedTo(MESSAGE_LENGTH, answer.message);
        return { outcome: "refused", reason: `the API server denied ${kind} ${copy.metadata.name}: ${said}` };
      }
      const there = await kubernetes.get<ConfigObject>(configPath(target, { kind, name: copy.metadata.name }));
      if (there === null || (await releaseHashOf(kind, there, macKey)) !== dataHash) {
        return { outcome: "refused", reason: `${kind} ${copy.metadata.name} does not hold the content that was copied` };
      }
      return { outcome: answer.outcome === "exists" ? "there" : "copied", reason: `${kind} ${name} is kept as ${copy.metadata.name}` };
    },

    async prune(target, service, kinds, needed) {
      const facts = { service, needed: new Set(needed), before: now().getTime() - YOUNG_MS };
      const removed = await Promise.all(kinds.map((kind) => pruneKind(connect(target), target, kind, facts)));
      return removed.flat();
    },
  };
}

async function sealCopy(
  sealed: SealedSecrets | null,
  target: Target,
  service: string,
  { kind, name, dataHash }: Pick<ConfigRef, "kind" | "name"> & { readonly dataHash: string },
  source: ConfigObject,
): ReturnType<ConfigCopies["copy"]> {
  if (kind !== "Secret") return { outcome: "refused", reason: `${kind} ${name}: only contents of Secrets are kept in the archive` };
  if (sealed === null) return { outcome: "refused", reason: `Secret ${name}: nothing is kept in the archive here` };
  const answer = await sealed.keep(target, service, { name, dataHash }, source);
  if ("problem" in answer) return { outcome: "refused", reason: answer.problem };
  return { outcome: answer.kept === "before" ? "there" : "copied", reason: `Secret ${name} is kept sealed in the archive` };
}

function copyOf(
  kind: ConfigRef["kind"],
  { data, binaryData }: ConfigObject,
  { namespace }: Target,
  { service, name, copy }: { readonly service: string; readonly name: string; readonly copy: string },
) {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: copy, namespace, labels: { [COPY_LABEL]: service }, annotations: { [COPY_ANNOTATION]: name } },
    immutable: true,
    ...(kind === "Secret" ? { type: "Opaque" } : {}),
    ...(data === undefined ? {} : { data }),
    ...(binaryData === undefined ? {} : { binaryData }),
  };
}

async function pruneKind(
  kubernetes: KubernetesClient,
  target: Target,
  kind: ConfigRef["kind"],
  { service, needed, before }: { readonly service: string; readonly needed: ReadonlySet<string>; readonly before: number },
): Promise<string[]> {
  const copies = (await kubernetes.list<ConfigObject>(configsPath(target, kind), `${COPY_LABEL}=${service}`)) ?? [];
  const removed: string[] = [];
  for (const { metadata } of copies) {
    const [name, uid, createdAt] = [metadata?.name ?? "", metadata?.uid ?? "", Date.parse(metadata?.creationTimestamp ?? "")];
    // A time that nobody can read is never before another.
    if (needed.has(name) || uid === "" || !(createdAt < before)) continue;
    const { outcome } = await kubernetes.remove(configPath(target, { kind, name }), { uid });
    if (outcome === "removed") removed.push(name);
  }
  return removed;
}
