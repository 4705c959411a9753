import { CHECK_PHASES, type Check, type CheckPhase, type Trigger, type VerificationPhases } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import { defaultChecks } from "./blueprint-phase-defaults.ts";
import { authoredProblem, type Problem } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { parseDurationSeconds } from "./duration.ts";

/** Seed 003: looked at every 30 s, failed at two in a row; then 5 and 15 minutes. */
export const DEFAULT_PHASES = { healthIntervalSeconds: 30, consecutiveFailures: 2, performanceSeconds: 300, businessSeconds: 900 } as const;
/** A phase that lacks data is watched once as long again, and the whole run ends after four hours. */
const MOST_PHASE_SECONDS = 1800;
const MOST_INTERVAL_SECONDS = 60;

/** The phases of a blueprint, and all checks that are asked in them: its own, and the defaults of phases for which it has none. */
export function compilePhases(
  authored: AuthoredBlueprint,
  own: { readonly checks: readonly Check[]; readonly triggers: readonly Trigger[] },
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): { readonly phases: VerificationPhases; readonly checks: readonly Check[] } {
  const written = authored.verification?.phases ?? {};
  const listed = authored.verification?.checks !== undefined;
  const checks = [...own.checks];
  for (const phase of CHECK_PHASES) {
    const isOff = phase !== "health" && written[phase] === "off";
    const has = own.checks.some((check) => (check.phase ?? "health") === phase && check.type !== "script");
    if (isOff && own.checks.some((check) => check.phase === phase)) {
      const fix = "remove the checks, or give the phase a duration";
      problems.push(authoredProblem(["verification", "phases", phase], `phase ${phase} is off and has checks`, fix));
    }
    // a list of health checks is the whole list: replica_count and pods_ready are not added to it either
    if (!isOff && !(phase === "health" ? listed : has)) checks.push(...defaultChecks(phase, signals, own));
  }
  const seconds = (phase: "performance" | "business", byDefault: number) => {
    const of = written[phase];
    const asked = checks.some((check) => check.phase === phase && check.type !== "script");
    if (of === "off" || !asked) return null;
    return { seconds: durationOf(of?.duration, byDefault, MOST_PHASE_SECONDS, [phase, "duration"], problems) };
  };
  const { interval, consecutive_failures: consecutiveFailures = DEFAULT_PHASES.consecutiveFailures } = written.health ?? {};
  const phases = {
    health: {
      intervalSeconds: durationOf(interval, DEFAULT_PHASES.healthIntervalSeconds, MOST_INTERVAL_SECONDS, ["health", "interval"], problems),
      consecutiveFailures,
    },
    performance: seconds("performance", DEFAULT_PHASES.performanceSeconds),
    business: seconds("business", DEFAULT_PHASES.businessSeconds),
  };
  for (const phase of ["performance", "business"] as const) {
    const of = written[phase];
    if (of !== undefined && of !== "off" && phases[phase] === null) {
      const fix = `describe a signal of its kind in spec.signals, add a check with phase: ${phase}, or write off`;
      problems.push(authoredProblem(["verification", "phases", phase], `phase ${phase} has nothing to look at`, fix));
    }
  }
  return { phases, checks };
}

function durationOf(
  text: string | undefined,
  byDefault: number,
  maximum: number,
  path: readonly [CheckPhase, string],
  problems: Problem[],
): number {
  if (text === undefined) return byDefault;
  const seconds = parseDurationSeconds(text) ?? Number.NaN;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maximum)
    problems.push(
      authoredProblem(
        ["verification", "phases", ...path],
        `${path[1]} ${text} is out of range`,
        `use whole seconds, from 1 s to ${maximum} s`,
      ),
    );
  return seconds;
}
