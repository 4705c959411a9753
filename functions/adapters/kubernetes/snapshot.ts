import { createHash } from "node:crypto";
import type { Pod, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Blueprint, Target } from "../../domain/blueprint.ts";
import type { ConfigRef } from "../../domain/cluster-action.ts";
import type { OptionalPart, ReleaseParts, Snapshot } from "../../domain/release.ts";
import { canonicalJson, plainTemplate, type TemplateJson, templateFacets } from "../../domain/release-content.ts";
import { sealedSecretKey } from "../../domain/sealed-secret.ts";
import { replicasOwner, type WorkloadState } from "../../domain/workload.ts";
import type { MacKey } from "../../ports/mac-key.ts";
import type { Snapshots } from "../../ports/snapshots.ts";
import { copyName } from "./config-copy.ts";
import { selectorText } from "./deployment-state.ts";
import { type ConnectToCluster, eksConnections } from "./eks-connections.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { workloadPath } from "./object-write.ts";
import { readable } from "./readable.ts";
import { type Listed, type NamespaceObjects, namespaceObjects } from "./snapshot-lists.ts";
import { autoscalerPart, budgetPart, fixedPart, imagesPart, servicePart, type WorkloadObject } from "./snapshot-parts.ts";
import { configNames } from "./snapshot-refs.ts";
import { releaseSource } from "./snapshot-source.ts";
import { stripped, strippedTemplate } from "./snapshot-strip.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const HASH_LABELS = ["pod-template-hash", "controller-revision-hash", "rollouts-pod-template-hash"];

/** How traffic is split now; null when the route cannot be read. */
export type ReadWeights = (
  kubernetes: KubernetesClient,
  target: Target,
  route: NonNullable<Blueprint["traffic"]>["route"],
) => Promise<{ readonly weights: Readonly<Record<string, number>>; readonly owner: string | null } | null>;

export interface SnapshotOptions {
  /** @default eksConnections() */
  readonly connect?: ConnectToCluster;
  /** For Secrets; without it they are told by name alone, whatever the blueprint says. */
  readonly macKey?: MacKey | null;
  /** @default weights are not read */
  readonly readWeights?: ReadWeights | null;
}

/** Snapshots of workloads on Amazon EKS. Only reads; what a Role withholds is left out and noted. */
export function kubernetesSnapshots({ connect = eksConnections(), macKey = null, readWeights = null }: SnapshotOptions = {}): Snapshots {
  return {
    pass(scope) {
      const known = new Map<string, NamespaceObjects>();
      const objectsOf = (target: Target) => {
        const key = JSON.stringify([target.cluster, target.region ?? null, target.roleArn ?? null, target.namespace]);
        const objects = known.get(key) ?? namespaceObjects(connect(target), { namespace: target.namespace, whole: scope === "lists" });
        known.set(key, objects);
        return objects;
      };
      return {
        take: async (blueprint, state) => {
          const kubernetes = connect(blueprint.target);
          return takeSnapshot({ kubernetes, objects: objectsOf(blueprint.target), blueprint, state, macKey, readWeights });
        },
      };
    },
  };
}

interface Scene {
  readonly kubernetes: KubernetesClient;
  readonly objects: NamespaceObjects;
  readonly blueprint: Blueprint;
  readonly state: WorkloadState;
  readonly macKey: MacKey | null;
  readonly readWeights: ReadWeights | null;
}

async function takeSnapshot(scene: Scene): Promise<Snapshot | null> {
  const { kubernetes, objects, blueprint, state } = scene;
  const { target } = blueprint;
  const live = await kubernetes.get<WorkloadObject>(workloadPath(target));
  const holder = live === null ? null : await templateHolder(kubernetes, target, live);
  const template = holder?.spec?.template;
  if (live === null || !template || state.templateHash === null) return null;
  // Changed since it was read: this template would be filed under the hash of the one before.
  if (live.metadata?.uid !== state.uid || live.metadata.generation !== state.generation) return null;
  const labels = template.metadata?.labels ?? {};
  const [pods, autoscalers, budgets, services, configs, routes] = await Promise.all([
    objects.pods(selectorText(live.spec?.selector ?? {})),
    objects.autoscalers(),
    objects.budgets(),
    objects.services(),
    configPart(scene, template),
    routesPart(scene),
  ]);
  const unread: OptionalPart[] = [...configs.unread, ...routes.unread];
  const notes: string[] = [...configs.notes];
  const itemsOf = <T>(part: OptionalPart, listed: Listed<T>): readonly T[] => {
    if ("items" in listed) return listed.items;
    unread.push(part);
    notes.push(`${part} is not known: ${listed.refused}`);
    return [];
  };
  const hpa = autoscalerPart(itemsOf("hpa", autoscalers), target);
  const service = servicePart(itemsOf("service", services), labels, target.name);
  const { images, settled } = imagesPart(template, podsOfRevision(pods, state.templateHash));
  const plain = plainTemplate(template as TemplateJson);
  const parts: ReleaseParts = {
    templateHash: state.templateHash,
    revisionName: state.replicaSets.find(({ templateHash }) => templateHash === state.templateHash)?.name ?? "",
    images,
    strategy: state.strategy,
    scale: { replicas: state.replicas, owner: hpa?.name ?? replicasOwner(state) },
    hpa,
    pdb: budgetPart(itemsOf("pdb", budgets), labels),
    configs: [...configs.refs],
    service: service.part,
    routes: routes.parts,
    serviceAccount: template.spec?.serviceAccountName ?? null,
    fixed: fixedPart(live),
    facets: templateFacets(plain, sha256),
    unread: [...new Set(unread)].sort(),
  };
  const full = {
    workload: stripped({ ...live, spec: { ...live.spec, template: strippedTemplate(template) } }),
    service: stripped(service.object),
    parts,
  };
  return {
    parts,
    template: canonicalJson(plain),
    full: JSON.stringify(full),
    ...releaseSource(template.metadata ?? {}, live.metadata ?? {}),
    settled,
    notes,
  };
}

/** The object that has the template: the workload itself, or the Deployment that a Rollout refers to. */
async function templateHolder(kubernetes: KubernetesClient, target: Target, live: WorkloadObject): Promise<WorkloadObject | null> {
  const { workloadRef } = live.spec ?? {};
  if (target.kind !== "Rollout" || workloadRef?.kind !== "Deployment" || !workloadRef.name) return live;
  return kubernetes.get<WorkloadObject>(workloadPath({ ...target, kind: "Deployment", name: workloadRef.name }));
}

function podsOfRevision(pods: readonly Pod[], templateHash: string): readonly Pod[] {
  return pods.filter(({ metadata }) =>
    HASH_LABELS.some((label) => {
      const value = metadata?.labels?.[label];
      // The label of a ControllerRevision is its whole name, of which the hash is the end.
      return value !== undefined && (value === templateHash || value.endsWith(`-${templateHash}`));
    }),
  );
}

interface ConfigPart {
  readonly refs: readonly ConfigRef[];
  readonly unread: readonly OptionalPart[];
  readonly notes: readonly string[];
}

async function configPart({ objects, blueprint, macKey }: Scene, template: PodTemplateSpec): Promise<ConfigPart> {
  const names = configNames(template.spec ?? { containers: [] });
  const ofKind = (kind: ConfigRef["kind"]) => names.filter((entry) => entry.kind === kind).map(({ name }) => name);
  const [maps, secrets] = [ofKind("ConfigMap"), ofKind("Secret")];
  const readSecrets = macKey !== null && blueprint.restore.secrets !== "names" && secrets.length > 0;
  const configMaps = maps.length === 0 ? ({ items: [] } as const) : await objects.configMaps(blueprint.service, maps);
  const digested = readSecrets ? await objects.secrets(secrets) : ({ items: [] } as const);
  const found = "items" in configMaps ? configMaps.items : [];
  const refs: ConfigRef[] = maps.map((name) => {
    const map = found.find((candidate) => candidate.name === name);
    if (map === undefined) return { kind: "ConfigMap", name, dataHash: null, immutable: false, copy: null };
    const copy = copyName({ service: blueprint.service, name, dataHash: map.dataHash });
    return { kind: "ConfigMap", ...map, copy: found.some((candidate) => candidate.name === copy) ? copy : null };
  });
  for (const name of secrets) {
    const secret = "items" in digested ? digested.items.find((candidate) => candidate.name === name) : undefined;
    // The digest itself is never kept: short contents could be found by trying.
    const dataHash = secret === undefined || macKey === null ? null : await macKey.mac(secret.dataHash);
    const copy = dataHash === null ? null : secretCopy(blueprint, name, dataHash);
    refs.push({ kind: "Secret", name, dataHash, immutable: secret?.immutable ?? false, copy });
  }
  const refused = [configMaps, digested].flatMap((listed) => ("refused" in listed ? [listed.refused] : []));
  return {
    refs,
    unread: [...("refused" in configMaps ? ["ConfigMap" as const] : []), ...("refused" in digested ? ["Secret" as const] : [])],
    notes: refused,
  };
}

/** Whether it is there is found out by who restores from it: here, only the named Secrets may be read. */
function secretCopy({ service, target, restore }: Blueprint, name: string, dataHash: string): string | null {
  if (restore.secrets === "encrypted") return sealedSecretKey(target, service, name, dataHash);
  return restore.secrets === "copies" ? copyName({ service, name, dataHash }) : null;
}

async function routesPart({
  kubernetes,
  blueprint,
  readWeights,
}: Scene): Promise<{ parts: ReleaseParts["routes"]; unread: OptionalPart[] }> {
  const { target, traffic } = blueprint;
  if (traffic === null) return { parts: [], unread: [] };
  const read = readWeights === null ? null : await readable(() => readWeights(kubernetes, target, traffic.route));
  if (read === null) return { parts: [], unread: ["routes"] };
  return { parts: [{ route: traffic.route, weights: { ...read.weights }, owner: read.owner }], unread: [] };
}
