import type { CheckPhase } from "../blueprint.ts";
import type { PlanStep } from "../rollback-document.ts";
import { FINISH } from "./chain.ts";
import { confirmHooks } from "./hook-steps.ts";
import { inRow } from "./labels.ts";
import { scriptSteps } from "./script-steps.ts";
import type { StrategyFacts } from "./strategy-facts.ts";
import { watchStep } from "./watch-steps.ts";

/**
 * What has to hold before a new release is kept, after its health checks: what a restored one has to hold too, in steps of its own. `out` leads to the restore,
 * also where nobody can tell; `kept` is where a release goes that has proven itself.
 */
export function keptProof(
  { blueprint }: StrategyFacts,
  { out, kept }: { readonly out: string; readonly kept: string },
): readonly PlanStep[] {
  const elsewhere = { onFail: out, onWorse: out, onInconclusive: out };
  const phaseOf = (phase: Exclude<CheckPhase, "health">): PlanStep[] => {
    const watched = blueprint.verification.phases[phase];
    const watch = watched === null ? [] : [watchStep(`verify-${phase}-kept`, watched.seconds, { ...elsewhere, onPass: FINISH, phase })];
    return [...scriptSteps(blueprint, phase, "kept", elsewhere), ...watch];
  };
  const hooks = confirmHooks(blueprint).map((hook) => ofItsOwn({ ...hook, ...elsewhere, onPass: FINISH }));
  return inRow([...scriptSteps(blueprint, "health", "kept", elsewhere), ...phaseOf("performance"), ...phaseOf("business"), ...hooks], kept);
}

/** A restore that follows asks the same hook again: the same Job would answer with what it has found of the release that was not kept. */
function ofItsOwn(hook: PlanStep): PlanStep {
  const id = `${hook.id}-kept`;
  const action = hook.action?.kind === "run-check" ? { ...hook.action, params: { ...hook.action.params, STEP: id } } : hook.action;
  return { ...hook, id, ...(action === undefined ? {} : { action }) };
}
