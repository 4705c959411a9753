import { type LookPolicy, SEVERITIES, type Severity, type Trigger } from "../blueprint.ts";
import type { AuthoredBlueprint } from "../blueprint-authored.ts";
import { authoredProblem, type Problem } from "../blueprint-problem.ts";
import type { SignalMeaning, SignalReference } from "../blueprint-signals.ts";

/** Triggers of these classes tell of what a release does to its users. */
const JUDGED_CLASSES: readonly Trigger["class"][] = ["performance", "health", "business"];
/** Well-known signals that nearly every bad release moves, whatever triggers there are. */
const JUDGED_NAMES = /^(latency_p\d+|error_rate|cpu_utilization|memory_utilization)$/;
const DEFAULT_SEVERITY: Severity = "medium";

const PATH = ["spec", "looks", "signals"] as const;

/** The signals that `spec.looks` names, so that they are bound like those of triggers. */
export function signalsOfLooks({ spec }: AuthoredBlueprint): readonly SignalReference[] {
  return (spec?.looks?.signals ?? []).map((name, index) => ({ name, path: [...PATH, index] }));
}

/** What every new release is judged on, and how far that may go; null where there is nothing to judge it on, or the author wants no looks. */
export function compileLooks(
  authored: AuthoredBlueprint,
  triggers: readonly Trigger[],
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): LookPolicy | null {
  const written = authored.spec?.looks;
  if (written?.mode === undefined && written?.mode_reason !== undefined)
    problems.push(
      authoredProblem(["spec", "looks", "mode_reason"], "mode_reason without a mode says nothing", "add mode, or remove mode_reason"),
    );
  const names = written?.signals === undefined ? defaultNames(triggers, signals) : listedNames(written.signals, signals, problems);
  if (names.length === 0) return null;
  return {
    mode: written?.mode ?? "observe",
    ...(written?.mode_reason === undefined ? {} : { modeReason: written.mode_reason }),
    signals: names.flatMap((name) => {
      const meaning = signals.get(name);
      return meaning === undefined ? [] : [judgedSignal(meaning, triggers)];
    }),
  };
}

function defaultNames(triggers: readonly Trigger[], signals: ReadonlyMap<string, SignalMeaning>): readonly string[] {
  const fired = triggers
    .filter(({ class: kind, form }) => JUDGED_CLASSES.includes(kind) && form?.type !== "absence")
    .map(({ signal }) => signal);
  const known = [...signals.keys()].filter((name) => JUDGED_NAMES.test(name));
  return [...new Set([...fired, ...known])].filter((name) => hasPoints(signals.get(name))).sort();
}

function listedNames(written: readonly string[], signals: ReadonlyMap<string, SignalMeaning>, problems: Problem[]): readonly string[] {
  for (const [index, name] of written.entries()) {
    if (signals.get(name)?.armed?.source.kind === "alarm")
      problems.push(
        authoredProblem(
          [...PATH, index],
          `${name} is an existing alarm, which has no points to judge a release on`,
          "remove it, or describe the metric behind it in spec.signals",
        ),
      );
  }
  return [...new Set(written)].sort();
}

function hasPoints(meaning: SignalMeaning | undefined): boolean {
  return meaning?.armed != null && meaning.armed.source.kind !== "alarm";
}

/** Class and severity of its gravest trigger, since that says what it means to this service; else what the signal means everywhere. */
function judgedSignal({ name, class: kind, severity }: SignalMeaning, triggers: readonly Trigger[]): LookPolicy["signals"][number] {
  const own = triggers.filter(({ signal, class: of }) => signal === name && JUDGED_CLASSES.includes(of));
  const gravest = own.toSorted((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity))[0];
  return { signal: name, class: gravest?.class ?? kind, severity: gravest?.severity ?? severity ?? DEFAULT_SEVERITY };
}
