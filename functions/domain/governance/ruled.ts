import type { Governance } from "../rollback-document.ts";

export type Check = Governance["checks"][number];

/** What a rule found, and what its failing means for the plan. */
export interface Ruled {
  readonly check: Check;
  readonly failing: "denied" | "needs-approval";
}

interface Finding {
  readonly observed: string;
  readonly limit: string;
  readonly until?: string | undefined;
}

/** A rule whose failing no approval heals. */
export function denies(rule: string, passes: boolean, finding: Finding): Ruled {
  return { check: check(rule, passes, finding), failing: "denied" };
}

/** A rule whose failing a person may overrule. */
export function asks(rule: string, passes: boolean, finding: Finding): Ruled {
  return { check: check(rule, passes, finding), failing: "needs-approval" };
}

/** A rule that nobody could look at; it decides nothing. */
export function notChecked(rule: string, observed: string, limit: string): Ruled {
  return { check: { rule, outcome: "not-checked", observed, limit }, failing: "denied" };
}

function check(rule: string, passes: boolean, { observed, limit, until }: Finding): Check {
  return { rule, outcome: passes ? "pass" : "fail", observed, limit, ...(passes || until === undefined ? {} : { until }) };
}

/** A denial counts more than a question; of several the first in the order of the rules is named. The order decides nothing else. */
export function verdictOf(ruled: readonly Ruled[]): Pick<Governance, "verdict" | "rule" | "checks"> {
  const failed = ruled.filter(({ check: { outcome } }) => outcome === "fail");
  const decides = failed.find(({ failing }) => failing === "denied") ?? failed[0];
  return { verdict: decides?.failing ?? "allowed", rule: decides?.check.rule ?? null, checks: ruled.map(({ check: one }) => one) };
}
