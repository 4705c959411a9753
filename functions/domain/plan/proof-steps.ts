import type { CheckPhase } from "../blueprint.ts";
import { isRestoring } from "../plan-steps.ts";
import type { PlanStep } from "../rollback-document.ts";
import { FINISH } from "./chain.ts";
import { inRow, LABELS, withEdges } from "./labels.ts";
import type { Prelude } from "./protect-steps.ts";
import { returnSteps } from "./return-steps.ts";
import { scriptSteps } from "./script-steps.ts";
import type { StrategyFacts } from "./strategy-facts.ts";
import { watchStep } from "./watch-steps.ts";

/**
 * What has to hold after each release that came back, between its own checks and the end: Jobs, the traffic's return, then the phases. Each release has its
 * own, since one that fails leads to the next. `end` is where the restoring steps lead so far.
 */
export function withProof(
  steps: readonly PlanStep[],
  facts: StrategyFacts,
  prelude: Prelude,
  end: string,
  proven: string,
): readonly PlanStep[] {
  const groups = byRelease(steps.filter(({ id }) => id !== end));
  const ending = steps.filter(({ id }) => id === end);
  const failing = (label: string) => (label === end ? LABELS.failed : label);
  return [
    ...[...groups].flatMap(([number, segment]) => {
      // where a judged step of this release leads when it did not help: the next release, or the end
      const judged = segment.filter((step) => isRestoring(step) && step.onPass === end);
      const failed = failing(judged[0]?.onFail ?? end);
      const proof = judged.length === 0 ? [] : proofOf(facts, prelude, { number, failed, proven, judged });
      const first = proof[0]?.id ?? proven;
      const restoring = segment.map((step) => {
        const passes = isRestoring(step) && step.onPass === end;
        return { ...withEdges(step, failing), ...(passes ? { onPass: first } : {}) };
      });
      return [...restoring, ...proof];
    }),
    ...ending,
  ];
}

function hashOf(judged: readonly PlanStep[]): string | null {
  return judged.find(({ target }) => target !== null)?.target?.releaseHash ?? null;
}

interface Proof {
  readonly number: number;
  readonly failed: string;
  readonly proven: string;
  /** The steps by which the release is judged. */
  readonly judged: readonly PlanStep[];
}

function proofOf(facts: StrategyFacts, prelude: Prelude, { number, failed, proven, judged }: Proof): PlanStep[] {
  const { blueprint } = facts;
  // without the traffic's way out first, to know what the phases are called
  const later = (out: string) => [...phaseSteps(facts, "performance", number, out), ...phaseSteps(facts, "business", number, out)];
  const next = later(failed)[0]?.id ?? proven;
  const watched = next !== proven;
  const { steps: returning, wayOut } = returnSteps(facts, prelude, {
    releaseHash: hashOf(judged) ?? goodHash(facts),
    number,
    next,
    failed,
    watched,
    restored: judged.at(-1),
  });
  const first = scriptSteps(blueprint, "health", number, { onFail: failed, onInconclusive: LABELS.failed });
  return [...inRow(first, returning[0]?.id ?? next), ...returning, ...inRow(later(wayOut ?? failed), proven)];
}

/** The release before the change, where its content comes back without its template. */
function goodHash({ assessment }: StrategyFacts): string | null {
  return assessment.change?.fromRelease ?? null;
}

function phaseSteps({ blueprint }: StrategyFacts, phase: Exclude<CheckPhase, "health">, number: number, out: string): PlanStep[] {
  const edges = { onFail: out, onInconclusive: LABELS.failed };
  const watched = blueprint.verification.phases[phase];
  const watch =
    watched === null ? [] : [watchStep(`verify-${phase}-${number}`, watched.seconds, { ...edges, onWorse: out, onPass: FINISH, phase })];
  return [...scriptSteps(blueprint, phase, number, edges), ...watch];
}

/** Steps by the release that they belong to: the number at the end of their id, 1 without one. In the plan's order. */
function byRelease(steps: readonly PlanStep[]): ReadonlyMap<number, readonly PlanStep[]> {
  const groups = new Map<number, PlanStep[]>();
  for (const step of steps) {
    const number = Number(/-(\d+)$/.exec(step.id)?.[1] ?? 1);
    groups.set(number, [...(groups.get(number) ?? []), step]);
  }
  return groups;
}
