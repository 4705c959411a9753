import type { Governance, PlanStep } from "../rollback-document.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

type Check = Governance["checks"][number];

/** May this plan be carried out, and which rule says so? `problem` is why there are no steps, null when there are. */
export function govern(facts: StrategyFacts, steps: readonly PlanStep[], problem: string | null): Governance {
  const { blueprint, switchState, trigger } = facts;
  const { rollback, scaling } = blueprint;
  const scaleTo = steps.find((step) => step.kind === "restore-scale")?.replicas ?? null;
  const inBounds = scaleTo === null || scaling === null || (scaleTo >= scaling.minReplicas && scaleTo <= scaling.maxReplicas);
  const byHand = trigger.kind === "manual" || trigger.kind === "mend" || trigger.kind === "resume";
  const checks: Check[] = [
    check("switch", switchState === "armed", switchState, "armed"),
    check("attempts", rollback.maxAttempts >= 1, `${rollback.maxAttempts} allowed`, "at least 1"),
    {
      rule: "bounds",
      outcome: scaleTo === null || scaling === null ? "not-checked" : inBounds ? "pass" : "fail",
      observed: `${scaleTo ?? "no scale"}`,
      limit: scaling === null ? "none" : `${scaling.minReplicas} to ${scaling.maxReplicas} replicas`,
    },
    check("target", problem === null, problem ?? steps.map((step) => step.id).join(", "), "a release or replica count observed good"),
    check(
      "automatic",
      rollback.automatic || byHand,
      rollback.automatic ? "automatic" : "needs approval",
      "automatic, or asked for by hand",
    ),
    ...["one-way", "quarantine", "breaker", "rate", "cooldown"].map(notChecked),
  ];
  const failed = checks.find((candidate) => candidate.outcome === "fail");
  const verdict = failed === undefined ? "allowed" : failed.rule === "automatic" ? "needs-approval" : "denied";
  return { verdict, rule: failed?.rule ?? null, checks };
}

function check(rule: string, passes: boolean, observed: string, limit: string): Check {
  return { rule, outcome: passes ? "pass" : "fail", observed, limit };
}

function notChecked(rule: string): Check {
  return { rule, outcome: "not-checked", observed: "not known to this version", limit: "" };
}
