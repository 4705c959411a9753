import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { AvailabilityPlan } from "../../domain/preflight.ts";
import { ANNOTATIONS } from "../../domain/workload.ts";
import type { JsonPatchOperation } from "./kubernetes-client.ts";
import { deepEqual } from "./template-equality.ts";
import { annotation, annotationPath } from "./workload-patch.ts";

/** Every good pod is started before a bad one goes: the fastest rollout that never has fewer pods than asked for. */
export const SURGE_STRATEGY = rollingStrategy({ maxSurge: "100%", maxUnavailable: "0" });

/** The update strategy of a workload: where it is, and what it is now. */
export interface StrategyField {
  readonly metadata?: ObjectMeta;
  readonly path: "/spec/strategy" | "/spec/updateStrategy";
  readonly live: unknown;
}

/** A rolling update with these bounds; whole numbers and percentages as the API writes them. */
export function rollingStrategy({ maxSurge, maxUnavailable }: Pick<AvailabilityPlan, "maxSurge" | "maxUnavailable">) {
  return { type: "RollingUpdate", rollingUpdate: { maxSurge: intOrString(maxSurge), maxUnavailable: intOrString(maxUnavailable) } };
}

/** Our strategy in place of the author's, which is kept in an annotation. The annotations map must be there. */
export function replaceStrategy(field: StrategyField, wanted: unknown): JsonPatchOperation[] {
  const recorded = field.metadata?.annotations?.[ANNOTATIONS.setStrategy];
  // What is not recorded is the surge strategy: nearly every rollback needs one annotation less.
  const record: JsonPatchOperation[] = deepEqual(wanted, SURGE_STRATEGY)
    ? recorded === undefined
      ? []
      : [{ op: "remove", path: annotationPath(ANNOTATIONS.setStrategy) }]
    : [annotation(ANNOTATIONS.setStrategy, JSON.stringify(wanted))];
  return [{ op: "replace", path: field.path, value: wanted }, annotation(ANNOTATIONS.savedStrategy, strategyToSave(field)), ...record];
}

/**
 * The saved strategy back, and the annotations away. Where the live strategy is not ours any more, somebody has set another one since: that one stays.
 * Null when the annotation does not hold a strategy.
 */
export function putStrategyBack(field: StrategyField): { readonly operations: JsonPatchOperation[]; readonly reason: string } | null {
  const { annotations = {} } = field.metadata ?? {};
  const saved = parsedObject(annotations[ANNOTATIONS.savedStrategy]);
  if (saved === null) return null;
  const ours = isOurs(field);
  return {
    operations: [
      ...(ours ? [{ op: "replace", path: field.path, value: saved } as const] : []),
      { op: "remove", path: annotationPath(ANNOTATIONS.savedStrategy) },
      ...(annotations[ANNOTATIONS.setStrategy] === undefined
        ? []
        : [{ op: "remove", path: annotationPath(ANNOTATIONS.setStrategy) } as const]),
    ],
    reason: ours ? `strategy ${JSON.stringify(saved)} is back` : "the strategy was changed by somebody else since and stays",
  };
}

/** An earlier step of ours has saved the author's strategy already: what is live now is our own. */
function strategyToSave(field: StrategyField): string {
  const saved = field.metadata?.annotations?.[ANNOTATIONS.savedStrategy];
  return saved !== undefined && isOurs(field) && parsedObject(saved) !== null ? saved : JSON.stringify(field.live ?? {});
}

function isOurs({ metadata, live }: StrategyField): boolean {
  return deepEqual(live, parsedObject(metadata?.annotations?.[ANNOTATIONS.setStrategy]) ?? SURGE_STRATEGY);
}

function parsedObject(text: string | undefined): object | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function intOrString(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}
