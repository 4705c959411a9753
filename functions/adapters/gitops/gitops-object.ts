import type { Target } from "../../domain/blueprint.ts";
import { describeObject, type GitopsObject, type GitopsOwner, type GitopsState } from "../../domain/gitops.ts";
import { gitopsOwner } from "../kubernetes/gitops-owner.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import type { LiveObject } from "../kubernetes/object-write.ts";
import { type Application, applicationFacts, applicationIsHeld, automatedOf } from "./argo-application.ts";
import { type FluxObject, fluxFacts } from "./flux-object.ts";
import { holdNoteOf } from "./hold-note.ts";

/** The object whose controller applies the manifests: an Application, a Kustomization or a HelmRelease. */
export type OwningObject = Application & FluxObject;

const GROUPS: Readonly<Record<GitopsObject["kind"], readonly [group: string, plural: string]>> = {
  Application: ["argoproj.io", "applications"],
  Kustomization: ["kustomize.toolkit.fluxcd.io", "kustomizations"],
  HelmRelease: ["helm.toolkit.fluxcd.io", "helmreleases"],
};

/** Its path, in the version that the server prefers; null when the server does not know the kind. */
export async function pathOfObject(kubernetes: KubernetesClient, { kind, namespace, name }: GitopsObject): Promise<string | null> {
  const [group, plural] = GROUPS[kind];
  const [version] = await kubernetes.served(group);
  if (version === undefined) return null;
  return `/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
}

/** Does its controller apply nothing by itself now? */
export function isHeld({ kind }: GitopsObject, live: OwningObject): boolean {
  return kind === "Application" ? applicationIsHeld(live) : live.spec?.suspend === true;
}

/** JSON of the one field that a hold changes. */
export function heldField({ kind }: GitopsObject, live: OwningObject): string {
  return JSON.stringify((kind === "Application" ? automatedOf(live) : live.spec?.suspend) ?? null);
}

/** Everything that a plan needs to know of it. */
export async function stateOfObject(
  kubernetes: KubernetesClient,
  target: Target,
  owner: GitopsOwner,
  object: GitopsObject,
  live: OwningObject,
): Promise<GitopsState> {
  const facts = object.kind === "Application" ? applicationFacts(live, target) : await fluxFacts(kubernetes, object, live);
  const held = isHeld(object, live);
  const note = held ? holdNoteOf(live) : null;
  return {
    owner,
    object,
    held,
    heldBy: note?.execution ?? null,
    prior: note?.prior ?? heldField(object, live),
    parent: parentOf(object, live),
    ...facts,
    wanted: { ...facts.wanted, atHold: note?.revision ?? null },
  };
}

/** Who writes the owning object itself, and so may undo a hold. One that lies in its own source cannot while it is held. */
function parentOf({ kind, namespace, name }: GitopsObject, { metadata = {} }: LiveObject): string | null {
  const set = metadata.ownerReferences?.find((reference) => reference.kind === "ApplicationSet");
  if (set !== undefined) return `ApplicationSet ${set.name}`;
  // its own controller is always among the field managers, for the status
  const owner = gitopsOwner({ ...metadata, managedFields: [] });
  if (owner === null) return null;
  const itself = owner.ref === `kustomize/${namespace}/${name}` || (kind === "Application" && owner.ref === name);
  if (itself) return null;
  if (owner.kind === "argo-cd") return `Application ${owner.ref.split(":")[0]}`;
  if (owner.kind === "helm") return null;
  const [controller, ...parts] = owner.ref.split("/");
  return `${controller === "helm" ? "HelmRelease" : "Kustomization"} ${parts.join("/")}`;
}

/** Of an object whose kind the server does not serve. */
export function unserved(object: GitopsObject): string {
  return `${describeObject(object)}: the cluster does not serve ${GROUPS[object.kind].toReversed().join(".")}`;
}
