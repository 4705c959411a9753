import * as z from "zod/mini";

/** Who writes the workload besides people. A plain Helm release never does so by itself; it is told, because a person has to act in another place. */
export const GITOPS_KINDS = ["argo-cd", "flux", "helm"] as const;

/** The object whose controller applies the manifests, as far as labels, annotations and field managers name it. */
export const GitopsOwnerSchema = z.strictObject({
  kind: z.enum(GITOPS_KINDS),
  /**
   * For people: an application's name or tracking id, `kustomize/<namespace>/<name>`, `helm/<namespace>/<name>`, a Helm release's name, or
   * `field manager <name>` where nothing names the object.
   */
  ref: z.string(),
});
export type GitopsOwner = z.infer<typeof GitopsOwnerSchema>;

/** API object that is patched to hold: `Application`, `Kustomization`, `HelmRelease`. */
export const GitopsObjectSchema = z.strictObject({
  kind: z.enum(["Application", "Kustomization", "HelmRelease"]),
  namespace: z.string(),
  name: z.string(),
});
export type GitopsObject = z.infer<typeof GitopsObjectSchema>;

/** What is known of the owning object after one read. */
export const GitopsStateSchema = z.strictObject({
  owner: GitopsOwnerSchema,
  object: GitopsObjectSchema,
  held: z.boolean(),
  /** Execution that holds it; null while nobody does, or when somebody else does. */
  heldBy: z.nullable(z.string()),
  /** JSON of the field that a hold changes, as it was before; `null` text where it was absent. */
  prior: z.string(),
  /** How often the controller re-applies by itself. */
  intervalSeconds: z.number(),
  /** What may undo the hold: an ApplicationSet, an app of apps, a parent Kustomization; null when nothing is known to. */
  parent: z.nullable(z.string()),
  /** Where the wanted state comes from: repository, path, revision. Names only. */
  source: z.string(),
  /** What the source asks for, as far as the object tells. Revisions are compared, never understood. */
  wanted: z.strictObject({
    revision: z.nullable(z.string()),
    /** The revision while the hold began; null when Rollguard does not hold it. */
    atHold: z.nullable(z.string()),
    /** Images that the object itself sets, over what the repository says. */
    images: z.array(z.string()),
    /** Does the source want exactly what is live? Null when the object does not tell. */
    sameAsLive: z.nullable(z.boolean()),
  }),
});
export type GitopsState = z.infer<typeof GitopsStateSchema>;

/** Does a controller write the workload again by itself? Helm acts only when somebody runs it. */
export function reapplies(owner: GitopsOwner | null): owner is GitopsOwner & { readonly kind: "argo-cd" | "flux" } {
  return owner !== null && owner.kind !== "helm";
}

/** The object to hold; null when the marks do not name it. Argo CD writes `<namespace>_<name>` for an Application outside its own namespace. */
export function objectOfOwner({ kind, ref }: GitopsOwner, argoNamespace: string): GitopsObject | null {
  if (ref.startsWith(FIELD_MANAGER_REF)) return null;
  if (kind === "argo-cd") {
    const [first = "", second] = (ref.split(":")[0] ?? "").split("_");
    const [namespace, name] = second === undefined ? [argoNamespace, first] : [first, second];
    return name === "" ? null : { kind: "Application", namespace, name };
  }
  const [controller, namespace, name] = ref.split("/");
  if (kind !== "flux" || !namespace || !name) return null;
  return { kind: controller === "helm" ? "HelmRelease" : "Kustomization", namespace, name };
}

/** How `ref` begins where only a field manager tells who owns a workload. */
export const FIELD_MANAGER_REF = "field manager ";

/** `Application argocd/checkout`. */
export function describeObject({ kind, namespace, name }: GitopsObject): string {
  return `${kind} ${namespace}/${name}`;
}
