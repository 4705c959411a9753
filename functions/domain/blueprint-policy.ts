import type { Blueprint } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { parseDurationSeconds } from "./duration.ts";
import { convertQuantity, parseQuantity } from "./quantity.ts";
import type { Unit } from "./signal.ts";

/** The part of a blueprint that needs no signal and no stack. */
export interface BlueprintPolicy
  extends Pick<Blueprint, "mode" | "scaling" | "rollback" | "suspicionWindowHours" | "notificationTopicArn"> {
  readonly modeReason: string | null;
  readonly stabilizationSeconds: number;
}

/** Mode, scaling bounds, rollback policy and windows, with their defaults. */
export function compilePolicy(authored: AuthoredBlueprint, problems: Problem[]): BlueprintPolicy {
  const { spec, verification } = authored;
  const rollback = verification?.rollback;
  checkQuantities(authored, problems);
  const enabled = rollback?.enabled ?? true;
  return {
    mode: enabled ? (spec?.mode ?? "observe") : "observe",
    modeReason: spec?.mode_reason ?? (enabled ? null : "verification.rollback.enabled is false"),
    scaling: scalingOf(spec?.scaling, problems),
    rollback: {
      enabled,
      automatic: rollback?.automatic ?? true,
      triggerOnCriticalFailure: rollback?.trigger_on_critical_failure ?? true,
      maxAttempts: rollback?.max_rollback_attempts ?? 3,
    },
    suspicionWindowHours: seconds(spec?.suspicion_window ?? "24h", 60, 30 * 86_400, ["spec", "suspicion_window"], problems) / 3600,
    stabilizationSeconds: seconds(verification?.stabilization_period ?? "60s", 1, 3600, ["verification", "stabilization_period"], problems),
    notificationTopicArn: spec?.notifications?.topic ?? null,
  };
}

function scalingOf(scaling: NonNullable<AuthoredBlueprint["spec"]>["scaling"], problems: Problem[]): Blueprint["scaling"] {
  if (scaling === undefined) return null;
  const { min_replicas: minReplicas, max_replicas: maxReplicas } = scaling;
  if (maxReplicas < Math.max(1, minReplicas)) {
    problems.push(
      authoredProblem(
        ["spec", "scaling", "max_replicas"],
        `max_replicas ${maxReplicas} leaves no replica count to restore (min_replicas is ${minReplicas})`,
        "make it at least 1 and at least min_replicas",
      ),
    );
  }
  return { minReplicas, maxReplicas };
}

/** Whole seconds between two bounds. */
function seconds(text: string, minimum: number, maximum: number, path: ProblemPath, problems: Problem[]): number {
  const value = parseDurationSeconds(text) ?? Number.NaN;
  if (!Number.isInteger(value) || value < minimum || value > maximum)
    problems.push(authoredProblem(path, `${path.at(-1)} ${text} is out of range`, `use whole seconds, from ${minimum} s to ${maximum} s`));
  return value;
}

function checkQuantities({ spec }: AuthoredBlueprint, problems: Problem[]): void {
  const expect = (text: string | undefined, unit: Unit, maximum: number, path: ProblemPath) => {
    const quantity = text === undefined ? null : parseQuantity(text);
    if (quantity === null) return;
    const value = convertQuantity(quantity, unit);
    if (value === null)
      problems.push(
        authoredProblem(path, `${path.at(-1)} "${text}" has the wrong unit`, `write it in ${unit}, such as ${quantity.value}${unit}`),
      );
    else if (value <= 0 || value > maximum)
      problems.push(
        authoredProblem(
          path,
          `${path.at(-1)} "${text}" is out of range`,
          `use more than 0${unit}${Number.isFinite(maximum) ? ` and at most ${maximum}${unit}` : ""}`,
        ),
      );
  };
  expect(spec?.scaling?.target_cpu_utilization, "%", 100, ["spec", "scaling", "target_cpu_utilization"]);
  expect(spec?.scaling?.scale_down_threshold, "%", 100, ["spec", "scaling", "scale_down_threshold"]);
  expect(spec?.performance?.latency_p95_target, "ms", Number.POSITIVE_INFINITY, ["spec", "performance", "latency_p95_target"]);
  expect(spec?.performance?.error_rate_threshold, "%", 100, ["spec", "performance", "error_rate_threshold"]);
}
