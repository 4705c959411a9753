import type { ConfigNeed, PreflightFacts } from "./preflight-facts.ts";
import type { PlanStep } from "./rollback-document.ts";

/**
 * What was looked at, as it will be when the template is written: keys of a ConfigMap whose earlier content the plan brings back first are not missing,
 * since that release ran with them. An object that is gone stays so: content comes back only into what is there.
 */
export function withRestoredConfigs(facts: PreflightFacts, steps: readonly PlanStep[]): PreflightFacts {
  const targets = facts.targets.map((target) => ({
    ...target,
    configs: target.configs.map((config) => {
      const { need, missing } = config;
      if ("notChecked" in missing || missing.value.includes(need.name)) return config;
      return comesBack(steps, target.templateHash, need) ? { need, missing: { value: [] } } : config;
    }),
  }));
  return { ...facts, targets };
}

function comesBack(steps: readonly PlanStep[], templateHash: string, { kind, name }: ConfigNeed): boolean {
  // A content that a release before it brings back is not brought back twice.
  const last = steps.findLastIndex(({ target }) => target?.templateHash === templateHash);
  return steps
    .slice(0, last + 1)
    .some(
      ({ action }) => action?.kind === "restore-config" && action.configs.some((config) => config.kind === kind && config.name === name),
    );
}
