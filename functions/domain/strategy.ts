import { SEVERITIES, type Severity, TRIGGER_CLASSES, type TriggerClass } from "./blueprint.ts";
import type { Strategy } from "./rollback-document.ts";
import type { StrategyOverrides } from "./rollback-policy.ts";

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

/** What was chosen, and the words that say by what: a cell of the table, an override of the blueprint, or nothing but the default. */
export interface StrategyChoice {
  readonly strategy: Strategy;
  readonly by: string;
}

/** The most urgent strategy that any class asks for. A manual request has no class and is `fast`. */
export function chooseStrategy(classes: readonly TriggerClass[], severity: Severity, overrides: StrategyOverrides = {}): StrategyChoice {
  const cells = classes.map((triggerClass) => {
    const byTable = STRATEGY_BY[triggerClass][severity];
    const strategy = overrides[triggerClass]?.[severity] ?? byTable;
    const instead = strategy === byTable ? "" : `, as the blueprint says (${byTable} by default)`;
    return { strategy, by: `class ${triggerClass}, severity ${severity}${instead}` };
  });
  for (const strategy of URGENCY) {
    const found = cells.filter((cell) => cell.strategy === strategy);
    if (found.length === 0) continue;
    const others = classes.length - found.length;
    const rest = others === 0 ? "" : `, before ${others} less urgent ${others === 1 ? "class" : "classes"}`;
    return { strategy, by: `${found.map(({ by }) => by).join("; ")}${rest}` };
  }
  return { strategy: "fast", by: "without a class" };
}

/** The strategy alone. */
export function strategyFor(classes: readonly TriggerClass[], severity: Severity, overrides: StrategyOverrides = {}): Strategy {
  return chooseStrategy(classes, severity, overrides).strategy;
}

/** The selection as lines of a table for people, overrides marked with `*`. */
export function strategyTable(overrides: StrategyOverrides = {}): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["class", ...SEVERITIES]),
    line(["class", ...SEVERITIES].map(() => "---")),
    ...TRIGGER_CLASSES.map((name) =>
      line([
        name,
        ...SEVERITIES.map((severity) => {
          const byTable = STRATEGY_BY[name][severity];
          const strategy = overrides[name]?.[severity] ?? byTable;
          return strategy === byTable ? strategy : `${strategy} *`;
        }),
      ]),
    ),
  ];
}

/** Why a strategy cannot be carried out here; null where it can. */
export interface Obstacles {
  /** Neither a router nor the pods can halve the new version's traffic. */
  readonly gradual: string | null;
  /** No canary is in progress. */
  readonly canary: string | null;
}

/** What runs, with the reason for the record where it is another one. */
export function runnable(strategy: Strategy, obstacles: Obstacles): { readonly strategy: Strategy; readonly reason: string | null } {
  if (strategy === "immediate" || strategy === "fast") return { strategy, reason: null };
  const why = obstacles[strategy];
  return why === null ? { strategy, reason: null } : { strategy: "fast", reason: `${why}: falling back to fast` };
}
