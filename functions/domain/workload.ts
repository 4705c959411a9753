import * as z from "zod/mini";
import { WORKLOAD_KINDS } from "./blueprint.ts";
import { GitopsOwnerSchema } from "./gitops.ts";
import type { AvailabilityPlan } from "./preflight.ts";

/** Annotation keys that Rollguard writes on a workload. */
export const ANNOTATIONS = {
  execution: "rollguard.dev/execution",
  fence: "rollguard.dev/fence",
  savedStrategy: "rollguard.dev/saved-strategy",
  /** The strategy that Rollguard has set meanwhile; absent while that is surge 100 %, unavailable 0. */
  setStrategy: "rollguard.dev/set-strategy",
  /** The execution that has paused the rollout; whoever puts the strategy back resumes it. */
  paused: "rollguard.dev/paused",
  /** On a ReplicaSet: the incident that ended with a rollback away from it. */
  quarantined: "rollguard.dev/quarantined",
} as const;

/** What `kubectl rollout history` shows of a revision. */
export const CHANGE_CAUSE = "kubernetes.io/change-cause";

export const FIELD_MANAGER = "rollguard";

/** Why a pod is failing, in Kubernetes' own words (`CrashLoopBackOff`, `OOMKilled`, `ImagePullBackOff`, `NotReady` ...). */
export const PodGroupSchema = z.strictObject({
  templateHash: z.string(),
  total: z.number(),
  ready: z.number(),
  failing: z.number(),
  restarts: z.number(),
  reasons: z.array(z.strictObject({ reason: z.string(), pods: z.number(), message: z.string() })),
});
export type PodGroup = z.infer<typeof PodGroupSchema>;

export const ReplicaSetSummarySchema = z.strictObject({
  name: z.string(),
  uid: z.string(),
  templateHash: z.string(),
  revision: z.number(),
  createdAt: z.string(),
  replicas: z.number(),
  readyReplicas: z.number(),
  image: z.string(),
});
export type ReplicaSetSummary = z.infer<typeof ReplicaSetSummarySchema>;

/** What Rollguard knows of a workload after one read (GET workload, LIST revisions, LIST pods, LIST HPAs). Names and numbers, never a template. */
export const WorkloadStateSchema = z.strictObject({
  kind: z.enum(WORKLOAD_KINDS),
  uid: z.string(),
  generation: z.number(),
  observedGeneration: z.number(),
  /** Image of the first container of the live template. */
  image: z.string(),
  /** pod-template-hash of the ReplicaSet whose template equals the live one; null while the controller has not made it (paused). */
  templateHash: z.nullable(z.string()),
  /** `spec.replicas`. */
  replicas: z.number(),
  paused: z.boolean(),
  strategy: z.strictObject({ type: z.string(), maxSurge: z.string(), maxUnavailable: z.string() }),
  progressDeadlineSeconds: z.number(),
  minReadySeconds: z.number(),
  status: z.strictObject({
    replicas: z.number(),
    updatedReplicas: z.number(),
    readyReplicas: z.number(),
    availableReplicas: z.number(),
    progressDeadlineExceeded: z.boolean(),
    /** Message of condition ReplicaFailure, if True (quota, admission). */
    replicaFailure: z.nullable(z.string()),
  }),
  /** Rollguard's annotations on the Deployment, null where absent. `savedStrategy` is the JSON text; `paused`: a pause of ours is marked on it. */
  stamps: z.strictObject({
    execution: z.nullable(z.string()),
    fence: z.nullable(z.number()),
    savedStrategy: z.nullable(z.string()),
    paused: z.optional(z.literal(true)),
  }),
  /** Name of a HorizontalPodAutoscaler that targets the Deployment. */
  hpa: z.nullable(z.string()),
  /** A GitOps owner found in labels, annotations or managedFields. */
  owner: z.nullable(GitopsOwnerSchema),
  /** StatefulSet: ordinals below it keep their revision, also in a rollback. Absent = 0. */
  partition: z.optional(z.number()),
  /** StatefulSet: `OrderedReady` waits for every pod, also for one that can never get ready. */
  podManagement: z.optional(z.enum(["OrderedReady", "Parallel"])),
  /** StatefulSet, DaemonSet: nobody replaces a pod but who deletes it. */
  onDelete: z.optional(z.boolean()),
  revisionHistoryLimit: z.optional(z.number()),
  /** DaemonSet: Nodes that are not ready. Their pods are left out of all counts here, since nothing can be proven on them. */
  unreachableNodes: z.optional(z.array(z.string())),
  /** Pods of other templates than the live one that are on their way out, within their grace period: they may still serve. Absent = 0. */
  terminating: z.optional(z.number()),
  /** What Argo Rollouts says of its Rollout. */
  argo: z.optional(
    z.strictObject({
      phase: z.nullable(z.string()),
      message: z.nullable(z.string()),
      aborted: z.boolean(),
      /** Hash of the ReplicaSet that has all traffic after an abort; null before the first promotion. */
      stableHash: z.nullable(z.string()),
      /** Deployment that holds the template, where the Rollout has none itself. */
      workloadRef: z.nullable(z.string()),
      /** Going back this many revisions skips the steps; null = a rollback replays them all. */
      rollbackWindow: z.nullable(z.number()),
    }),
  ),
  /** Flagger: a `target` it scales by itself, or the `primary` copy that only Flagger may write. */
  flagger: z.optional(z.enum(["target", "primary"])),
  /** Newest revision first, at most 20. Of a StatefulSet or DaemonSet its ControllerRevisions: `replicas` is 0 for all but the live one there. */
  replicaSets: z.array(ReplicaSetSummarySchema),
  /** One per pod-template-hash. */
  pods: z.array(PodGroupSchema),
});
export type WorkloadState = z.infer<typeof WorkloadStateSchema>;

/** Who changes the replica count without anybody asking for it: such a count is no part of a release, and its change none to take back. Null when only people do. */
export function replicasOwner({ kind, hpa, flagger }: Pick<WorkloadState, "kind" | "hpa" | "flagger">): string | null {
  if (hpa !== null) return hpa;
  if (kind === "DaemonSet") return "the number of Nodes";
  return flagger === undefined ? null : "Flagger";
}

/** Who writes: the execution and its lock fence go onto the workload as annotations in the same request. */
export interface WriteStamp {
  readonly execution: string;
  readonly fence: number;
}

/** What the plan does about a GitOps controller that owns the workload: it was suspended first, or its re-sync is watched for. Absent = nothing. */
export type OwnedWrite = "held" | "watched";

/** One write of ExecuteStep. `expect` is what was assessed: another value now means somebody else was here. */
export type WorkloadWrite =
  | {
      readonly kind: "restore-template";
      readonly replicaSet: string;
      readonly templateHash: string;
      /** The template as JSON from the release's snapshot, used when the cluster has no such revision any more; null when there is none. */
      readonly savedTemplate?: string | null;
      /** Images by container, where a tag may have moved on: `name@sha256:...` in place of what the template says. */
      readonly images?: Readonly<Record<string, string>>;
      /** Keep our field-manager entry, so that a server-side apply of the bad build meets a conflict. @default false: it is removed at once */
      readonly keepGuard?: boolean;
      /** How many pods more and fewer than asked for. @default surge 100 %, unavailable 0 */
      readonly availability?: Pick<AvailabilityPlan, "maxSurge" | "maxUnavailable">;
      /**
       * Send it with `dryRun=All` first: what admission or validation denies is refused without a write. `alone`: nothing else is sent, and what could
       * be written is answered as `already-applied`. @default false
       */
      readonly dryRun?: boolean | "alone";
      readonly owned?: OwnedWrite;
      /** `replicaSet` of the release that is to be replaced: while it is live, a newer generation was only a scale or an annotation. */
      readonly expect: { readonly uid: string; readonly generation: number; readonly replicaSet?: string | undefined };
      readonly stamp: WriteStamp;
    }
  | {
      readonly kind: "restore-scale";
      readonly replicas: number;
      readonly keepGuard?: boolean;
      readonly owned?: OwnedWrite;
      readonly expect: { readonly uid: string; readonly generation: number };
      readonly stamp: WriteStamp;
    }
  | {
      readonly kind: "restore-strategy";
      readonly keepGuard?: boolean;
      /** `generation` is that of this run's last write: an older answer does not show the strategy that it saved. @default not looked at */
      readonly expect: { readonly uid: string; readonly generation?: number };
      readonly stamp: WriteStamp;
    };

/** `superseded`: the workload is not the one assessed. `refused`: it may not be written (paused, HPA, fence, admission). Both without a write. */
export interface WriteResult {
  readonly outcome: "applied" | "already-applied" | "superseded" | "refused";
  /** `metadata.generation` after the write (or as read). */
  readonly generation: number;
  readonly reason: string;
}
