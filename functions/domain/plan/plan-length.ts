import type { PlanStep } from "../rollback-document.ts";
import { FINISH } from "./chain.ts";

/** The longest way through a plan, in seconds, if every step on it used up its deadline. Throws where a plan leads in a circle. */
export function longestSeconds(steps: readonly PlanStep[]): number {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const known = new Map<string, number>();
  const from = (id: string, path: ReadonlySet<string>): number => {
    const step = byId.get(id);
    if (step === undefined) return 0;
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    if (path.has(id)) throw new Error(`the plan leads from ${id} back to it`);
    const onPath = new Set([...path, id]);
    const seconds = step.deadlineSeconds + Math.max(0, ...edgesOf(step).map((label) => from(label, onPath)));
    known.set(id, seconds);
    return seconds;
  };
  return steps[0] === undefined ? 0 : from(steps[0].id, new Set());
}

/** Where a step may lead, the end left out. */
export function edgesOf({ onPass, onFail, onWorse, onInconclusive }: PlanStep): string[] {
  return [...new Set([onPass, onFail, onWorse ?? FINISH, onInconclusive ?? FINISH])].filter((label) => label !== FINISH);
}
