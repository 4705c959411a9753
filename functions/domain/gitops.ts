import * as z from "zod/mini";

/** Who would write the workload again by itself. A plain Helm release never does; it is told apart because a person has to act in another place. */
export const GITOPS_KINDS = ["argo-cd", "flux"] as const;

/** The object whose controller applies the manifests, as far as labels, annotations and field managers name it. */
export const GitopsOwnerSchema = z.strictObject({
  kind: z.enum(GITOPS_KINDS),
  /** For people: an application's name, `kustomize/<namespace>/<name>`, or `field manager <name>` where nothing names the object. */
  ref: z.string(),
});
export type GitopsOwner = z.infer<typeof GitopsOwnerSchema>;

/** What is known of the owning object after one read. */
export const GitopsStateSchema = z.strictObject({
  owner: GitopsOwnerSchema,
  /** API object that is patched to hold: `Application`, `Kustomization`, `HelmRelease`. */
  object: z.strictObject({ kind: z.string(), namespace: z.string(), name: z.string() }),
  held: z.boolean(),
  /** JSON of the field that a hold changes, as it was before; `null` text where it was absent. */
  prior: z.string(),
  /** How often the controller re-applies by itself. */
  intervalSeconds: z.number(),
  /** What may undo the hold: an ApplicationSet, an app of apps, a parent Kustomization; null when nothing is known to. */
  parent: z.nullable(z.string()),
  /** Where the wanted state comes from: repository, path, revision. Names only. */
  source: z.string(),
});
export type GitopsState = z.infer<typeof GitopsStateSchema>;
