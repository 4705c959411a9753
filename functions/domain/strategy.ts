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

/** What runs: `gradual` and `canary` are recognised and fall back to `fast`, with the reason for the record. */
export function runnable(strategy: Strategy): { readonly strategy: Strategy; readonly reason: string | null } {
  if (strategy === "immediate" || strategy === "fast") return { strategy, reason: null };
  return { strategy: "fast", reason: `${strategy} needs a way to shift traffic, which this version does not have: falling back to fast` };
}
