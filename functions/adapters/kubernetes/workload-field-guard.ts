import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";
import type { JsonPatchOperation, KubernetesClient } from "./kubernetes-client.ts";

const MOST_TRIES = 3;

export interface ReleasedGuard {
  readonly outcome: "released" | "nothing-to-release" | "kept" | "absent";
  readonly generation: number;
  readonly reason: string;
}

interface Managed {
  readonly metadata?: ObjectMeta;
}

/**
 * Removes our field-manager entries: while they stand, a server-side apply that sets the same fields meets a conflict, whatever it sets them to.
 * The server adds none for this write. It leaves the fields themselves alone, and the generation.
 */
export async function releaseFieldGuard(
  kubernetes: KubernetesClient,
  paths: { readonly get: string; readonly patch: string },
  known: Managed | null = null,
): Promise<ReleasedGuard> {
  let live = known ?? (await kubernetes.get<Managed>(paths.get));
  let why = "";
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (live === null) return { outcome: "absent", generation: 0, reason: "the workload does not exist any more" };
    const operations = removals(live);
    const generation = live.metadata?.generation ?? 0;
    if (operations.length === 0) return { outcome: "nothing-to-release", generation, reason: `no field is held by ${FIELD_MANAGER}` };
    const answer = await kubernetes.patch<Managed>(paths.patch, operations);
    if (answer.outcome === "stored" && removals(answer.object).length === 0) {
      const stored = answer.object.metadata?.generation ?? generation;
      return { outcome: "released", generation: stored, reason: `fields given back: ${FIELD_MANAGER} holds none` };
    }
    if (answer.outcome === "denied") return { outcome: "kept", generation, reason: `the API server denied it: ${answer.message}` };
    why = answer.outcome === "conflict" ? answer.message : "the entry is still there";
    live = await kubernetes.get<Managed>(paths.get);
  }
  return { outcome: "kept", generation: live?.metadata?.generation ?? 0, reason: `not in ${MOST_TRIES} tries (${why})` };
}

/** Does an entry of ours stand? */
export function holdsFields(object: Managed): boolean {
  return removals(object).length > 0;
}

/** From the last entry to the first: each removal moves those behind it. */
function removals({ metadata }: Managed): JsonPatchOperation[] {
  return (metadata?.managedFields ?? [])
    .flatMap(({ manager }, index) => (manager === FIELD_MANAGER ? [index] : []))
    .reverse()
    .flatMap((index): JsonPatchOperation[] => [
      { op: "test", path: `/metadata/managedFields/${index}/manager`, value: FIELD_MANAGER },
      { op: "remove", path: `/metadata/managedFields/${index}` },
    ]);
}
