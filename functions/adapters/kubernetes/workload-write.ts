import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { WorkloadWrite, WriteResult } from "../../domain/workload.ts";
import { decideWrite, type GuardedWorkload } from "../../domain/write-guard.ts";
import type { JsonPatchOperation, PatchAnswer } from "./kubernetes-client.ts";
import type { WorkloadPatch } from "./workload-patch.ts";

/** A lost race is decided anew on what is live then; this often at most. */
const MOST_TRIES = 3;

/** What one try reads before it decides. */
export interface WriteScene<T> {
  readonly live: T;
  readonly guarded: GuardedWorkload;
}

/** What the kinds of workload do differently. */
export interface WorkloadWriter<T, S extends WriteScene<T>> {
  /** `Deployment shop/checkout`. */
  readonly where: string;
  /** Null when the workload does not exist. */
  readScene(write: WorkloadWrite): Promise<S | null>;
  /** The patch, or why there is none. */
  patchFor(scene: S, write: WorkloadWrite): WorkloadPatch | string;
  send(operations: readonly JsonPatchOperation[], how?: { readonly dryRun: boolean }): Promise<PatchAnswer<T>>;
  /** What the guard must know of the object that the server stored. */
  guardedAfter(stored: T, scene: S): GuardedWorkload;
}

/** What a write came to, and the object that the server stored; null unless it is our write that is in it. */
export interface WrittenWorkload<T> {
  readonly result: WriteResult;
  readonly stored: T | null;
}

/**
 * One write of ExecuteStep: read, decide, send one guarded JSON Patch, check the answer. At most one effective write, also when called twice or
 * when the answer is lost: then the object itself says whether the write is there.
 */
export async function applyWrite<T extends { readonly metadata?: ObjectMeta }, S extends WriteScene<T>>(
  writer: WorkloadWriter<T, S>,
  write: WorkloadWrite,
): Promise<WrittenWorkload<T>> {
  let conflict = "";
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const scene = await writer.readScene(write);
    if (scene === null) return without("superseded", 0, `${writer.where} does not exist any more`);
    const { generation } = scene.guarded;
    if (isOlderThanAssessed(scene.guarded, write)) {
      conflict = `the API server answered with generation ${generation}, which is older than what was assessed`;
      continue;
    }
    const { decision, reason } = decideWrite(scene.guarded, write);
    if (decision !== "proceed") return without(decision, generation, reason);
    const patch = writer.patchFor(scene, write);
    if (typeof patch === "string") return without("refused", generation, patch);
    const dryRun = write.kind === "restore-template" ? (write.dryRun ?? false) : false;
    const rehearsed = dryRun === false ? null : await writer.send(patch.operations, { dryRun: true });
    if (rehearsed?.outcome === "denied")
      return without("refused", generation, `the API server would deny the write (dry run): ${rehearsed.message}`);
    if (rehearsed?.outcome === "stored" && dryRun === "alone")
      return without("already-applied", generation, "the API server would take the write (dry run)");
    const toBeWritten = rehearsed === null || rehearsed.outcome === "stored";
    const answer = toBeWritten ? await send(writer, write, patch) : rehearsed;
    switch (answer.outcome) {
      case "stored":
        return checked(writer, answer.object, scene, write, `${reason}; ${patch.reason}`);
      case "absent":
        return without("superseded", 0, `${writer.where} does not exist any more`);
      case "denied":
        return without("refused", generation, `the API server denied the write: ${answer.message}`);
      case "conflict":
        conflict = answer.message;
    }
  }
  throw new TransientUpstreamError(`${writer.where} changed during each of ${MOST_TRIES} tries to write it (${conflict})`, {});
}

/** Sends the patch. No answer (reset, timeout, 5xx) leaves open whether it was stored: the object is read again and tells. */
async function send<T, S extends WriteScene<T>>(
  writer: WorkloadWriter<T, S>,
  write: WorkloadWrite,
  { operations }: WorkloadPatch,
): Promise<PatchAnswer<T>> {
  try {
    return await writer.send(operations);
  } catch (error) {
    if (!(error instanceof TransientUpstreamError)) throw error;
    const scene = await writer.readScene(write);
    if (scene !== null && isOurs(scene.guarded, write) && decideWrite(scene.guarded, write).decision === "already-applied") {
      return { outcome: "stored", object: scene.live };
    }
    throw error;
  }
}

/** `applied` is said of what the server stored, not of what was sent: an admission webhook may have changed it. */
function checked<T, S extends WriteScene<T>>(
  writer: WorkloadWriter<T, S>,
  stored: T,
  scene: S,
  write: WorkloadWrite,
  reason: string,
): WrittenWorkload<T> {
  const guarded = writer.guardedAfter(stored, scene);
  if (isOurs(guarded, write) && decideWrite(guarded, write).decision === "already-applied") {
    return { result: { outcome: "applied", generation: guarded.generation, reason }, stored };
  }
  const why = `the API server stored something else than was sent (an admission webhook changed it?): ${writer.where} needs a look by a person`;
  return without("refused", guarded.generation, why);
}

/**
 * A generation never goes back: such an answer comes from a cache, and would show the good template as if it were live, or no strategy as saved. A Rollout's
 * strategy is never saved, and its template may be another object's: generations of two objects say nothing of each other.
 */
function isOlderThanAssessed({ kind, uid, generation }: GuardedWorkload, write: WorkloadWrite): boolean {
  if (write.kind === "restore-strategy" && kind === "Rollout") return false;
  return uid === write.expect.uid && generation < (write.expect.generation ?? 0);
}

function isOurs({ stamps }: GuardedWorkload, { stamp }: WorkloadWrite): boolean {
  return stamps.execution === stamp.execution && stamps.fence === stamp.fence;
}

function without(outcome: WriteResult["outcome"], generation: number, reason: string): WrittenWorkload<never> {
  return { result: { outcome, generation, reason }, stored: null };
}
