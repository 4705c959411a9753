import type { Blueprint } from "../blueprint.ts";
import { FINDING_PRESET } from "../trigger-preset-names.ts";
import type { TriggerWarning } from "../trigger-warnings.ts";

/**
 * Findings are sent to the default event bus of the account and region that they are of, and nowhere else (GuardDuty, Inspector and Security Hub User Guides,
 * "EventBridge"): those of a cluster elsewhere do not arrive by themselves.
 */
export function findingWarnings({ findings, target }: Pick<Blueprint, "findings" | "target">): readonly TriggerWarning[] {
  if (findings === undefined || (target.region === undefined && target.roleArn === undefined)) return [];
  const account = target.roleArn?.split(":")[4];
  const places = [
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(target.region === undefined ? [] : [`region ${target.region}`]),
  ];
  return [
    {
      trigger: FINDING_PRESET,
      message: `its cluster is in ${places.join(", ")}, and findings go to the event bus of their own account and region: where Rollguard is deployed elsewhere, none arrives`,
      fix: "forward them from there with a rule of EventBridge to the default bus here: docs/security-findings.md, Clusters elsewhere",
    },
  ];
}
