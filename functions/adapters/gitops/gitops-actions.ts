import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../domain/cluster-action.ts";
import { PermissionError } from "../../domain/errors.ts";
import { describeObject, type GitopsState } from "../../domain/gitops.ts";
import type { WriteResult, WriteStamp } from "../../domain/workload.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { type ObjectDecision, result, writeObject } from "../kubernetes/object-write.ts";
import { automatedOf, automatedPatch, backTo, revisionOf, syncIsRunning } from "./argo-application.ts";
import { heldField, isHeld, type OwningObject, pathOfObject, unserved } from "./gitops-object.ts";
import { holdMetadata, holdNoteOf, resumeMetadata } from "./hold-note.ts";

type Kind = "hold-gitops" | "resume-gitops" | "watch-drift";
type Action = Extract<ClusterAction, { kind: Kind }>;

/** Suspends the owning object, or puts exactly what was there before back. Watching writes nothing. */
export async function applyGitops(kubernetes: KubernetesClient, target: Target, action: Action, stamp: WriteStamp): Promise<WriteResult> {
  if (action.kind === "watch-drift") return result("already-applied", `watching for ${action.seconds} s that the restored release stays`);
  const { gitops } = action;
  const path = await pathOfObject(kubernetes, gitops.object);
  if (path === null) return result("refused", unserved(gitops.object));
  const decide = action.kind === "hold-gitops" ? decideHold : decideResume;
  const what = describeObject(gitops.object);
  return writeObject<OwningObject>(kubernetes, target, stamp, { path, what, decide: (live) => decide(gitops, live, stamp) });
}

/** Reads only. */
export async function confirmGitops(kubernetes: KubernetesClient, _target: Target, action: Action): Promise<Confirmation> {
  const { gitops } = action;
  if (gitops === null) return { verdict: "proven", reason: "nothing names the owning object: only the workload itself is watched" };
  const object = describeObject(gitops.object);
  try {
    const path = await pathOfObject(kubernetes, gitops.object);
    const live = path === null ? null : await kubernetes.get<OwningObject>(path);
    if (live === null) return { verdict: "inconclusive", reason: `${object} does not exist`, held: false };
    return confirmed(action.kind, gitops, live);
  } catch (error) {
    if (!(error instanceof PermissionError)) throw error;
    // The workload tells whether the release stays; that the hold cannot be read does not.
    return { verdict: action.kind === "watch-drift" ? "proven" : "inconclusive", reason: error.message, held: false };
  }
}

function confirmed(kind: Kind, gitops: GitopsState, live: OwningObject): Confirmation {
  const object = describeObject(gitops.object);
  const held = isHeld(gitops.object, live);
  switch (kind) {
    case "hold-gitops":
      if (!held) return { verdict: "lost", reason: `${object} applies by itself again${by(gitops)}`, held };
      if (gitops.object.kind === "Application" && syncIsRunning(live)) {
        return { verdict: "not-yet", reason: `${object} is held, but a sync that began before still runs`, held };
      }
      return { verdict: "proven", reason: `${object} is held`, held };
    case "resume-gitops":
      if (heldField(gitops.object, live) !== gitops.prior && canonical(heldField(gitops.object, live)) !== canonical(gitops.prior)) {
        return { verdict: "not-yet", reason: `${object} has ${heldField(gitops.object, live)}, not ${gitops.prior}`, held };
      }
      return { verdict: "proven", reason: `${object} has its own settings again`, held };
    case "watch-drift":
      if (gitops.held && !held) return { verdict: "inconclusive", reason: `the hold of ${object} was taken back${by(gitops)}`, held };
      return {
        verdict: "proven",
        reason: held ? `${object} is held, and nothing was re-applied` : `${object} has re-applied nothing`,
        held,
      };
  }
}

/**
 * First `enabled: false`, which keeps everything else. An older Argo CD drops that field: then our note is there and the automation still on, and
 * all of `automated` goes, which the dropped field has left as it was.
 */
function decideHold(gitops: GitopsState, live: OwningObject, stamp: WriteStamp): ObjectDecision {
  const { object } = gitops;
  if (isHeld(object, live)) return { decision: "already-applied", reason: `${describeObject(object)} applies nothing by itself` };
  const note = holdNoteOf(live);
  const again = note !== null && note.execution === stamp.execution;
  const prior = heldField(object, live);
  const revision = object.kind === "Application" ? revisionOf(live) : gitops.wanted.revision;
  const metadata = holdMetadata(live, { execution: stamp.execution, prior, revision }, stamp);
  const spec = object.kind === "Application" ? automatedPatch(again ? null : { enabled: false }) : { suspend: true };
  return { decision: "write", reason: `${describeObject(object)} is held; before: ${prior}`, merge: { metadata, spec } };
}

/** Only over our own hold, and only back to what it noted. */
function decideResume(gitops: GitopsState, live: OwningObject, stamp: WriteStamp): ObjectDecision {
  const { object, prior } = gitops;
  const name = describeObject(object);
  const note = holdNoteOf(live);
  if (note === null) {
    const same = canonical(heldField(object, live)) === canonical(prior);
    if (same) return { decision: "already-applied", reason: `${name} has its own settings already` };
    return { decision: "superseded", reason: `${name} carries no hold of ours any more: somebody else has taken it over` };
  }
  if (note.prior !== prior) return { decision: "superseded", reason: `${name} was held anew since this was planned` };
  const value: unknown = JSON.parse(prior);
  const metadata = resumeMetadata(live, stamp);
  const automated = isRecord(value) ? backTo(value, automatedOf(live)) : null;
  const spec = object.kind === "Application" ? automatedPatch(automated) : { suspend: value };
  return { decision: "write", reason: `${name}: ${prior} is back`, merge: { metadata, spec } };
}

function by({ parent }: GitopsState): string {
  return parent === null ? "" : ` (by ${parent}?)`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The order of keys says nothing. */
function canonical(json: string): string {
  const value: unknown = JSON.parse(json);
  return isRecord(value) ? JSON.stringify(Object.entries(value).sort(([one], [other]) => one.localeCompare(other))) : json;
}
