import type { Blueprint, Trigger } from "../../blueprint.ts";
import type { Signal } from "../../signal.ts";

/** What is wrong with where a signal comes from, and what to do. */
export interface SignalFinding {
  readonly message: string;
  readonly fix: string;
}

/** Looks at one signal; the blueprint says which triggers use it. */
export type SignalLint = (signal: Signal, blueprint: Pick<Blueprint, "signals" | "triggers">) => readonly SignalFinding[];

/** The triggers of a signal. */
export function triggersOf({ name }: Signal, { triggers }: Pick<Blueprint, "triggers">): readonly Trigger[] {
  return triggers.filter(({ signal }) => signal === name);
}
