import type { Strategy } from "../../functions/domain/rollback-document.ts";

/** How one strategy goes when nothing goes wrong: a demo scenario, and the plan steps that it takes, in their order. */
export interface StrategyRun {
  readonly strategy: Strategy;
  readonly scenario: string;
  readonly service: string;
  readonly steps: readonly string[];
}

/** One run of every strategy, the same on every engine. */
export const STRATEGY_RUNS: readonly StrategyRun[] = [
  {
    strategy: "fast",
    scenario: "error-rate",
    service: "payments",
    steps: ["restore-template-1", "verify-performance-1", "restore-strategy", "quarantine-replica-set"],
  },
  {
    strategy: "immediate",
    scenario: "error-spike",
    service: "tickets",
    steps: [
      "maintenance-on",
      "restore-template-1",
      "lift-part-1-1",
      "watch-lift-1-1",
      "lift-part-1-2",
      "watch-lift-1-2",
      "lift-part-1-3",
      "watch-lift-1-3",
      "lift-maintenance-1",
      "verify-lifted-1",
      "verify-performance-1",
      "restore-strategy",
      "quarantine-replica-set",
    ],
  },
  {
    strategy: "gradual",
    scenario: "gradual",
    service: "offers",
    steps: ["pause-at-share-1", "resume-1", "verify-business-1", "restore-strategy", "quarantine-replica-set"],
  },
  {
    strategy: "canary",
    scenario: "canary",
    service: "comments",
    steps: [
      "stop-canary",
      "traffic-to-stable",
      "analyse-before",
      "restore-template-1",
      "verify-performance-1",
      "restore-strategy",
      "quarantine-replica-set",
    ],
  },
];

const LOOK = ["Bake", "VerifyStep", "PlanFinished?"];

/** The states of a run that recovers with these steps, each looked at once. */
export function statesOf({ steps }: Pick<StrategyRun, "steps">): readonly string[] {
  return [
    "OpenIncident",
    "IsNewIncident?",
    "AssessIncident",
    "ShouldRollBack?",
    "SelectStrategy",
    "NeedsApproval?",
    ...steps.flatMap(() => ["ExecuteStep", ...LOOK]),
    "DiagnoseCause",
    "RecordIncident",
    "DidRecover?",
    "Recovered",
  ];
}

/** How often a step is looked at depends on the engine's clock: looks that follow one another are one, and so is an assessment that was held and made again. */
export function collapsed(states: readonly string[]): readonly string[] {
  const order: string[] = [];
  for (const state of states) {
    const repeats = LOOK.includes(state) && order.slice(-LOOK.length).includes(state);
    if (!repeats && state !== "HoldAssessment") order.push(state);
    if (state === "HoldAssessment") order.splice(order.lastIndexOf("AssessIncident"));
  }
  return order;
}
