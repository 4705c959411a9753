import type { Check } from "./blueprint.ts";
import type { AuthoredBlueprint, AuthoredCheck } from "./blueprint-authored.ts";
import { resolveCondition } from "./blueprint-conditions.ts";
import { compileProbe } from "./blueprint-probe-checks.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";

/** A check with the place it was written at; defaults point to what they came from. */
export interface PlacedCheck {
  readonly check: AuthoredCheck;
  readonly path: ProblemPath;
  /** What must hold, where the check itself does not say; null for `exact_match` and where nothing is known. */
  readonly target: { readonly text: string; readonly path: ProblemPath } | null;
}

/**
 * The blueprint's checks. Without a list: replica_count and pods_ready, and one critical check with rollback_trigger for each target of
 * spec.performance. A check named latency_p95 or error_rate without a target of its own is held to spec.performance.
 */
export function placeChecks(authored: AuthoredBlueprint): readonly PlacedCheck[] {
  const targets = performanceTargets(authored);
  const listed = authored.verification?.checks;
  if (listed !== undefined) {
    return listed.map((check, index) => {
      const path = ["verification", "checks", index];
      if (check.type !== "threshold") return { check, path, target: null };
      const own = check.target === undefined ? null : { text: check.target, path: [...path, "target"] };
      return { check, path, target: own ?? targets.get(check.signal ?? check.name) ?? null };
    });
  }
  const path = ["verification"];
  const exact = (["replica_count", "pods_ready"] as const).map(
    (name): PlacedCheck => ({ check: { type: "exact_match", name, critical: true }, path, target: null }),
  );
  const thresholds = [...targets].map(
    ([name, target]): PlacedCheck => ({
      check: { type: "threshold", name, critical: true, rollback_trigger: true },
      path: target.path,
      target,
    }),
  );
  return [...exact, ...thresholds];
}

function performanceTargets(authored: AuthoredBlueprint): ReadonlyMap<string, { readonly text: string; readonly path: ProblemPath }> {
  const { latency_p95_target: latency, error_rate_threshold: errorRate } = authored.spec?.performance ?? {};
  const targets = new Map<string, { text: string; path: ProblemPath }>();
  if (latency !== undefined) targets.set("latency_p95", { text: `< ${latency}`, path: ["spec", "performance", "latency_p95_target"] });
  if (errorRate !== undefined) targets.set("error_rate", { text: `< ${errorRate}`, path: ["spec", "performance", "error_rate_threshold"] });
  return targets;
}

type SignalCheck = Extract<AuthoredCheck, { type: "threshold" | "baseline" | "queue_length" }>;

/** The signal that a check compares, and the field that names it; null for checks that ask something else. */
export function signalOfCheck(check: AuthoredCheck): { readonly name: string; readonly field: "name" | "signal" } | null {
  if (check.type !== "threshold" && check.type !== "baseline" && check.type !== "queue_length") return null;
  return check.signal === undefined ? { name: check.name, field: "name" } : { name: check.signal, field: "signal" };
}

/** Resolves every check: against its signal, where it compares one. */
export function compileChecks(
  placed: readonly PlacedCheck[],
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): readonly Check[] {
  const seen = new Set<string>();
  return placed.flatMap(({ check, path, target }): Check[] => {
    if (seen.has(check.name))
      problems.push(authoredProblem([...path, "name"], `a second check is named ${check.name}`, "give every check its own name"));
    seen.add(check.name);
    const common = {
      critical: check.critical,
      rollbackTrigger: check.rollback_trigger ?? false,
      ...(check.phase === undefined ? {} : { phase: check.phase }),
    };
    switch (check.type) {
      case "exact_match":
        return [{ type: "exact_match", name: check.name, ...common }];
      case "threshold":
      case "baseline":
      case "queue_length":
        return compileSignalCheck({ check, path, target }, common, signals, problems);
      default:
        return [compileProbe(check, common, path, problems)];
    }
  });
}

function compileSignalCheck(
  { check, path, target }: { readonly check: SignalCheck; readonly path: ProblemPath; readonly target: PlacedCheck["target"] },
  common: Pick<Check, "critical" | "rollbackTrigger" | "phase">,
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): Check[] {
  const signal = signals.get(check.signal ?? check.name);
  if (signal === undefined) return [];
  if (signal.armed?.source.kind === "alarm") {
    problems.push(
      authoredProblem(
        path,
        `check ${check.name} compares ${signal.name}, which is an alarm and has no value`,
        "use a signal with metric or ratio; alarms are verified anyway",
      ),
    );
    return [];
  }
  const compared = { name: check.name, signal: signal.name, ...common };
  if (check.type === "queue_length") return [{ type: "queue_length", ...compared, maximum: check.maximum }];
  if (check.type === "baseline") {
    const share = { ...signal, name: `the share of ${signal.name}`, unit: "%" as const, armed: null };
    const condition = resolveCondition(check.target, share, "good", [...path, "target"], problems);
    if (condition === null) return [];
    const { operator, value: percentOfBaseline } = condition;
    return [{ type: "baseline", ...compared, operator, percentOfBaseline, unit: signal.unit }];
  }
  if (target === null) {
    problems.push(
      authoredProblem(
        path,
        `check ${check.name} has no target`,
        `add target: "${signal.better === "lower" ? "<" : ">"} ..." in ${signal.unit}${performanceHint(signal.name)}`,
      ),
    );
    return [];
  }
  const condition = resolveCondition(target.text, signal, "good", target.path, problems);
  if (condition === null) return [];
  return [{ type: "threshold", ...compared, operator: condition.operator, target: condition.value, unit: signal.unit }];
}

function performanceHint(signalName: string): string {
  if (signalName === "latency_p95") return ", or spec.performance.latency_p95_target";
  return signalName === "error_rate" ? ", or spec.performance.error_rate_threshold" : "";
}
