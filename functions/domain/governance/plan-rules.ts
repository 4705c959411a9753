import type { Blueprint } from "../blueprint.ts";
import type { Preflight } from "../preflight.ts";
import type { PlanStep } from "../rollback-document.ts";
import { asks, denies, notChecked, type Ruled } from "./ruled.ts";

/** Services that the incident rolls back together. Over the limit a person looks first. */
export function blastRadiusRule(services: number, { policy }: Pick<Blueprint, "policy">): Ruled {
  const { maxServices } = policy.governance;
  return asks("blast-radius", services <= maxServices, {
    observed: `${services} ${services === 1 ? "service" : "services"}`,
    limit: `at most ${maxServices}`,
  });
}

/** A restored replica count stays within `spec.scaling`. */
export function boundsRule({ scaling }: Pick<Blueprint, "scaling">, steps: readonly PlanStep[]): Ruled {
  const to = steps.find((step) => step.kind === "restore-scale")?.replicas ?? null;
  const limit = scaling === null ? "none" : `${scaling.minReplicas} to ${scaling.maxReplicas} replicas`;
  if (to === null || scaling === null) return notChecked("bounds", `${to ?? "no scale"}`, limit);
  return denies("bounds", to >= scaling.minReplicas && to <= scaling.maxReplicas, { observed: `${to}`, limit });
}

/** A release that cannot run is left out of the plan: the rule fails when none is left because of that. */
export function preflightRule(preflight: Preflight | null, steps: readonly PlanStep[]): Ruled {
  const limit = "a release that can run";
  if (preflight === null) return notChecked("preflight", "no template is written", limit);
  const failed = preflight.checks.filter(({ outcome }) => outcome === "fail");
  const warned = preflight.checks.filter(({ outcome }) => outcome === "warn").length;
  const proof = failed.map(({ target, check: what, observed }) => `${target ?? "all"}: ${what}, ${observed}`).join("; ");
  if (steps.length === 0 && failed.length > 0) return denies("preflight", false, { observed: proof, limit });
  const observed = proof === "" ? `${warned} of ${preflight.checks.length} checks warn` : `left out: ${proof}`;
  return denies("preflight", true, { observed, limit });
}

/** There is somewhere to go back to; `problem` says why not. */
export function targetRule(problem: string | null, steps: readonly PlanStep[]): Ruled {
  return denies("target", problem === null, {
    observed: problem ?? steps.map(({ id }) => id).join(", "),
    limit: "a release or replica count observed good",
  });
}
