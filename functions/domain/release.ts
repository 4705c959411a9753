import * as z from "zod/mini";
import { ConfigRefSchema, RouteSchema } from "./cluster-action.ts";
import { VERDICTS } from "./release-observation.ts";

/** Version of the shape; a reader that does not know it must not guess. */
export const RELEASE_SCHEMA = 1;

/** Parts that a service may have, and that a Role may withhold. */
export const OPTIONAL_PARTS = ["hpa", "pdb", "ConfigMap", "Secret", "service", "routes"] as const;
export type OptionalPart = (typeof OPTIONAL_PARTS)[number];

/** Everything restorable of a service, by name and hash. Bodies never are in here: see `docs/decisions`. */
export const ReleasePartsSchema = z.strictObject({
  /** pod-template-hash or controller-revision-hash under which the cluster knows the template. */
  templateHash: z.string(),
  /** ReplicaSet or ControllerRevision that held the template when the snapshot was taken. */
  revisionName: z.string(),
  images: z.array(z.strictObject({ container: z.string(), image: z.string(), digest: z.nullable(z.string()) })),
  strategy: z.strictObject({ type: z.string(), maxSurge: z.string(), maxUnavailable: z.string() }),
  /** `owner` sets the count by itself (an autoscaler, the Nodes under a DaemonSet, Flagger); then `replicas` is no part of the release. */
  scale: z.strictObject({ replicas: z.number(), owner: z.nullable(z.string()) }),
  hpa: z.nullable(z.strictObject({ name: z.string(), minReplicas: z.number(), maxReplicas: z.number(), specHash: z.string() })),
  pdb: z.nullable(z.strictObject({ name: z.string(), specHash: z.string() })),
  configs: z.array(ConfigRefSchema),
  service: z.nullable(z.strictObject({ name: z.string(), selector: z.record(z.string(), z.string()), specHash: z.string() })),
  /** Weights belong to the router when it moves them itself (`owner`); then they are no part of the hash. */
  routes: z.array(z.strictObject({ route: RouteSchema, weights: z.record(z.string(), z.number()), owner: z.nullable(z.string()) })),
  serviceAccount: z.nullable(z.string()),
  /** What the API server does not let anybody change on a live workload. `selector` as text; the rest of it (a StatefulSet's claims, its Service) by hash. */
  fixed: z.strictObject({ selector: z.string(), specHash: z.string() }),
  /** Aspects of the template (`limits of container app`) with a short hash each: what a change is about can be told without the template itself. */
  facets: z.record(z.string(), z.string()),
  /** Kinds of parts that could not be read (no permission): absent there means unknown, and a difference to it is none. */
  unread: z.array(z.enum(OPTIONAL_PARTS)),
});
export type ReleaseParts = z.infer<typeof ReleasePartsSchema>;

/**
 * Content-hashed snapshot of everything restorable of a service (`SVC#s / REL#hash`). The hash covers `parts` and the template, without replicas that an
 * autoscaler owns, weights that a router owns, names of revisions and copies, and the restart annotations.
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
  /** What the live objects said of that at the last look. An annotation of the workload outlasts its release, so it may be about another one. */
  irreversibleSeen: z.optional(z.nullable(z.string())),
  verdict: z.enum(VERDICTS),
  /** `observe-releases`, an incident id, or a person. */
  verdictBy: z.nullable(z.string()),
  firstSeenAt: z.string(),
  liveSince: z.string(),
  lastSeenAt: z.string(),
  /** Start of the current unbroken run of healthy observations; null when the last one was not healthy. */
  healthySince: z.nullable(z.string()),
  /** When an alarm of the service was last seen in ALARM while this release was live and no incident was being handled. */
  alarmAt: z.optional(z.string()),
  /** Key of the full snapshot in the archive; null until it is there. */
  archiveKey: z.nullable(z.string()),
});
export type Release = z.infer<typeof ReleaseSchema>;

/** What was live when an incident was assessed. `hash` is null while not every container has reported its image. */
export const LiveReleaseSchema = z.strictObject({
  hash: z.nullable(z.string()),
  parts: ReleasePartsSchema,
  irreversible: z.nullable(z.string()),
});
export type LiveRelease = z.infer<typeof LiveReleaseSchema>;

/** What one look at a service's objects gives; nothing of it is kept as it is. */
export interface Snapshot extends Pick<Release, "parts" | "source" | "data" | "irreversible"> {
  /** The live pod template as canonical JSON, without the controller's hash label. It holds the environment's literal values: to be encrypted. */
  readonly template: string;
  /** Every object as JSON for the archive, without bodies of ConfigMaps and Secrets and with literal values taken out. */
  readonly full: string;
  /** Every container has reported which image it runs. Until then the release cannot be named. */
  readonly settled: boolean;
  /** What could not be read, and why. */
  readonly notes: readonly string[];
}

/** One image digest or template that may not come back (`GLOBAL / QUAR#key`). */
export const QuarantineSchema = z.strictObject({
  /** `sha256:...` of an image, or `<service>/<templateHash>`. */
  key: z.string(),
  service: z.string(),
  /** The incident whose rollback away from it recovered the service. */
  by: z.string(),
  at: z.string(),
});
export type Quarantine = z.infer<typeof QuarantineSchema>;
