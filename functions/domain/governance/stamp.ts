import type { Blueprint } from "../blueprint.ts";
import type { Sha256 } from "../execution-name.ts";
import type { Freeze } from "../governance.ts";
import { freezeInWords } from "../may-release.ts";
import type { Governance, Plan } from "../rollback-document.ts";

const HASH_CHARACTERS = 12;

export interface Asked {
  readonly at: string;
  /** Those that hold. They decide nothing here, but whoever reads the plan should know. */
  readonly freezes: readonly Freeze[];
}

/** Says when the rules were asked, with which policy, and about which plan: an approval is for this plan alone. */
export function stamped(plan: Plan, blueprint: Blueprint, { at, freezes }: Asked, sha256: Sha256): Plan {
  const { mode, rollback, policy, scaling, target } = blueprint;
  const short = (value: unknown) => sha256(JSON.stringify(value)).slice(0, HASH_CHARACTERS);
  return {
    ...plan,
    reasons: [
      ...plan.reasons,
      ...freezes.map((freeze) => `${freezeInWords(freeze)}: releases wait until ${freeze.until}, a rollback does not`),
    ],
    governance: {
      ...plan.governance,
      planHash: short([plan.strategy, target, plan.steps]),
      policyHash: short([mode, rollback, scaling, policy.governance, policy.approval]),
      at,
    },
  };
}

/** Another incident took the last place in the hour between the look and the reservation. */
export function withoutReservation(plan: Plan): Plan {
  const lost = { outcome: "fail", observed: "others have taken the last places of this hour" } as const;
  const checks: Governance["checks"] = plan.governance.checks.map((one) => (one.rule === "rate" ? { ...one, ...lost } : one));
  return { ...plan, governance: { ...plan.governance, verdict: "needs-approval", rule: "rate", checks } };
}
