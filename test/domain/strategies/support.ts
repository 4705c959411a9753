import type { Blueprint, Traffic } from "../../../functions/domain/blueprint.ts";
import type { StrategyFacts } from "../../../functions/domain/plan/strategy-facts.ts";
import type { Surroundings } from "../../../functions/domain/plan/surroundings.ts";
import type { ManualWish, Plan, PlanStep } from "../../../functions/domain/rollback-document.ts";
import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import { aBlueprint, anAssessment, aReleaseObservation, aRollbackTrigger } from "../../support/builders/index.ts";

/** Two backends of one HTTPRoute. */
export function aTraffic(overrides: Partial<Traffic> = {}): Traffic {
  return {
    route: { router: "gateway-api", name: "checkout", rule: null },
    stable: "checkout-stable",
    canary: "checkout-canary",
    perArmSignals: false,
    maintenance: null,
    ...overrides,
  };
}

/** The canary gets `canary` percent of the traffic. */
export function routed(canary: number, overrides: Partial<Surroundings> = {}): Surroundings {
  return {
    route: { shares: { "checkout-stable": 100 - canary, "checkout-canary": canary }, owner: null, prior: '[{"name":"checkout-stable"}]' },
    autoscaler: null,
    ...overrides,
  };
}

export const AUTOSCALER = { hpa: "checkout", maxReplicas: 10, prior: '{"minReplicas":1,"behavior":null}' };

export function strategyFacts(overrides: Partial<StrategyFacts> = {}): StrategyFacts {
  return {
    trigger: aRollbackTrigger(),
    blueprint: aBlueprint(),
    assessment: anAssessment(),
    observations: [aReleaseObservation()],
    switchState: "armed",
    releases: [],
    gitops: null,
    gitopsProblem: null,
    preflight: null,
    ...overrides,
  };
}

/** What a person asks for is what is planned, where it can be. */
export function planned(strategy: NonNullable<ManualWish["strategy"]>, overrides: Partial<StrategyFacts> = {}): Plan {
  return selectStrategy(strategyFacts({ ...overrides, trigger: aRollbackTrigger({ request: { strategy } }) }));
}

export function withPolicy(policy: Partial<Blueprint["policy"]>, overrides: Partial<Blueprint> = {}): Blueprint {
  return aBlueprint({ ...overrides, policy: { ...aBlueprint().policy, ...policy } });
}

/** `id`, `pass > ...`: the edges as people read them. */
export function edgesOf({ steps }: Pick<Plan, "steps">): readonly string[] {
  return steps.map(({ id, onPass, onFail, onWorse, onInconclusive }) =>
    [id, onPass, onFail, ...(onWorse === undefined ? [] : [onWorse]), ...(onInconclusive === undefined ? [] : [onInconclusive])].join(" "),
  );
}

/** Ids on the way that a run takes when every step passes. */
export function wayThrough(
  { steps }: Pick<Plan, "steps">,
  turns: Readonly<Record<string, "onFail" | "onWorse" | "onInconclusive">> = {},
): string[] {
  const way: string[] = [];
  let step: PlanStep | undefined = steps[0];
  while (step !== undefined) {
    way.push(step.id);
    const label: string = step[turns[step.id] ?? "onPass"] ?? step.onFail;
    step = steps.find(({ id }) => id === label);
  }
  return way;
}

/** The weights that a step sets. */
export function weightsOf({ steps }: Pick<Plan, "steps">, id: string): Readonly<Record<string, number>> | null {
  const action = steps.find((step) => step.id === id)?.action;
  return action?.kind === "set-weights" ? action.weights : null;
}
