import type { Blueprint, Severity, TriggerClass } from "./blueprint.ts";
import type { Outcome, Strategy } from "./rollback-document.ts";
import type { EscalationPolicy } from "./rollback-policy.ts";

/** What the end of an incident says about whom to call. */
export interface EscalationFacts {
  readonly incidentId: string;
  readonly service: string;
  readonly outcome: Outcome;
  /** Null when the run ended before anybody could tell: taken as `high`. */
  readonly severity: Severity | null;
  readonly classes: readonly TriggerClass[];
  readonly strategy: Strategy | null;
  /** `unproven`: something was or may have been written to the cluster, and no recovery was proven. */
  readonly rollback: "not-begun" | "proven" | "unproven";
  readonly openedAt: string;
  readonly summary: string;
  readonly policy: EscalationPolicy;
  /** Topic of the service; null = the stack's. */
  readonly serviceTopicArn: string | null;
  /** Who hears of the end by the closing event itself, in the service's topic. */
  readonly closing: "page" | "notice" | "quiet";
  readonly now: string;
}

/**
 * Seed 003: rollback failed, security breach and critical service down call at once; a performance issue that persists and a high business impact call
 * later. `needs-a-human` is everything else that a person must look at; `worth-a-review`: it is over, and was grave.
 */
export type EscalationSituation =
  | "rollback-failed"
  | "security-breach"
  | "critical-service-down"
  | "performance-persists"
  | "high-business-impact"
  | "needs-a-human"
  | "worth-a-review";

const CALM: readonly Outcome[] = ["recovered", "observed", "stand-down", "merged", "stale", "off"];
const URGENT: readonly EscalationSituation[] = ["rollback-failed", "security-breach", "critical-service-down"];

/** Does the service, as far as anybody knows, still need somebody? A person who denied the rollback has taken it on, but the service is no better for it. */
export function isUnwell(outcome: Outcome): boolean {
  return !CALM.includes(outcome);
}

/** Is it one of the situations that call management within minutes, and freeze releases? */
export function isUrgent(situations: readonly EscalationSituation[]): boolean {
  return situations.some((situation) => URGENT.includes(situation));
}

/** A service that Rollguard only looks at has people and pages of its own: the closing event is all that they get of it, and nothing is frozen. */
export function isOnlyWatched(blueprint: Pick<Blueprint, "mode" | "rollback"> | null): boolean {
  return blueprint !== null && (blueprint.mode === "observe" || !blueprint.rollback.enabled);
}

/** All that are so, the gravest first. None: nobody is called. */
export function situationsOf(facts: Pick<EscalationFacts, "outcome" | "severity" | "classes" | "rollback">): EscalationSituation[] {
  const { outcome, classes, rollback } = facts;
  const severity = facts.severity ?? "high";
  const unwell = isUnwell(outcome);
  const grave = severity === "critical" || severity === "high";
  const impact = severity === "critical" || (grave && classes.includes("business"));
  const failed = outcome === "not-recovered" || rollback === "unproven";
  const all: readonly (readonly [EscalationSituation, boolean])[] = [
    ["rollback-failed", unwell && failed],
    ["security-breach", (unwell || outcome === "recovered") && grave && classes.includes("security")],
    ["critical-service-down", unwell && severity === "critical"],
    ["performance-persists", unwell && classes.includes("performance")],
    ["high-business-impact", unwell && impact],
    ["needs-a-human", unwell && outcome !== "denied"],
    ["worth-a-review", outcome === "recovered" && impact],
  ];
  return all.flatMap(([situation, is]) => (is ? [situation] : []));
}
