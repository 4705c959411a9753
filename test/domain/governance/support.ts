import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import type { StrategyFacts } from "../../../functions/domain/plan/strategy-facts.ts";
import type { Governance, RollbackTrigger } from "../../../functions/domain/rollback-document.ts";
import type { GovernancePolicy } from "../../../functions/domain/rollback-policy.ts";
import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import { aBlueprint, aManualTrigger, governanceFacts, MOMENTS } from "../../support/builders/index.ts";
import { strategyFacts } from "../strategies/support.ts";

export const NOW = MOMENTS.assessedAt;
export const byHand = (request?: RollbackTrigger["request"]) => aManualTrigger(request === undefined ? {} : { request });

/** The usual night: a good release to go back to, a clean past, mode auto. */
export function governed(overrides: Partial<StrategyFacts> = {}): StrategyFacts {
  return strategyFacts({ governance: governanceFacts(), now: NOW, ...overrides });
}

export function verdict(overrides: Partial<StrategyFacts> = {}): Governance {
  return selectStrategy(governed(overrides)).governance;
}

export function checkOf({ checks }: Governance, rule: string): Governance["checks"][number] {
  const found = checks.find((check) => check.rule === rule);
  if (found === undefined) throw new Error(`rule ${rule} was not asked: ${checks.map((check) => check.rule).join(", ")}`);
  return found;
}

export function withGovernance(governance: Partial<GovernancePolicy>, overrides: Partial<Blueprint> = {}): Blueprint {
  const base = aBlueprint(overrides);
  return { ...base, policy: { ...base.policy, governance: { ...base.policy.governance, ...governance } } };
}

export function withRollback(rollback: Partial<Blueprint["rollback"]>, overrides: Partial<Blueprint> = {}): Blueprint {
  const base = aBlueprint(overrides);
  return { ...base, rollback: { ...base.rollback, ...rollback } };
}
