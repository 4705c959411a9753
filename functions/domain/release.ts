import * as z from "zod/mini";
import { ConfigRefSchema, RouteSchema } from "./cluster-action.ts";
import { VERDICTS } from "./release-observation.ts";

/** Version of the shape; a reader that does not know it must not guess. */
export const RELEASE_SCHEMA = 1;

/** Everything restorable of a service, by name and hash. Bodies never are in here: see `docs/decisions`. */
export const ReleasePartsSchema = z.strictObject({
  /** pod-template-hash or controller-revision-hash under which the cluster knows the template. */
  templateHash: z.string(),
  /** ReplicaSet or ControllerRevision that held the template when the snapshot was taken. */
  revisionName: z.string(),
  images: z.array(z.strictObject({ container: z.string(), image: z.string(), digest: z.nullable(z.string()) })),
  strategy: z.strictObject({ type: z.string(), maxSurge: z.string(), maxUnavailable: z.string() }),
  /** `owner` is the autoscaler that sets the count; then `replicas` is no part of the release. */
  scale: z.strictObject({ replicas: z.number(), owner: z.nullable(z.string()) }),
  hpa: z.nullable(z.strictObject({ name: z.string(), minReplicas: z.number(), maxReplicas: z.number(), specHash: z.string() })),
  pdb: z.nullable(z.strictObject({ name: z.string(), specHash: z.string() })),
  configs: z.array(ConfigRefSchema),
  service: z.nullable(z.strictObject({ name: z.string(), selector: z.record(z.string(), z.string()), specHash: z.string() })),
  /** Weights belong to the router when it moves them itself (`owner`); then they are no part of the hash. */
  routes: z.array(z.strictObject({ route: RouteSchema, weights: z.record(z.string(), z.number()), owner: z.nullable(z.string()) })),
  serviceAccount: z.nullable(z.string()),
});
export type ReleaseParts = z.infer<typeof ReleasePartsSchema>;

/**
 * Content-hashed snapshot of everything restorable of a service (`SVC#s / REL#hash`). The hash covers `parts` without replicas that an autoscaler
 * owns, weights that a router owns and the restart annotation.
 */
export const ReleaseSchema = z.strictObject({
  schema: z.literal(RELEASE_SCHEMA),
  service: z.string(),
  hash: z.string(),
  parts: ReleasePartsSchema,
  source: z.strictObject({ commit: z.nullable(z.string()), branch: z.nullable(z.string()), actor: z.nullable(z.string()) }),
  data: z.strictObject({ dbSnapshot: z.nullable(z.string()), volumeSnapshot: z.nullable(z.string()) }),
  /** Why going back behind this release cannot be done safely; null when nothing says so. */
  irreversible: z.nullable(z.string()),
  verdict: z.enum(VERDICTS),
  /** `observe-releases`, an incident id, or a person. */
  verdictBy: z.nullable(z.string()),
  firstSeenAt: z.string(),
  liveSince: z.string(),
  lastSeenAt: z.string(),
  /** Start of the current unbroken run of healthy observations; null when the last one was not healthy. */
  healthySince: z.nullable(z.string()),
  /** Key of the full snapshot in the archive; null until it is there. */
  archiveKey: z.nullable(z.string()),
});
export type Release = z.infer<typeof ReleaseSchema>;
