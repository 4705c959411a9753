import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { GitopsOwner } from "../../domain/gitops.ts";

type Owner = GitopsOwner | null;

const ARGO_CD_KEYS = ["argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance"];
const FLUX_KINDS = ["kustomize", "helm"] as const;
const MANAGERS: Readonly<Record<string, NonNullable<Owner>["kind"]>> = {
  "argocd-controller": "argo-cd",
  "argocd-application-controller": "argo-cd",
  "kustomize-controller": "flux",
  "helm-controller": "flux",
};

/** Who would undo a write: a GitOps controller that left its label, its annotation or its name among the field managers. `ref` names where to roll back. */
export function gitopsOwner(metadata: ObjectMeta): Owner {
  const marks = { ...metadata.annotations, ...metadata.labels };
  for (const key of ARGO_CD_KEYS) {
    if (marks[key]) return { kind: "argo-cd", ref: marks[key] };
  }
  for (const kind of FLUX_KINDS) {
    const name = marks[`${kind}.toolkit.fluxcd.io/name`];
    if (name) return { kind: "flux", ref: [kind, marks[`${kind}.toolkit.fluxcd.io/namespace`], name].filter(Boolean).join("/") };
  }
  for (const { manager = "" } of metadata.managedFields ?? []) {
    const kind = MANAGERS[manager];
    if (kind) return { kind, ref: `field manager ${manager}` };
  }
  return null;
}
