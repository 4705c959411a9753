import type { Target } from "../../../functions/domain/blueprint.ts";
import type { ClusterAction } from "../../../functions/domain/cluster-action.ts";
import type { WorkloadState, WorkloadWrite, WriteStamp } from "../../../functions/domain/workload.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { NAMESPACE, type View } from "../support/scene.ts";
import { type Step, stateStep } from "../support/use-case.ts";

export const TARGET: Target = { cluster: "demo", namespace: NAMESPACE, kind: "Deployment", name: "checkout" };
export const STAMP: WriteStamp = { execution: "rg-checkout-20260724T120000Z-0a1b2c3d", fence: 7 };

/** ExecuteStep and VerifyStep of one action. */
export function actionSteps(action: ClusterAction, target: Target = TARGET): readonly Step[] {
  return [
    stateStep("ExecuteStep", async ({ actions }) => {
      const { outcome, reason } = await actions.apply(target, action, STAMP);
      return { word: outcome, reason };
    }),
    stateStep("VerifyStep", async ({ actions }) => {
      const { verdict, reason } = await actions.confirm(target, action, STAMP);
      return { word: verdict, reason };
    }),
  ];
}

/** ExecuteStep of one write, and the read that VerifyStep judges by. */
export function writeSteps(write: WorkloadWrite, target: Target = TARGET): readonly Step[] {
  return [
    stateStep("ExecuteStep", async ({ workload }) => {
      const { outcome, reason } = await workload.apply(target, write);
      return { word: outcome, reason };
    }),
    readStep("VerifyStep", target),
  ];
}

/** What VerifyStep and AssessIncident see of the workload. */
export function readStep(name: "VerifyStep" | "AssessIncident", target: Target = TARGET): Step {
  return stateStep(name, async ({ workload }) => {
    const state = await workload.read(target);
    return { word: state === null ? "absent" : wordOf(state), reason: "", facts: state };
  });
}

function wordOf({ templateHash, replicas, strategy, paused }: WorkloadState): string {
  return `${templateHash} x ${replicas}, ${strategy.type} ${strategy.maxSurge}/${strategy.maxUnavailable}${paused ? ", paused" : ""}`;
}

interface Revision extends KubernetesObject {
  readonly spec?: { readonly template?: Template };
  readonly data?: { readonly spec?: { readonly template?: Template } };
}
interface Template {
  readonly spec?: { readonly containers?: readonly { readonly image?: string }[] };
}

/** The ReplicaSet or ControllerRevision that runs an image. */
export function revisionOf(view: View, plural: "replicasets" | "controllerrevisions", image: string): KubernetesObject {
  const found = view.all<Revision>(plural).find(({ spec, data }) => {
    const template = spec?.template ?? data?.spec?.template;
    return template?.spec?.containers?.[0]?.image === image;
  });
  if (found === undefined) throw new Error(`the scene has no revision with ${image}`);
  return found;
}

export function labelOf({ metadata }: KubernetesObject, label: string): string {
  return metadata.labels?.[label] ?? "";
}

/** What was assessed of a workload. */
export function expected({ metadata }: KubernetesObject) {
  return { uid: metadata.uid, generation: metadata.generation ?? 0 };
}
