import * as z from "zod/mini";
import { GitopsStateSchema } from "./gitops.ts";

/**
 * The writing and watching plan steps that are not about the workload's own template, replicas or strategy. Each is one object of the cluster,
 * carries what was there before (`prior`), and can be applied twice.
 */
const arms = z.record(z.string(), z.number());

/** Routers whose weights can be set. */
export const ROUTERS = ["gateway-api", "alb-ingress", "istio", "argo-rollouts", "flagger", "service-selector"] as const;
export type Router = (typeof ROUTERS)[number];

/** The object that splits the traffic. `rule` names the rule or route inside it where there are several. */
export const RouteSchema = z.strictObject({ router: z.enum(ROUTERS), name: z.string(), rule: z.nullable(z.string()) });
export type Route = z.infer<typeof RouteSchema>;

/** One ConfigMap or Secret that a release refers to, and the copy of its content. */
export const ConfigRefSchema = z.strictObject({
  kind: z.enum(["ConfigMap", "Secret"]),
  name: z.string(),
  /** SHA-256 of a ConfigMap's content; a MAC where Secrets are digested; null where only the name is known. */
  dataHash: z.nullable(z.string()),
  immutable: z.boolean(),
  /** Name of the immutable copy beside it, or of a Secret the archive's key (`isSealedCopy`); null when there is none (immutable itself, or not copied). */
  copy: z.nullable(z.string()),
});
export type ConfigRef = z.infer<typeof ConfigRefSchema>;

/** One object whose earlier content a plan brings back. Hashes as in ConfigRef. */
export const RestoredConfigSchema = z.strictObject({
  kind: ConfigRefSchema.shape.kind,
  name: z.string(),
  /** Any of them will do: a later release of the plan may bring back another one. */
  dataHashes: z.array(z.string()),
  fromHash: z.nullable(z.string()),
});
export type RestoredConfig = z.infer<typeof RestoredConfigSchema>;

export const ClusterActionSchema = z.discriminatedUnion("kind", [
  /** Suspend the controller that would re-apply the bad version; `gitops.prior` is what resuming puts back. */
  z.strictObject({ kind: z.literal("hold-gitops"), gitops: GitopsStateSchema }),
  /** Give the workload back to its controller. Only ever asked for by a person. */
  z.strictObject({ kind: z.literal("resume-gitops"), gitops: GitopsStateSchema }),
  /** Keep an autoscaler from taking the old pods away: scale-down disabled and at least `minReplicas`. */
  z.strictObject({ kind: z.literal("hold-autoscaler"), hpa: z.string(), minReplicas: z.number(), prior: z.string() }),
  z.strictObject({ kind: z.literal("release-autoscaler"), hpa: z.string(), prior: z.string() }),
  /** The bounds that the change had changed; never `spec.replicas` of its target. */
  z.strictObject({
    kind: z.literal("restore-autoscaler"),
    hpa: z.string(),
    minReplicas: z.number(),
    maxReplicas: z.number(),
    prior: z.string(),
  }),
  /** Shares of traffic by arm; they add up to 100. `orPriors`: what else this plan may have left, where an earlier step was refused or never confirmed. */
  z.strictObject({ kind: z.literal("set-weights"), route: RouteSchema, weights: arms, prior: arms, orPriors: z.optional(z.array(arms)) }),
  /** Content back from the copies, before the template. `restart` when the template does not change: running pods would keep the old content. */
  z.strictObject({
    kind: z.literal("restore-config"),
    configs: z.array(z.strictObject({ ...ConfigRefSchema.shape, fromHash: z.nullable(z.string()) })),
    restart: z.boolean(),
  }),
  /** Plain Deployment, no router: paused, old template, `replicas` pods of the old ReplicaSet beside the new ones. */
  z.strictObject({
    kind: z.literal("pause-at-share"),
    templateHash: z.string(),
    replicaSet: z.string(),
    replicas: z.number(),
    /** ReplicaSet of the release that is replaced: with another one live, nothing is written. @default not looked at */
    from: z.optional(z.string()),
    /** How long the state is held and watched before the rollout goes on. */
    seconds: z.number(),
  }),
  /** Out of the pause: `restored` goes on with the old template, `suspect` puts the new one back. */
  z.strictObject({ kind: z.literal("resume"), to: z.enum(["restored", "suspect"]), templateHash: z.string(), replicaSet: z.string() }),
  z.strictObject({ kind: z.literal("abort-rollout"), rollout: z.string() }),
  /** The restored template without the Rollout's steps. */
  z.strictObject({ kind: z.literal("promote-rollout"), rollout: z.string(), templateHash: z.string() }),
  z.strictObject({ kind: z.literal("scale-arm"), deployment: z.string(), replicas: z.number(), prior: z.number() }),
  /** Blue-green: the Service's selector, key by key. */
  z.strictObject({
    kind: z.literal("switch-selector"),
    service: z.string(),
    selector: z.record(z.string(), z.string()),
    prior: z.record(z.string(), z.string()),
  }),
  /** Pods of one template out of the Service without ending them. */
  z.strictObject({ kind: z.literal("protect-pods"), templateHash: z.string(), label: z.string(), value: z.string() }),
  /** All traffic to a maintenance backend, or back to what was before. */
  z.strictObject({
    kind: z.literal("maintenance"),
    set: z.enum(["on", "lift"]),
    route: RouteSchema,
    backend: z.string(),
    prior: z.string(),
  }),
  /** A Job made from the template of CronJob `job` in the target's namespace; its completion is the verdict. */
  z.strictObject({
    kind: z.literal("run-check"),
    job: z.string(),
    /** Whole seconds. The Job ends then at the latest; the step's own deadline should be a little later. */
    deadlineSeconds: z.number(),
    /** In the environment of every container, as `ROLLGUARD_<NAME>`. Two checks of one plan must differ here: the same Job has one verdict. */
    params: z.optional(z.record(z.string(), z.string())),
  }),
  /** Not writing: the service is watched, its alarms re-read on each look; ends at the first that turned red. */
  z.strictObject({ kind: z.literal("watch"), seconds: z.number() }),
  /** Not writing: the judge compares the two arms, or the time since the traffic moved with the time before the change. */
  z.strictObject({ kind: z.literal("analyse"), compare: z.enum(["arms", "before"]), seconds: z.number() }),
  /** A Lambda of the team's own. */
  z.strictObject({
    kind: z.literal("invoke-hook"),
    hook: z.string(),
    phase: z.enum(["pre", "confirm", "post"]),
    functionArn: z.string(),
    deadlineSeconds: z.number(),
  }),
  /** No room for the surge: go on with old pods taken away first, `maxUnavailable` at a time. */
  z.strictObject({
    kind: z.literal("relax-rollout"),
    maxUnavailable: z.number(),
    /** The restored ReplicaSet, whose pods could not be made: it is asked for them anew, a few at a time. */
    replicaSet: z.optional(z.string()),
  }),
  /** Removes our managedFields entry, so that the fix's server-side apply does not meet a conflict. */
  z.strictObject({ kind: z.literal("release-guard") }),
  /**
   * Pods that their controller does not replace by itself. `broken`: those not ready of another revision, which an ordered StatefulSet waits for.
   * `each`: all of another revision, one after the other (`OnDelete`).
   */
  z.strictObject({ kind: z.literal("replace-pods"), pods: z.enum(["broken", "each"]) }),
  /** The failed ReplicaSet stays, marked with the incident. */
  z.strictObject({ kind: z.literal("quarantine-replica-set"), replicaSet: z.string(), uid: z.string() }),
  /** The failed ReplicaSet, when it runs nothing; opt-in. */
  z.strictObject({ kind: z.literal("delete-replica-set"), replicaSet: z.string(), uid: z.string() }),
  /** Not writing: does the restored release stay for so many of the owner's intervals? */
  z.strictObject({
    kind: z.literal("watch-drift"),
    /** `held` says whether a hold is expected to stand; null where nothing names the owning object. */
    gitops: z.nullable(GitopsStateSchema),
    /** What was taken back and must not come again. */
    suspect: z.strictObject({ templateHash: z.nullable(z.string()), replicas: z.nullable(z.number()) }),
    /** Content around the template that was brought back and must stay; `fromHash` is the one that was taken back. @default not looked at */
    configs: z.optional(z.array(RestoredConfigSchema)),
    seconds: z.number(),
  }),
]);
export type ClusterAction = z.infer<typeof ClusterActionSchema>;
export type ClusterActionKind = ClusterAction["kind"];

/**
 * Is what an action asked for really so? `lost`: somebody has taken it back. `again`: its next part can be done now. `inconclusive`: it cannot be told
 * (no controller, no permission).
 */
export interface Confirmation {
  readonly verdict: "proven" | "not-yet" | "again" | "lost" | "inconclusive";
  readonly reason: string;
  /** Of actions about GitOps: does the hold stand now? Absent where nothing tells. */
  readonly held?: boolean;
}
