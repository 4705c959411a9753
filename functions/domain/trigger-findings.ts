import { FINDING_SOURCES, type FindingPolicy } from "./blueprint.ts";
import type { AuthoredTrigger } from "./blueprint-authored-trigger.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { modeOf, presetReason } from "./trigger-arming.ts";
import { FINDING_PRESET } from "./trigger-preset-names.ts";

const KEYS: readonly string[] = ["preset", "sources", "minimum_severity", "mode", "mode_reason", "expires"];

/** Preset `security-finding` (seed 003): findings are events, so that nothing of an alarm can be written with it. It starts in `observe`. */
export function compileFindings(written: AuthoredTrigger, path: ProblemPath, problems: Problem[]): FindingPolicy {
  const foreign = Object.entries(written).filter(([key, value]) => value !== undefined && !KEYS.includes(key));
  for (const [key] of foreign)
    problems.push(
      authoredProblem(
        [...path, key],
        `${key} belongs to an alarm, and preset ${FINDING_PRESET} has none`,
        `remove it; ${KEYS.slice(1).join(", ")} may be written here`,
      ),
    );
  const mode = written.mode ?? "observe";
  const reason = written.mode_reason ?? (written.mode === undefined ? presetReason(FINDING_PRESET) : undefined);
  const sources = FINDING_SOURCES.filter((source) => written.sources === undefined || written.sources.includes(source));
  return {
    sources,
    minimumSeverity: written.minimum_severity ?? "high",
    ...modeOf({ ...written, mode, mode_reason: reason }, FINDING_PRESET, (key) => [...path, key], problems),
  };
}

/** The two keys of findings mean nothing for a trigger that watches a signal. */
export function findingKeyProblems(written: AuthoredTrigger, path: ProblemPath): readonly Problem[] {
  return (["sources", "minimum_severity"] as const)
    .filter((key) => written[key] !== undefined)
    .map((key) =>
      authoredProblem(
        [...path, key],
        `${key} is of findings, and this trigger watches a signal`,
        `remove it, or write preset: ${FINDING_PRESET}`,
      ),
    );
}
