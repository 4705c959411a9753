import type { Target } from "../../../functions/domain/blueprint.ts";
import type { WorkloadWrite } from "../../../functions/domain/workload.ts";
import {
  brokenAgent,
  brokenDatabase,
  databaseOnDelete,
  GOOD_AGENT,
  GOOD_DATABASE,
  scaledDatabase,
  waitingDatabase,
} from "../scenes/revisioned.ts";
import { BAD_ROLLOUT_HASH, canaryRollout, GOOD_ROLLOUT_REVISION, rolloutOfDeployment } from "../scenes/rollouts.ts";
import type { View } from "../support/scene.ts";
import type { UseCase } from "../support/use-case.ts";
import { actionSteps, expected, labelOf, revisionOf, STAMP, TARGET, writeSteps } from "./common.ts";

export const DATABASE: Target = { ...TARGET, kind: "StatefulSet", name: "db" };
export const AGENT: Target = { ...TARGET, kind: "DaemonSet", name: "agent" };
export const ROLLOUT: Target = { ...TARGET, kind: "Rollout", name: "web" };

function restoreDatabase(view: View): WorkloadWrite {
  const { name } = revisionOf(view, "controllerrevisions", GOOD_DATABASE).metadata;
  const expect = expected(view.get("statefulsets", "db"));
  return { kind: "restore-template", replicaSet: name, templateHash: name, expect, stamp: STAMP };
}

function restoreAgent(view: View): WorkloadWrite {
  const good = revisionOf(view, "controllerrevisions", GOOD_AGENT);
  return {
    kind: "restore-template",
    replicaSet: good.metadata.name,
    templateHash: labelOf(good, "controller-revision-hash"),
    expect: expected(view.get("daemonsets", "agent")),
    stamp: STAMP,
  };
}

function restoreRollout(view: View, holder: "rollouts" | "deployments"): WorkloadWrite {
  const good = view.get("replicasets", GOOD_ROLLOUT_REVISION);
  return {
    kind: "restore-template",
    replicaSet: good.metadata.name,
    templateHash: labelOf(good, "rollouts-pod-template-hash"),
    expect: { uid: view.get("rollouts", "web").metadata.uid, generation: view.get(holder, "web").metadata.generation ?? 0 },
    stamp: STAMP,
  };
}

export const OTHER_KINDS_USE_CASES: readonly UseCase[] = [
  {
    name: "restore-template of a StatefulSet",
    scene: brokenDatabase,
    steps: (view) => writeSteps(restoreDatabase(view), DATABASE),
  },
  {
    name: "restore-scale of a StatefulSet",
    scene: scaledDatabase,
    steps: (view) =>
      writeSteps({ kind: "restore-scale", replicas: 3, expect: expected(view.get("statefulsets", "db")), stamp: STAMP }, DATABASE),
  },
  {
    name: "replace-pods that are broken, of a StatefulSet",
    scene: waitingDatabase,
    steps: () => actionSteps({ kind: "replace-pods", pods: "broken" }, DATABASE),
  },
  {
    name: "replace-pods one by one under OnDelete",
    scene: databaseOnDelete,
    steps: () => actionSteps({ kind: "replace-pods", pods: "each" }, DATABASE),
  },
  {
    name: "restore-template of a DaemonSet with missing pods",
    scene: brokenAgent,
    steps: (view) => writeSteps(restoreAgent(view), AGENT),
  },
  {
    name: "restore-strategy of a DaemonSet",
    scene: brokenAgent,
    given: ({ workload }, view) => workload.apply(AGENT, restoreAgent(view)),
    steps: (view) => writeSteps({ kind: "restore-strategy", expect: expected(view.get("daemonsets", "agent")), stamp: STAMP }, AGENT),
  },
  {
    name: "restore-template of a Rollout",
    scene: canaryRollout,
    steps: (view) => writeSteps(restoreRollout(view, "rollouts"), ROLLOUT),
  },
  {
    name: "restore-template of a Rollout whose template is a Deployment's",
    scene: rolloutOfDeployment,
    steps: (view) => writeSteps(restoreRollout(view, "deployments"), ROLLOUT),
  },
  {
    name: "restore-scale of a Rollout",
    scene: canaryRollout,
    steps: (view) =>
      writeSteps({ kind: "restore-scale", replicas: 6, expect: expected(view.get("rollouts", "web")), stamp: STAMP }, ROLLOUT),
  },
  {
    name: "abort-rollout",
    scene: canaryRollout,
    steps: () => actionSteps({ kind: "abort-rollout", rollout: "web" }, ROLLOUT),
  },
  {
    name: "promote-rollout",
    scene: canaryRollout,
    steps: () => actionSteps({ kind: "promote-rollout", rollout: "web", templateHash: BAD_ROLLOUT_HASH }, ROLLOUT),
  },
  {
    name: "set-weights of Argo Rollouts",
    scene: canaryRollout,
    steps: () =>
      actionSteps(
        {
          kind: "set-weights",
          route: { router: "argo-rollouts", name: "web", rule: null },
          weights: { stable: 100, canary: 0 },
          prior: { stable: 80, canary: 20 },
        },
        ROLLOUT,
      ),
  },
  {
    name: "release-guard of a Rollout whose template is a Deployment's",
    scene: rolloutOfDeployment,
    given: ({ workload }, view) => workload.apply(ROLLOUT, { ...restoreRollout(view, "deployments"), keepGuard: true }),
    steps: () => actionSteps({ kind: "release-guard" }, ROLLOUT),
  },
];
