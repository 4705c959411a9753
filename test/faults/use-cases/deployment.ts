import type { WorkloadWrite } from "../../../functions/domain/workload.ts";
import { BAD_IMAGE, GOOD_IMAGE, paused, rolledBack, scaledDown, stuck } from "../scenes/deployments.ts";
import { released } from "../scenes/released.ts";
import type { View } from "../support/scene.ts";
import type { UseCase } from "../support/use-case.ts";
import { actionSteps, expected, labelOf, revisionOf, STAMP, TARGET, writeSteps } from "./common.ts";

type Restore = Extract<WorkloadWrite, { kind: "restore-template" }>;

/** Back to the good image, as a plan made from this cluster asks for it. */
export function restore(view: View, more: Partial<Restore> = {}): Restore {
  const good = revisionOf(view, "replicasets", GOOD_IMAGE);
  return {
    kind: "restore-template",
    replicaSet: good.metadata.name,
    templateHash: labelOf(good, "pod-template-hash"),
    expect: expected(view.get("deployments", "checkout")),
    stamp: STAMP,
    ...more,
  };
}

const share = (view: View) => {
  const good = revisionOf(view, "replicasets", GOOD_IMAGE);
  return { templateHash: labelOf(good, "pod-template-hash"), replicaSet: good.metadata.name };
};

const pauseAtShare = (view: View) => ({ kind: "pause-at-share" as const, ...share(view), replicas: 2, seconds: 60 });

export const DEPLOYMENT_USE_CASES: readonly UseCase[] = [
  {
    name: "restore-template of a Deployment that is rolled out",
    scene: released,
    steps: (view) => writeSteps(restore(view)),
  },
  {
    name: "restore-template of a Deployment whose rollout is stuck",
    scene: stuck,
    steps: (view) => writeSteps(restore(view, { availability: { maxSurge: "1", maxUnavailable: "1" } })),
  },
  {
    name: "restore-template of a Deployment that somebody has paused",
    scene: paused,
    steps: (view) => writeSteps(restore(view)),
  },
  {
    name: "restore-template after a dry run, with the guard kept",
    scene: stuck,
    steps: (view) => writeSteps(restore(view, { dryRun: true, keepGuard: true })),
  },
  {
    name: "a dry run of restore-template alone",
    scene: stuck,
    steps: (view) => writeSteps(restore(view, { dryRun: "alone" })),
  },
  {
    name: "restore-template after a pause at a share that is not resumed",
    scene: released,
    given: ({ actions }, view) => actions.apply(TARGET, pauseAtShare(view), STAMP),
    steps: (view) => writeSteps(restore(view)),
  },
  {
    name: "restore-template of a Deployment that was scaled meanwhile",
    scene: released,
    steps: (view) => {
      const { uid, generation } = expected(view.get("deployments", "checkout"));
      const bad = revisionOf(view, "replicasets", BAD_IMAGE).metadata.name;
      return writeSteps(restore(view, { expect: { uid, generation: generation - 1, replicaSet: bad } }));
    },
  },
  {
    name: "restore-scale of a Deployment",
    scene: scaledDown,
    steps: (view) =>
      writeSteps({ kind: "restore-scale", replicas: 4, expect: expected(view.get("deployments", "checkout")), stamp: STAMP }),
  },
  {
    name: "restore-strategy of a Deployment",
    scene: released,
    given: ({ workload }, view) => workload.apply(TARGET, restore(view)),
    steps: (view) => writeSteps({ kind: "restore-strategy", expect: expected(view.get("deployments", "checkout")), stamp: STAMP }),
  },
  {
    name: "relax-rollout",
    scene: stuck,
    given: ({ workload }, view) => workload.apply(TARGET, restore(view)),
    steps: () => actionSteps({ kind: "relax-rollout", maxUnavailable: 1 }),
  },
  {
    name: "pause-at-share",
    scene: released,
    steps: (view) => actionSteps(pauseAtShare(view)),
  },
  {
    name: "resume after a pause at a share",
    scene: released,
    given: ({ actions }, view) => actions.apply(TARGET, pauseAtShare(view), STAMP),
    steps: (view) => actionSteps({ kind: "resume", to: "restored", ...share(view) }),
  },
  {
    name: "release-guard",
    scene: released,
    given: ({ workload }, view) => workload.apply(TARGET, restore(view, { keepGuard: true })),
    steps: () => actionSteps({ kind: "release-guard" }),
  },
  {
    name: "quarantine-replica-set",
    scene: rolledBack,
    steps: (view) => actionSteps({ kind: "quarantine-replica-set", ...failed(view) }),
  },
  {
    name: "delete-replica-set",
    scene: rolledBack,
    steps: (view) => actionSteps({ kind: "delete-replica-set", ...failed(view) }),
  },
  {
    name: "protect-pods",
    scene: stuck,
    steps: (view) => {
      const bad = revisionOf(view, "replicasets", "demo/checkout:v2-noready");
      return actionSteps({ kind: "protect-pods", templateHash: labelOf(bad, "pod-template-hash"), label: "serving", value: "no" });
    },
  },
];

function failed(view: View) {
  const { name, uid } = revisionOf(view, "replicasets", BAD_IMAGE).metadata;
  return { replicaSet: name, uid };
}
