import { releaseTargets } from "../release-targets.ts";
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
    preflightCheck(facts, steps),
    check("target", problem === null, problem ?? steps.map((step) => step.id).join(", "), "a release or replica count observed good"),
    check(
      "automatic",
      rollback.automatic || byHand,
      rollback.automatic ? "automatic" : "needs approval",
      "automatic, or asked for by hand",
    ),
    barring("one-way", "no irreversible release in between", facts, steps),
    barring("quarantine", "no image and no template that was proven bad", facts, steps),
    ...["breaker", "rate", "cooldown"].map(notChecked),
  ];
  const failed = checks.find((candidate) => candidate.outcome === "fail");
  const verdict = failed === undefined ? "allowed" : failed.rule === "automatic" ? "needs-approval" : "denied";
  return { verdict, rule: failed?.rule ?? null, checks };
}

/** A release that cannot run is left out of the plan: the rule fails when none is left because of that. */
function preflightCheck({ preflight }: StrategyFacts, steps: readonly PlanStep[]): Check {
  const limit = "a release that can run";
  if (preflight === null) return { rule: "preflight", outcome: "not-checked", observed: "no template is written", limit };
  const failed = preflight.checks.filter(({ outcome }) => outcome === "fail");
  const warned = preflight.checks.filter(({ outcome }) => outcome === "warn").length;
  const proof = failed.map(({ target, check: what, observed }) => `${target ?? "all"}: ${what}, ${observed}`).join("; ");
  if (steps.length === 0 && failed.length > 0) return check("preflight", false, proof, limit);
  return check("preflight", true, proof === "" ? `${warned} of ${preflight.checks.length} checks warn` : `left out: ${proof}`, limit);
}

/** Behind a release that says of itself that it cannot be undone nobody goes back by himself; nor to a release that holds what was proven bad. */
function barring(rule: "one-way" | "quarantine", limit: string, facts: StrategyFacts, steps: readonly PlanStep[]): Check {
  const { releases, assessment, quarantine = [] } = facts;
  const live = assessment.live ?? releases.find(({ parts }) => parts.templateHash === assessment.workload?.templateHash);
  if (live === undefined || releases.length === 0) {
    return { rule, outcome: "not-checked", observed: "there are no snapshots to tell by", limit };
  }
  const barred = releaseTargets(releases, live, quarantine).barred.filter((bar) => bar.rule === rule);
  const templates = new Set(releases.filter(({ hash }) => barred.some((bar) => bar.hash === hash)).map(({ parts }) => parts.templateHash));
  const planned = steps.flatMap(({ target }) => target ?? []);
  const allowed = new Set(planned.map(({ releaseHash }) => releaseHash));
  const led = planned.some(({ templateHash, releaseHash }) => !releaseHash && templates.has(templateHash));
  // A plan that goes to no release (a scale, a strategy, a hold given back) goes behind none.
  const fails = barred.length > 0 && (steps.length === 0 || led || barred.some(({ hash }) => allowed.has(hash)));
  return check(rule, !fails, barred[0]?.reason ?? "none", limit);
}

function check(rule: string, passes: boolean, observed: string, limit: string): Check {
  return { rule, outcome: passes ? "pass" : "fail", observed, limit };
}

function notChecked(rule: string): Check {
  return { rule, outcome: "not-checked", observed: "not known to this version", limit: "" };
}
