import type { Severity, TriggerClass } from "./blueprint.ts";
import type { Strategy } from "./rollback-document.ts";

/** Strategy by trigger class and severity: the tree of seed 002 with the classes of seed 003 (performance alone is not critical: high -> fast). */
export const STRATEGY_BY: Readonly<Record<TriggerClass, Readonly<Record<Severity, Strategy>>>> = {
  health: { critical: "immediate", high: "fast", medium: "fast", low: "fast" },
  performance: { critical: "immediate", high: "fast", medium: "gradual", low: "gradual" },
  business: { critical: "immediate", high: "gradual", medium: "gradual", low: "gradual" },
  infrastructure: { critical: "immediate", high: "fast", medium: "fast", low: "fast" },
  security: { critical: "immediate", high: "immediate", medium: "immediate", low: "immediate" },
  database: { critical: "immediate", high: "fast", medium: "fast", low: "fast" },
  canary: { critical: "canary", high: "canary", medium: "canary", low: "canary" },
};

const URGENCY: readonly Strategy[] = ["immediate", "fast", "canary", "gradual"];

/** The most urgent strategy that any class asks for. A manual request has no class and is `fast`. */
export function strategyFor(classes: readonly TriggerClass[], severity: Severity): Strategy {
  const wanted = new Set(classes.map((triggerClass) => STRATEGY_BY[triggerClass][severity]));
  return URGENCY.find((strategy) => wanted.has(strategy)) ?? "fast";
}

/**
 * What runs, with the reason for the record where it is another one: `gradual` needs two versions side by side (`noShare` says why that cannot be), and
 * `canary` a way to shift traffic.
 */
export function runnable(strategy: Strategy, noShare: string | null): { readonly strategy: Strategy; readonly reason: string | null } {
  if (strategy === "immediate" || strategy === "fast" || (strategy === "gradual" && noShare === null)) return { strategy, reason: null };
  const why =
    strategy === "gradual" && noShare !== null ? noShare : `${strategy} needs a way to shift traffic, which this version does not have`;
  return { strategy: "fast", reason: `${why}: falling back to fast` };
}
