import type { RestoredConfig } from "../cluster-action.ts";
import { describeObject, reapplies } from "../gitops.ts";
import { adviceToResume, whatFollowsResume, whyNotResume } from "../gitops-resume.ts";
import type { PlanStep } from "../rollback-document.ts";
import { actionStep } from "./chain.ts";
import { restoreConfigId } from "./release-segments.ts";
import { restoreSteps } from "./restore-steps.ts";
import type { PlannedSteps, StrategyFacts } from "./strategy-facts.ts";

/** A drift is watched for two of the controller's intervals, and at most this long: the rest is for `observe-releases`. */
export const MOST_DRIFT_SECONDS = 120;
const INTERVALS = 2;
/** Of a controller whose interval is not known: Argo CD's own default. */
const USUAL_INTERVAL_SECONDS = 180;

/** Before the restore: the controller that would re-apply the bad version is suspended. A hold that fails does not keep the rollback from being made. */
export function holdSteps(facts: StrategyFacts): readonly PlanStep[] {
  const { gitops, blueprint } = facts;
  if (!isOwned(facts) || gitops === null || gitops.held || !blueprint.gitops.hold) return [];
  return [actionStep("hold-gitops", { kind: "hold-gitops", gitops }, { deadlineSeconds: 20 })];
}

/** After the restore: does it stay? */
export function driftSteps(facts: StrategyFacts): readonly PlanStep[] {
  const { gitops, assessment } = facts;
  const { change } = assessment;
  if (!isOwned(facts) || change === null) return [];
  const seconds = Math.min(MOST_DRIFT_SECONDS, INTERVALS * (gitops?.intervalSeconds ?? USUAL_INTERVAL_SECONDS));
  const held = gitops !== null && (gitops.held || holdSteps(facts).length > 0);
  return [
    actionStep(
      "watch-drift",
      {
        kind: "watch-drift",
        gitops: gitops === null ? null : { ...gitops, held },
        suspect: {
          templateHash: change.kind === "deploy" ? change.toHash : null,
          replicas: change.kind === "scale" ? change.toReplicas : null,
        },
        ...watchedConfigs(restoreSteps(facts).steps),
        seconds,
      },
      { bakeSeconds: Math.min(5, Math.max(1, Math.ceil(seconds / 10))), deadlineSeconds: seconds + 30 },
    ),
  ];
}

/**
 * What the first release brings back around its template, which every plan does that gets this far. Objects of later releases alone are left out: whether
 * they were written is only known then.
 */
function watchedConfigs(restoring: readonly PlanStep[]): { configs?: RestoredConfig[] } {
  const restores = restoring.flatMap(({ id, action }) => (action?.kind === "restore-config" ? [{ id, configs: action.configs }] : []));
  const all = restores.flatMap(({ configs }) => configs);
  const first = restores.find(({ id }) => id === restoreConfigId(1))?.configs ?? [];
  const configs = first.map(({ kind, name, fromHash }) => ({
    kind,
    name,
    dataHashes: all.flatMap((one) => (one.kind === kind && one.name === name && one.dataHash !== null ? [one.dataHash] : [])),
    fromHash,
  }));
  return configs.length === 0 ? {} : { configs };
}

/** The whole plan of a `resume` request, or why the workload is not given back. */
export function resumeSteps({ gitops, gitopsProblem, observations }: StrategyFacts): PlannedSteps {
  if (gitops === null) return { steps: [], problem: gitopsProblem ?? "nothing names the object that applies the manifests" };
  const problem = whyNotResume(gitops, observations);
  if (problem !== null) return { steps: [], problem };
  return { steps: [actionStep("resume-gitops", { kind: "resume-gitops", gitops })], problem: null };
}

/** Sentences for the plan about who else writes the workload. */
export function gitopsReasons(facts: StrategyFacts): readonly string[] {
  const { gitops, gitopsProblem, assessment, blueprint } = facts;
  const owner = assessment.workload?.owner ?? null;
  if (owner === null || assessment.change?.kind === "leftover") return [];
  if (assessment.change?.kind === "held") return gitops === null ? [] : [`after the resume: ${whatFollowsResume(gitops)}`];
  if (!reapplies(owner)) return [`Helm release ${owner.ref}: the next upgrade brings back whatever its values say`];
  if (gitops === null) return [`${owner.kind} (${owner.ref}) is not held: ${gitopsProblem ?? "nothing names its object"}`];
  const object = describeObject(gitops.object);
  if (gitops.held) return [`${object} applies nothing by itself already`];
  if (!blueprint.gitops.hold) return [`${object} is not held, as the blueprint says (gitops.hold: false)`];
  return gitops.parent === null ? [] : [`${gitops.parent} writes ${object} and may undo the hold`];
}

/** What is told in the end; null where nobody has to act. */
export function gitopsAdvice(
  plan: { readonly steps: readonly PlanStep[] },
  facts: Omit<Parameters<typeof adviceToResume>[0], "gitops">,
): string | null {
  const drift = plan.steps.find(({ kind }) => kind === "watch-drift")?.action;
  return adviceToResume({ ...facts, gitops: drift?.kind === "watch-drift" ? drift.gitops : null });
}

function isOwned({ assessment }: StrategyFacts): boolean {
  const { change } = assessment;
  return reapplies(assessment.workload?.owner ?? null) && change?.kind !== "leftover" && change?.kind !== "traffic";
}
