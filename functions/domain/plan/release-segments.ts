import { isRestoring } from "../plan-steps.ts";
import type { PlanStep } from "../rollback-document.ts";
import { actionStep } from "./chain.ts";
import type { RestoreTarget } from "./plan-targets.ts";

type Clocks = Pick<PlanStep, "bakeSeconds" | "deadlineSeconds">;

/**
 * The steps that bring one release back, in the order configuration -> template -> scale: pods of the old template must not start with the new
 * configuration. The last of them is judged by the service's checks, those before it prepare it. `onFail` is where a release leads that did not help.
 */
export function releaseSegment(
  { target, restore }: RestoreTarget,
  number: number,
  clocks: Clocks,
  { onPass, onFail, stop }: { readonly onPass: string; readonly onFail: string; readonly stop: string },
): PlanStep[] {
  const { configs = [], replicas = null, autoscaler = null, template = true } = restore ?? {};
  const steps: PlanStep[] = [];
  if (configs.length > 0) {
    const action = { kind: "restore-config" as const, configs: configs.map((config) => ({ ...config })), restart: !template };
    steps.push(actionStep(restoreConfigId(number), action, { target: template ? target : null, onFail: stop }));
  }
  if (autoscaler !== null)
    steps.push(actionStep(`restore-autoscaler-${number}`, autoscaler, { target: template ? target : null, onFail: stop }));
  if (template) {
    steps.push({ ...workloadStep("restore-template", number), target, onFail: stop });
  }
  if (replicas !== null) steps.push({ ...workloadStep("restore-scale", number), target: template ? target : null, replicas, onFail: stop });
  const last = steps.at(-1)?.id;
  return steps.map((step, index) => {
    const onward = { ...step, onPass: steps[index + 1]?.id ?? onPass };
    if (step.id === last) return { ...onward, ...clocks, onFail, ...(isRestoring(step) ? {} : { judged: true }) };
    if (!isRestoring(step)) return onward;
    // Its pods are not waited for: what comes next is part of the same release.
    return { ...onward, ...clocks, bakeSeconds: 1, judged: false };
  });
}

/** Id of the step that brings the configuration of the plan's nth release back; the first is 1. */
export function restoreConfigId(number: number): string {
  return `restore-config-${number}`;
}

function workloadStep(kind: "restore-template" | "restore-scale", number: number): PlanStep {
  return { id: `${kind}-${number}`, kind, target: null, replicas: null, onPass: "", onFail: "", bakeSeconds: 1, deadlineSeconds: 60 };
}
