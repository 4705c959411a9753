import { createHash } from "node:crypto";
import type { Pod, PodTemplateSpec, Service } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector, ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ReleaseParts } from "../../domain/release.ts";
import { contentHash } from "../../domain/release-content.ts";
import { selectorText } from "./deployment-state.ts";
import { selects } from "./label-selector.ts";
import type { AnyObject } from "./snapshot-lists.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Any kind of workload, as far as a snapshot looks at it. */
export interface WorkloadObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec?: {
    readonly template?: PodTemplateSpec;
    readonly selector?: LabelSelector;
    /** StatefulSet: none of these can be changed. */
    readonly volumeClaimTemplates?: unknown;
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    /** Argo Rollouts: the template is elsewhere. */
    readonly workloadRef?: { readonly kind?: string; readonly name?: string };
  };
}

export function autoscalerPart(items: readonly AnyObject[], { kind, name }: Pick<Target, "kind" | "name">): ReleaseParts["hpa"] {
  const found = items.find(({ spec }) => spec?.scaleTargetRef?.kind === kind && spec.scaleTargetRef.name === name);
  if (found === undefined) return null;
  const { minReplicas, maxReplicas, ...rest } = found.spec;
  return {
    name: found.metadata?.name ?? "",
    minReplicas: minReplicas ?? 1,
    maxReplicas: maxReplicas ?? 1,
    specHash: contentHash(rest, sha256),
  };
}

export function budgetPart(items: readonly AnyObject[], labels: Readonly<Record<string, string>>): ReleaseParts["pdb"] {
  const found = items.find(({ spec }) => spec?.selector !== undefined && selects(spec.selector, labels));
  return found === undefined ? null : { name: found.metadata?.name ?? "", specHash: contentHash(found.spec, sha256) };
}

/** The Service that sends traffic to these pods: the one with the workload's name, else the first by name. */
export function servicePart(
  items: readonly Service[],
  labels: Readonly<Record<string, string>>,
  workload: string,
): { readonly part: ReleaseParts["service"]; readonly object: Service | null } {
  const matching = items
    .filter(
      ({ spec }) =>
        spec?.selector !== undefined && Object.keys(spec.selector).length > 0 && selects({ matchLabels: spec.selector }, labels),
    )
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const object = matching.find((service) => nameOf(service) === workload) ?? matching[0] ?? null;
  if (object === null) return { part: null, object };
  const { selector = {}, ports, type } = object.spec ?? {};
  const essential = { selector, type, ports: ports?.map(({ nodePort: _assigned, ...port }) => port) };
  return { part: { name: nameOf(object), selector, specHash: contentHash(essential, sha256) }, object };
}

/** What the API server does not let anybody change. */
export function fixedPart({ spec }: WorkloadObject): ReleaseParts["fixed"] {
  const { volumeClaimTemplates, serviceName, podManagementPolicy, selector } = spec ?? {};
  const claims = Array.isArray(volumeClaimTemplates)
    ? volumeClaimTemplates.map(({ metadata, spec: claim }: { metadata?: ObjectMeta; spec?: unknown }) => ({ name: metadata?.name, claim }))
    : null;
  return {
    selector: selectorText(selector ?? {}),
    specHash: contentHash({ claims, serviceName: serviceName ?? null, podManagementPolicy: podManagementPolicy ?? null }, sha256),
  };
}

/**
 * Which content each container runs, by what most pods of the revision report. `settled` is false while a container has not reported any: then nobody can
 * say what the release is. An image that was never in a registry (loaded into the node) has no digest, and is settled all the same.
 */
export function imagesPart(
  template: PodTemplateSpec,
  pods: readonly Pod[],
): { readonly images: ReleaseParts["images"]; readonly settled: boolean } {
  const { containers = [], initContainers = [] } = template.spec ?? {};
  let settled = true;
  const images = [...containers, ...initContainers].map(({ name, image = "" }) => {
    const reported = pods
      .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
      .filter((status) => status.name === name && status.imageID !== "");
    if (reported.length === 0) settled = false;
    return { container: name, image, digest: mostFrequent(reported.map(({ imageID }) => digestIn(imageID))) };
  });
  return { images, settled };
}

/** `docker-pullable://repository@sha256:...`; an image id alone (`sha256:...`) names nothing that a registry has. */
function digestIn(imageId: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(imageId)?.[1] ?? null;
}

function mostFrequent(digests: readonly (string | null)[]): string | null {
  const counts = new Map<string | null, number>();
  for (const digest of digests) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  const [first] = [...counts].sort(([one, ones], [other, others]) => others - ones || String(one).localeCompare(String(other)));
  return first?.[0] ?? null;
}

function nameOf({ metadata }: { readonly metadata?: ObjectMeta }): string {
  return metadata?.name ?? "";
}
