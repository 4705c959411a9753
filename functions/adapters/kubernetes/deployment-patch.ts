import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { AvailabilityPlan } from "../../domain/preflight.ts";
import { ANNOTATIONS, type WriteStamp } from "../../domain/workload.ts";
import { decideStrategy } from "../../domain/write-guard.ts";
import { effectiveStrategy } from "./deployment-state.ts";
import type { JsonPatchOperation } from "./kubernetes-client.ts";
import { annotationPath, guards, type PatchedWorkload, replaceTemplate, stamps, type WorkloadPatch } from "./workload-patch.ts";
import { putStrategyBack, replaceStrategy, rollingStrategy, type StrategyField } from "./workload-strategy.ts";

type Bounds = Pick<AvailabilityPlan, "maxSurge" | "maxUnavailable">;

const ALL_AT_ONCE: Bounds = { maxSurge: "100%", maxUnavailable: "0" };

/** Back to an earlier template, with as much surge as there is room for in the same write. The strategy before is saved in an annotation. */
export function restoreTemplatePatch(
  live: Deployment,
  template: PodTemplateSpec,
  stamp: WriteStamp,
  bounds: Bounds = ALL_AT_ONCE,
): WorkloadPatch {
  const strategy = decideStrategy({ ...effectiveStrategy(live), exclusive: exclusiveResource(template) }, bounds);
  return {
    operations: [
      ...replaceTemplate(live, template, stamp),
      ...(strategy.replace ? replaceStrategy(strategyOf(live), rollingStrategy(bounds)) : []),
    ],
    reason: strategy.reason,
  };
}

/** Another rolling-update strategy for the rollout that is under way. */
export function changeStrategyPatch(live: Deployment, bounds: Bounds, stamp: WriteStamp): WorkloadPatch {
  return {
    operations: [...guards(live), ...stamps(live, stamp), ...replaceStrategy(strategyOf(live), rollingStrategy(bounds))],
    reason: `surge ${bounds.maxSurge}, unavailable ${bounds.maxUnavailable}`,
  };
}

/** Back to an earlier replica count. */
export function restoreScalePatch(live: PatchedWorkload, replicas: number, stamp: WriteStamp): WorkloadPatch {
  return {
    operations: [...guards(live), { op: "add", path: "/spec/replicas", value: replicas }, ...stamps(live, stamp)],
    reason: `${live.spec?.replicas ?? 1} -> ${replicas} replicas`,
  };
}

/**
 * Puts the saved strategy back and removes the annotation; a rollout that we had paused goes on. Where the live strategy is not ours any more,
 * somebody has set another one since: that one stays. Null when the annotation does not hold a strategy; without one our pause alone is ended.
 */
export function restoreStrategyPatch(live: Deployment, stamp: WriteStamp): WorkloadPatch | null {
  const back = putStrategyBack(strategyOf(live));
  const unpaused = unpause(live);
  if (back === null) {
    if (unpaused.length === 0 || live.metadata?.annotations?.[ANNOTATIONS.savedStrategy] !== undefined) return null;
    return { operations: [...guards(live), ...stamps(live, stamp), ...unpaused], reason: "the rollout that was paused goes on" };
  }
  return {
    operations: [...guards(live), ...stamps(live, stamp), ...back.operations, ...unpaused],
    reason: unpaused.length === 0 ? back.reason : `${back.reason}; the rollout that was paused goes on`,
  };
}

/** Ends a pause of ours; nothing where somebody else has paused, or nobody. */
export function unpause({ metadata, spec }: Deployment): JsonPatchOperation[] {
  if (metadata?.annotations?.[ANNOTATIONS.paused] === undefined) return [];
  return [
    ...(spec?.paused === true ? [{ op: "remove", path: "/spec/paused" } as const] : []),
    { op: "remove", path: annotationPath(ANNOTATIONS.paused) },
  ];
}

/** Where a Deployment has its update strategy. */
export function strategyOf({ metadata, spec }: Deployment): StrategyField {
  return { ...(metadata === undefined ? {} : { metadata }), path: "/spec/strategy", live: spec?.strategy };
}

/** What pods of this template cannot share: the reason why an author may have ruled out a surge. */
export function exclusiveResource(template: PodTemplateSpec): string | null {
  const claim = template.spec?.volumes?.find((volume) => volume.persistentVolumeClaim)?.persistentVolumeClaim;
  if (claim) return `volume claim ${claim.claimName}`;
  const ports = template.spec?.containers.flatMap((container) => container.ports ?? []).map((port) => port.hostPort);
  const hostPort = ports?.find((port) => port !== undefined);
  if (hostPort !== undefined) return `host port ${hostPort}`;
  const apart = template.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0];
  return apart === undefined ? null : `anti-affinity by ${apart.topologyKey}`;
}
