import type { StrategyFacts } from "../plan/strategy-facts.ts";
import { releaseTargets } from "../release-targets.ts";
import type { PlanStep } from "../rollback-document.ts";
import { namesTarget } from "./by-hand.ts";
import { denies, notChecked, type Ruled } from "./ruled.ts";

const LIMIT = {
  "one-way": "no irreversible release in between",
  quarantine: "no image and no template that was proven bad",
} as const;

/**
 * Behind a release that says of itself that it cannot be undone nobody goes back by himself; nor to a release that holds what was proven bad. Only a
 * person who names the target does.
 */
export function barredRule(rule: keyof typeof LIMIT, facts: StrategyFacts, steps: readonly PlanStep[]): Ruled {
  const { releases, assessment, quarantine = [], trigger } = facts;
  const limit = LIMIT[rule];
  const live = assessment.live ?? releases.find(({ parts }) => parts.templateHash === assessment.workload?.templateHash);
  if (live === undefined || releases.length === 0) return notChecked(rule, "there are no snapshots to tell by", limit);
  const barred = releaseTargets(releases, live, quarantine).barred.filter((bar) => bar.rule === rule);
  const templates = new Set(releases.filter(({ hash }) => barred.some((bar) => bar.hash === hash)).map(({ parts }) => parts.templateHash));
  const planned = steps.flatMap(({ target }) => target ?? []);
  const hashes = new Set(planned.map(({ releaseHash }) => releaseHash));
  const led = planned.some(({ templateHash, releaseHash }) => !releaseHash && templates.has(templateHash));
  // A plan that goes to no release (a scale, a strategy, a hold given back) goes behind none.
  const fails = barred.length > 0 && (steps.length === 0 || led || barred.some(({ hash }) => hashes.has(hash)));
  const observed = barred[0]?.reason ?? "none";
  if (fails && namesTarget(trigger)) return denies(rule, true, { observed: `${observed}; passed: a person named the target`, limit });
  return denies(rule, !fails, { observed, limit });
}
