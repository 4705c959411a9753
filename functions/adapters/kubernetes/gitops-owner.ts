import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { FIELD_MANAGER_REF, type GitopsOwner } from "../../domain/gitops.ts";

const ARGO_CD_TRACKING = "argocd.argoproj.io/tracking-id";
const ARGO_CD_INSTANCE = "argocd.argoproj.io/instance";
const FLUX_KINDS = ["kustomize", "helm"] as const;
const MANAGERS: Readonly<Record<string, GitopsOwner["kind"]>> = {
  "argocd-controller": "argo-cd",
  "argocd-application-controller": "argo-cd",
  "kustomize-controller": "flux",
  "helm-controller": "flux",
};

/**
 * Who else writes this object: a GitOps controller that left its label, its annotation or its name among the field managers, or, last, the Helm
 * release that it belongs to. `ref` names where to roll back.
 */
export function gitopsOwner(metadata: ObjectMeta): GitopsOwner | null {
  const marks = { ...metadata.annotations, ...metadata.labels };
  const app = [marks[ARGO_CD_TRACKING], marks[ARGO_CD_INSTANCE]].find((mark) => mark && isAbout(mark, metadata));
  if (app) return { kind: "argo-cd", ref: app };
  for (const kind of FLUX_KINDS) {
    const name = marks[`${kind}.toolkit.fluxcd.io/name`];
    if (name) return { kind: "flux", ref: [kind, marks[`${kind}.toolkit.fluxcd.io/namespace`], name].filter(Boolean).join("/") };
  }
  for (const { manager = "" } of metadata.managedFields ?? []) {
    const kind = MANAGERS[manager];
    if (kind) return { kind, ref: `${FIELD_MANAGER_REF}${manager}` };
  }
  return helmRelease(metadata, marks);
}

/** Argo CD itself passes over a tracking id (`app:group/kind:namespace/name`) that names another object: somebody has copied the manifest. */
function isAbout(mark: string, { namespace, name }: ObjectMeta): boolean {
  const tracked = mark.split(":")[2];
  return tracked === undefined || namespace === undefined || name === undefined || tracked === `${namespace}/${name}`;
}

function helmRelease({ namespace }: ObjectMeta, marks: Readonly<Record<string, string>>): GitopsOwner | null {
  if (marks["app.kubernetes.io/managed-by"] !== "Helm") return null;
  const name = marks["meta.helm.sh/release-name"] ?? marks["app.kubernetes.io/instance"];
  if (!name) return null;
  return { kind: "helm", ref: [marks["meta.helm.sh/release-namespace"] ?? namespace, name].filter(Boolean).join("/") };
}
