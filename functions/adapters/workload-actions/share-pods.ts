import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../domain/cluster-action.ts";
import { ANNOTATIONS, type WriteStamp } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { restoreTemplatePatch, unpause } from "../kubernetes/deployment-patch.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import { identity, isControlledBy, templateHashOf } from "../kubernetes/deployment-state.ts";
import { type ObjectDecision, result, writeObject } from "../kubernetes/object-write.ts";
import { templatesEqual, withoutHashLabel } from "../kubernetes/template-equality.ts";
import { annotation } from "../kubernetes/workload-patch.ts";
import { scaleReplicaSet } from "./scale-replica-set.ts";

type PauseAtShare = Extract<ClusterAction, { kind: "pause-at-share" }>;
type Resume = Extract<ClusterAction, { kind: "resume" }>;

/**
 * Old and new pods side by side without a router: the rollout is paused with the old template and a surge of exactly `replicas`, then the old ReplicaSet
 * is scaled to that. With another surge the controller would spread the pods anew; with as many old pods as are asked for it would take the new ones away.
 */
export const pauseAtShare: ActionModule<PauseAtShare> = {
  async apply(kubernetes, target, action, stamp) {
    const revision = await kubernetes.get<ReplicaSet>(pathsOf(target).replicaSet(action.replicaSet));
    const problem = whyNotRevision(revision, action);
    if (revision === null || problem !== null) return result("refused", problem ?? "");
    const from = action.from === undefined ? undefined : await kubernetes.get<ReplicaSet>(pathsOf(target).replicaSet(action.from));
    let generation = 0;
    const paused = await writeObject<Deployment>(kubernetes, target, stamp, {
      path: pathsOf(target).deployment,
      what: whatOf(target),
      query: "&fieldValidation=Strict",
      decide(live) {
        generation = live.metadata?.generation ?? 0;
        return decidePause(live, { revision, from }, action, stamp);
      },
    });
    if (paused.outcome !== "applied" && paused.outcome !== "already-applied") return paused;
    const scaled = await scaleReplicaSet(kubernetes, target, action, stamp);
    if (scaled.outcome === "refused" || scaled.outcome === "superseded") return scaled;
    const outcome = paused.outcome === "applied" || scaled.outcome === "applied" ? "applied" : "already-applied";
    return { ...result(outcome, `${paused.reason}; ${scaled.reason}`), generation };
  },

  async confirm(kubernetes, target, action) {
    const paths = pathsOf(target);
    const [live, revision] = await Promise.all([
      kubernetes.get<Deployment>(paths.deployment),
      kubernetes.get<ReplicaSet>(paths.replicaSet(action.replicaSet)),
    ]);
    return judgeShare(live, revision, action);
  },
};

/** Out of the pause, either way: on with the template that was restored, or the suspect one back where nothing speaks against it any more. */
export const resumeShare: ActionModule<Resume> = {
  async apply(kubernetes, target, action, stamp) {
    const revision = await kubernetes.get<ReplicaSet>(pathsOf(target).replicaSet(action.replicaSet));
    const problem = whyNotRevision(revision, action);
    if (revision === null || problem !== null) return result("refused", problem ?? "");
    let generation = 0;
    const resumed = await writeObject<Deployment>(kubernetes, target, stamp, {
      path: pathsOf(target).deployment,
      what: whatOf(target),
      query: "&fieldValidation=Strict",
      decide(live) {
        generation = live.metadata?.generation ?? 0;
        const there = hasTemplate(live, revision);
        if (there && live.spec?.paused !== true)
          return { decision: "already-applied", reason: `the rollout goes to ${action.templateHash}` };
        if (identity(live).stamps.execution !== stamp.execution) {
          return { decision: "superseded", reason: "the pause is not this execution's: somebody else has written the Deployment since" };
        }
        if (!isControlledBy(revision, live.metadata?.uid))
          return { decision: "refused", reason: `${action.replicaSet} is another workload's` };
        const { operations } = restoreTemplatePatch(live, withoutHashLabel(revision.spec?.template ?? {}), stamp);
        return { decision: "write", reason: `resumed towards ${action.templateHash}`, patch: [...operations, ...unpause(live)] };
      },
    });
    return { ...resumed, generation };
  },

  async confirm(kubernetes, target, { replicaSet, templateHash }) {
    const paths = pathsOf(target);
    const [live, revision] = await Promise.all([
      kubernetes.get<Deployment>(paths.deployment),
      kubernetes.get<ReplicaSet>(paths.replicaSet(replicaSet)),
    ]);
    if (live === null || revision === null) return { verdict: "lost", reason: "the Deployment or its ReplicaSet does not exist any more" };
    if (!hasTemplate(live, revision)) return { verdict: "lost", reason: `the live template is not ${templateHash} any more` };
    return live.spec?.paused === true
      ? { verdict: "lost", reason: "somebody has paused the Deployment again" }
      : { verdict: "proven", reason: `the rollout goes to ${templateHash}` };
  },
};

/** `from` is null when the release that was assessed is gone, and undefined where nobody asks for it. */
function decidePause(
  live: Deployment,
  { revision, from }: { readonly revision: ReplicaSet; readonly from: ReplicaSet | null | undefined },
  action: PauseAtShare,
  stamp: WriteStamp,
): ObjectDecision {
  const { paused, stamps, replicas } = identity(live);
  const ours = stamps.execution === stamp.execution && live.metadata?.annotations?.[ANNOTATIONS.paused] !== undefined;
  if (paused && ours && hasTemplate(live, revision)) return { decision: "already-applied", reason: "paused with the earlier template" };
  if (paused) return { decision: "refused", reason: "the Deployment is paused by somebody else" };
  if (from !== undefined && !hasTemplate(live, revision) && (from === null || !hasTemplate(live, from))) {
    return { decision: "superseded", reason: `the live template is not that of ${action.from} any more: somebody has deployed since` };
  }
  if (!isControlledBy(revision, live.metadata?.uid)) return { decision: "refused", reason: `${action.replicaSet} is another workload's` };
  if (action.replicas >= replicas) {
    return {
      decision: "refused",
      reason: `${action.replicas} old pods beside ${replicas} new ones would end the rollout: fewer are needed`,
    };
  }
  const bounds = { maxSurge: String(action.replicas), maxUnavailable: "0" };
  const { operations } = restoreTemplatePatch(live, withoutHashLabel(revision.spec?.template ?? {}), stamp, bounds);
  const pause = [{ op: "add", path: "/spec/paused", value: true } as const, annotation(ANNOTATIONS.paused, stamp.execution)];
  return { decision: "write", reason: `paused with the earlier template ${action.templateHash}`, patch: [...operations, ...pause] };
}

/** Does the state hold? The controller must not spread the pods anew, and nobody may resume. */
function judgeShare(live: Deployment | null, revision: ReplicaSet | null, { replicas, templateHash }: PauseAtShare): Confirmation {
  if (live === null || revision === null) return { verdict: "lost", reason: "the Deployment or its ReplicaSet does not exist any more" };
  if (live.spec?.paused !== true) return { verdict: "lost", reason: "somebody has resumed the rollout" };
  if (!hasTemplate(live, revision)) return { verdict: "lost", reason: `the live template is not ${templateHash} any more` };
  if (revision.spec?.replicas !== replicas) {
    return {
      verdict: "lost",
      reason: `${revision.spec?.replicas ?? 0} old pods are asked for, not ${replicas}: the controller has spread them anew`,
    };
  }
  const available = revision.status?.availableReplicas ?? 0;
  return available >= replicas
    ? { verdict: "proven", reason: `${available} old pods serve beside ${live.spec.replicas ?? 1} new ones` }
    : { verdict: "not-yet", reason: `${available} of ${replicas} old pods are available` };
}

function whyNotRevision(revision: ReplicaSet | null, { replicaSet, templateHash }: PauseAtShare | Resume): string | null {
  if (revision === null) return `ReplicaSet ${replicaSet} is gone, and the template with it`;
  const hash = templateHashOf(revision);
  return hash === templateHash ? null : `ReplicaSet ${replicaSet} has template ${hash}, not ${templateHash}`;
}

function hasTemplate({ spec }: Deployment, revision: ReplicaSet): boolean {
  return spec !== undefined && revision.spec?.template !== undefined && templatesEqual(spec.template, revision.spec.template);
}

function whatOf({ namespace, name }: Target): string {
  return `Deployment ${namespace}/${name}`;
}
