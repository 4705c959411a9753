import { attemptsRule } from "../governance/attempts.ts";
import { barredRule } from "../governance/barred-releases.ts";
import { breakerRule, cooldownRule, rateRule } from "../governance/pace.ts";
import { blastRadiusRule, boundsRule, preflightRule, targetRule } from "../governance/plan-rules.ts";
import { verdictOf } from "../governance/ruled.ts";
import { automaticRule, modeRule, switchRule } from "../governance/switch-and-mode.ts";
import type { Governance, PlanStep } from "../rollback-document.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/**
 * May this plan be carried out, and which rule says so? Every rule is asked, also behind one that failed. A freeze is none of them: it keeps releases out,
 * never a rollback. `problem` is why there are no steps, null when there are.
 */
export function govern(facts: StrategyFacts, steps: readonly PlanStep[], problem: string | null): Governance {
  const { blueprint, switchState, trigger, assessment, preflight, governance: past, servicesInIncident = 1 } = facts;
  const now = facts.now ?? assessment.assessedAt;
  const pace = { past, now, policy: blueprint.policy.governance, trigger };
  return verdictOf([
    switchRule(switchState),
    modeRule(blueprint, trigger, assessment.alarms),
    barredRule("one-way", facts, steps),
    barredRule("quarantine", facts, steps),
    breakerRule(pace),
    rateRule(pace),
    cooldownRule(pace),
    attemptsRule({ ...pace, maxAttempts: blueprint.rollback.maxAttempts, change: assessment.change, steps, verdicts: facts }),
    blastRadiusRule(servicesInIncident, blueprint),
    boundsRule(blueprint, steps),
    preflightRule(preflight, steps),
    targetRule(problem, steps),
    automaticRule(blueprint, trigger),
  ]);
}
