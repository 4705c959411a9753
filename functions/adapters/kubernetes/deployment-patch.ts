import type { Deployment, DeploymentStrategy, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import { ANNOTATIONS, type WriteStamp } from "../../domain/workload.ts";
import { decideStrategy } from "../../domain/write-guard.ts";
import { effectiveStrategy } from "./deployment-state.ts";
import type { JsonPatchOperation } from "./kubernetes-client.ts";
import { deepEqual, withoutHashLabel } from "./template-equality.ts";

/** Every good pod is started before a bad one goes: the fastest rollout that never has fewer pods than asked for. */
export const SURGE_STRATEGY: DeploymentStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } };

/** The operations of one write, and the part of its result that is worth a word in the record. */
export interface DeploymentPatch {
  readonly operations: readonly JsonPatchOperation[];
  readonly reason: string;
}

/** Back to the template of an earlier ReplicaSet, with the surge strategy in the same write. The strategy before is saved in an annotation. */
export function restoreTemplatePatch(live: Deployment, target: ReplicaSet, stamp: WriteStamp): DeploymentPatch {
  const template = withoutHashLabel(target.spec?.template ?? {});
  const strategy = decideStrategy({ ...effectiveStrategy(live), exclusive: exclusiveResource(template) });
  const strategyOperations: JsonPatchOperation[] = strategy.replace
    ? [{ op: "replace", path: "/spec/strategy", value: SURGE_STRATEGY }, annotation(ANNOTATIONS.savedStrategy, strategyToSave(live))]
    : [];
  return {
    operations: [
      ...guards(live),
      { op: "test", path: "/spec/template/spec/containers/0/image", value: live.spec?.template.spec?.containers[0]?.image },
      { op: "replace", path: "/spec/template", value: template },
      ...stamps(live, stamp),
      ...strategyOperations,
    ],
    reason: strategy.reason,
  };
}

/** Back to an earlier replica count. */
export function restoreScalePatch(live: Deployment, replicas: number, stamp: WriteStamp): DeploymentPatch {
  return {
    operations: [...guards(live), { op: "replace", path: "/spec/replicas", value: replicas }, ...stamps(live, stamp)],
    reason: `${live.spec?.replicas ?? 1} -> ${replicas} replicas`,
  };
}

/**
 * Puts the saved strategy back and removes the annotation. Where the live strategy is not ours any more, somebody has set another one since:
 * that one stays. Null when the annotation does not hold a strategy.
 */
export function restoreStrategyPatch(live: Deployment, stamp: WriteStamp): DeploymentPatch | null {
  const saved = parsedStrategy(live.metadata?.annotations?.[ANNOTATIONS.savedStrategy]);
  if (saved === null) return null;
  const ours = isSurgeStrategy(live);
  return {
    operations: [
      ...guards(live),
      ...(ours ? [{ op: "replace", path: "/spec/strategy", value: saved } as const] : []),
      ...stamps(live, stamp),
      { op: "remove", path: annotationPath(ANNOTATIONS.savedStrategy) },
    ],
    reason: ours ? `strategy ${JSON.stringify(saved)} is back` : "the strategy was changed by somebody else since and stays",
  };
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

/** The write is for exactly the object that was read. Not its resourceVersion: every pod that gets ready changes that one. */
function guards({ metadata }: Deployment): JsonPatchOperation[] {
  return [
    { op: "test", path: "/metadata/uid", value: metadata?.uid },
    { op: "test", path: "/metadata/generation", value: metadata?.generation },
  ];
}

function stamps({ metadata }: Deployment, { execution, fence }: WriteStamp): JsonPatchOperation[] {
  return [
    ...(metadata?.annotations ? [] : [{ op: "add", path: "/metadata/annotations", value: {} } as const]),
    annotation(ANNOTATIONS.execution, execution),
    annotation(ANNOTATIONS.fence, String(fence)),
  ];
}

/** An earlier step of ours has saved the author's strategy already: what is live now is our own. */
function strategyToSave(live: Deployment): string {
  const saved = live.metadata?.annotations?.[ANNOTATIONS.savedStrategy];
  return saved !== undefined && isSurgeStrategy(live) && parsedStrategy(saved) !== null ? saved : JSON.stringify(live.spec?.strategy ?? {});
}

function isSurgeStrategy({ spec }: Deployment): boolean {
  return deepEqual(spec?.strategy, SURGE_STRATEGY);
}

function parsedStrategy(text: string | undefined): DeploymentStrategy | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function annotation(key: string, value: string): JsonPatchOperation {
  return { op: "add", path: annotationPath(key), value };
}

function annotationPath(key: string): string {
  return `/metadata/annotations/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
