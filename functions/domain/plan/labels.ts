import type { PlanStep } from "../rollback-document.ts";
import { FINISH } from "./chain.ts";

/** Labels that parts of a plan use for what comes after them; `linked` puts the ids of steps in their place. */
export const LABELS = {
  /** The first step that takes the change back, or what has to come right before it. */
  restore: "@restore",
  /** The new release was kept: nothing of a restore is made, and nothing is cleaned up after one. */
  kept: "@kept",
  /** The restored release is proven. */
  proven: "@proven",
  /** No release helped: what is ours is given back, and a person is called. */
  failed: "@failed",
  /** The end, at once. */
  ends: "@ends",
} as const;

export type Labels = Readonly<Partial<Record<(typeof LABELS)[keyof typeof LABELS], string>>>;

/** The steps with their labels replaced. A label that nobody has given an id leads to the end. */
export function linked(steps: readonly PlanStep[], ids: Labels): PlanStep[] {
  const of = (label: string) => (label.startsWith("@") ? ((ids as Readonly<Record<string, string>>)[label] ?? label) : label);
  return steps.map((step) => withEdges(step, of));
}

/** What is left of the labels leads to the end. */
export function closed(steps: readonly PlanStep[]): PlanStep[] {
  return steps.map((step) => withEdges(step, (label) => (label.startsWith("@") ? FINISH : label)));
}

/** Every edge of a step through one function. */
export function withEdges(step: PlanStep, of: (label: string) => string): PlanStep {
  const { onWorse, onInconclusive } = step;
  return {
    ...step,
    onPass: of(step.onPass),
    onFail: of(step.onFail),
    ...(onWorse === undefined ? {} : { onWorse: of(onWorse) }),
    ...(onInconclusive === undefined ? {} : { onInconclusive: of(onInconclusive) }),
  };
}

/** Steps one after the other: each leads to the next where it has `FINISH`, the last one to `after`. */
export function inRow(steps: readonly PlanStep[], after: string): PlanStep[] {
  return steps.map((step, index) => withEdges(step, (label) => (label === FINISH ? (steps[index + 1]?.id ?? after) : label)));
}
