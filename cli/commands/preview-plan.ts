import { requestedChange } from "../../functions/domain/assess-request.ts";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { flaggerPrimaryProblem } from "../../functions/domain/flagger-primary.ts";
import { isAimed } from "../../functions/domain/plan/asked-target.ts";
import type { StrategyFacts } from "../../functions/domain/plan/strategy-facts.ts";
import type { Quarantine, Release } from "../../functions/domain/release.ts";
import type { ObservedWorkload, ReleaseObservation } from "../../functions/domain/release-observation.ts";
import { newestRelease } from "../../functions/domain/release-targets.ts";
import type { Assessment, Change, Plan, RollbackTrigger } from "../../functions/domain/rollback-document.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import { selectStrategy } from "../../functions/domain/select-strategy.ts";
import { suspectChange } from "../../functions/domain/suspect-change.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";

export interface PlanPreview {
  readonly live: ReleaseObservation;
  /** Why nothing of this workload can be rolled back at all, and what to name instead; null when nothing keeps it. */
  readonly refused: string | null;
  /** The ledger does not know of which kind the workload is: the plan is a Deployment's. */
  readonly kindIsAssumed: boolean;
  readonly change: Change | null;
  readonly plan: Plan;
}

/**
 * What a rollback would do, from the ledger alone and through the functions that the machine uses. The real run reads the workload itself, so it may
 * differ where the cluster has moved on since the last observation. Null when nothing was observed.
 */
export function previewPlan(
  request: Pick<RollbackTrigger, "service" | "reason" | "requestedBy" | "at" | "request">,
  observations: readonly ReleaseObservation[],
  switchState: "armed" | "off",
  releases: readonly Release[] = [],
  quarantine: readonly Quarantine[] = [],
): PlanPreview | null {
  const [live] = [...observations].sort((a, b) => Date.parse(b.liveSince) - Date.parse(a.liveSince));
  if (live === undefined) return null;
  const observed = live.workload ?? { ...UNKNOWN_WORKLOAD, name: request.service };
  const workload = workloadOfLedger(live, observed, observations);
  const blueprint = { ...PREVIEW_BLUEPRINT, target: { ...PREVIEW_BLUEPRINT.target, kind: observed.kind, name: observed.name } };
  const refused = flaggerPrimaryProblem(observed, observed.name);
  const newest = newestRelease(releases);
  const liveRelease = newest === null ? null : { hash: newest.hash, parts: newest.parts, irreversible: newest.irreversible };
  const suspicion = suspectChange({
    workload,
    observations,
    releases,
    live: liveRelease,
    onsetAt: null,
    now: request.at,
    windowHours: PREVIEW_BLUEPRINT.suspicionWindowHours,
    toleranceSeconds: 0,
  });
  const trigger: RollbackTrigger = {
    ...request,
    kind: "manual",
    source: "cli",
    alarmName: null,
    alarmArn: null,
    datapoints: [],
    threshold: null,
  };
  const asked = { trigger, workload, observations, releases, live: liveRelease, newest: suspicion.change, now: request.at };
  const suspected = isAimed(request.request) ? requestedChange(asked) : suspicion;
  const { change, reasons } = refused === null ? suspected : { change: null, reasons: [refused] };
  const assessment: Assessment = {
    decision: change === null ? "escalate" : "roll-back",
    severity: "high",
    classes: [],
    reasons: [...reasons],
    attempt: 1,
    holdSeconds: 0,
    assessedAt: request.at,
    onsetAt: null,
    change,
    podEvidence: "none",
    workload,
    live: liveRelease,
    alarms: [],
    signals: [],
  };
  return {
    live,
    refused,
    kindIsAssumed: live.workload === undefined,
    change,
    plan: selectStrategy({
      trigger,
      blueprint,
      ...(change?.kind === "traffic" && liveRelease !== null ? routeOf(liveRelease.parts, blueprint) : {}),
      releases,
      quarantine,
      gitops: null,
      gitopsProblem: null,
      preflight: null,
      assessment,
      observations,
      switchState,
    }),
  };
}

/** The route as its snapshot has it; which arm is the new version is the blueprint's to say, and weights are taken back without that. */
function routeOf({ routes }: Release["parts"], blueprint: Blueprint): Partial<Pick<StrategyFacts, "blueprint" | "surroundings">> {
  const [first] = routes;
  if (first === undefined) return {};
  const [stable = "", canary = ""] = Object.keys(first.weights);
  const traffic = { route: first.route, stable, canary, perArmSignals: false, maintenance: null };
  const route = { shares: first.weights, owner: first.owner, prior: "null" };
  return { blueprint: { ...blueprint, traffic }, surroundings: { route, autoscaler: null } };
}

/** The parts of a workload that the ledger knows; its revisions in the order in which their releases became live. */
function workloadOfLedger(
  live: ReleaseObservation,
  { name: _name, ...observed }: ObservedWorkload,
  observations: readonly ReleaseObservation[],
): WorkloadState {
  const replicas = live.scales.at(-1)?.replicas ?? 0;
  const byAge = [...observations].sort((a, b) => Date.parse(a.liveSince) - Date.parse(b.liveSince));
  return {
    ...observed,
    uid: "",
    generation: 0,
    observedGeneration: 0,
    image: live.image,
    templateHash: live.templateHash,
    replicas,
    paused: false,
    progressDeadlineSeconds: 600,
    minReadySeconds: 0,
    status: {
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      progressDeadlineExceeded: false,
      replicaFailure: null,
    },
    stamps: { execution: null, fence: null, savedStrategy: null },
    owner: null,
    replicaSets: byAge
      .map((observation, index) => ({
        name: observation.replicaSet,
        uid: "",
        templateHash: observation.templateHash,
        revision: index + 1,
        createdAt: observation.firstSeenAt,
        replicas: observation.templateHash === live.templateHash ? replicas : 0,
        readyReplicas: observation.templateHash === live.templateHash ? replicas : 0,
        image: observation.image,
      }))
      .reverse(),
    pods: [],
  };
}

/** Of a ledger that was written before kinds were noted. */
const UNKNOWN_WORKLOAD: Omit<ObservedWorkload, "name"> = {
  kind: "Deployment",
  hpa: null,
  strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%" },
};

/** Stands for the deployed blueprint, which the command cannot see: default policy, so mode, bounds and clocks of the preview are not shown. */
const PREVIEW_BLUEPRINT: Blueprint = {
  service: "preview",
  version: "0",
  mode: "auto",
  target: { cluster: "", namespace: "", kind: "Deployment", name: "" },
  scaling: null,
  traffic: null,
  restore: { configMaps: true, secrets: "names", fieldManagerGuard: false, deleteFailedReplicaSet: false },
  gitops: { hold: true, argoNamespace: "argocd" },
  signals: [],
  triggers: [],
  verification: {
    stabilizationSeconds: 60,
    phases: { health: { intervalSeconds: 30, consecutiveFailures: 2 }, performance: null, business: null },
    checks: [],
  },
  policy: DEFAULT_ROLLBACK_POLICY,
  rollback: { enabled: true, automatic: true, triggerOnCriticalFailure: true, maxAttempts: 3 },
  suspicionWindowHours: 24,
  notificationTopicArn: null,
  hash: "",
};
