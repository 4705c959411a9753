import { MAXIMUM_NAME_CHARACTERS } from "./alarms/alarm-limits.ts";
import { burnParts } from "./alarms/burn-rate.ts";
import { isTuned } from "./alarms/signal-rule.ts";
import { ALARM_PREFIX, type Check, type FindingPolicy, type Trigger } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import type { AuthoredTrigger } from "./blueprint-authored-trigger.ts";
import { armingProblem, authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { derivedWindow, windowOf } from "./blueprint-trigger-window.ts";
import { negateOperator } from "./quantity.ts";
import { armedOf, modeOf } from "./trigger-arming.ts";
import { burnRateWindow } from "./trigger-burn-rate.ts";
import { draftTriggers, type TriggerDraft } from "./trigger-draft.ts";
import { existingAlarmProblems } from "./trigger-existing-alarm.ts";
import { compileFindings, findingKeyProblems } from "./trigger-findings.ts";
import { minimumSamplesFor } from "./trigger-minimum-samples.ts";
import { ALWAYS_THERE, FINDING_PRESET } from "./trigger-preset-names.ts";
import { compileRule } from "./trigger-rule.ts";

/** Silence alone never starts a rollback, and every alarm needs its bad datapoints to be real; verification finds missing data by itself. */
const DEFAULT_MISSING_DATA = "notBreaching";
/**
 * The alarm of a tuned threshold has a name of its own: the pipeline makes it and removes it, and must never meet CloudFormation's alarm of a trigger that
 * was tuned once.
 */
const TUNED_SUFFIX = "-tuned";

/** What starts a rollback by itself. */
export interface CompiledTriggers {
  readonly triggers: readonly Trigger[];
  /** Null: findings start nothing. */
  readonly findings: FindingPolicy | null;
}

/** The triggers as written; without a list, one for each threshold check with `rollback_trigger`, breaching where the check does not hold. */
export function compileTriggers(
  authored: AuthoredBlueprint,
  checks: readonly Check[],
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): CompiledTriggers {
  const service = authored.metadata.name;
  const listed = authored.spec?.triggers;
  if (listed === undefined) {
    const triggers = derivedTriggers(service, checks, signals);
    if (triggers.length === 0 && problems.length === 0) problems.push(nothingStartsARollback());
    return { triggers, findings: null };
  }
  const names = new Set<string>();
  const alarms = new Set<string>();
  const policies: FindingPolicy[] = [];
  const triggers = listed.flatMap((written, index): readonly Trigger[] => {
    const path = ["spec", "triggers", index];
    if (written.preset === FINDING_PRESET) {
      if (policies.length > 0)
        problems.push(authoredProblem([...path, "preset"], "findings have a policy already", "keep one trigger with security-finding"));
      policies.push(compileFindings(written, path, problems));
      return [];
    }
    const explained = alwaysThere(written, path);
    problems.push(...explained);
    if (explained.length > 0) return [];
    problems.push(...findingKeyProblems(written, path));
    return draftTriggers(written, path, signals, problems).flatMap((draft): readonly Trigger[] => {
      const { name } = draft.fields;
      const repeated = names.has(name);
      if (repeated)
        problems.push(authoredProblem(draft.at("name"), `a second trigger is named ${name}`, "give every trigger its own name"));
      names.add(name);
      const compiled = listedTrigger(service, draft, signals, problems);
      if (compiled === null) return [];
      if (alarms.has(compiled.alarmName) && !repeated) problems.push(secondOf(compiled, draft, signals));
      alarms.add(compiled.alarmName);
      return [compiled];
    });
  });
  return { triggers, findings: policies[0] ?? null };
}

/** Two of ours meet where one of them has the name that the tuned alarm of the other gets. */
function secondOf({ alarmName, signal }: Trigger, { at }: TriggerDraft, signals: ReadonlyMap<string, SignalMeaning>): Problem {
  if (signals.get(signal)?.armed?.source.kind === "alarm")
    return authoredProblem(at("signal"), `a second trigger listens to the alarm ${alarmName}`, "keep one trigger for each alarm");
  return authoredProblem(
    at("name"),
    `a second trigger has the alarm ${alarmName}`,
    `give it a name that does not end with ${TUNED_SUFFIX}`,
  );
}

function isTunedForm(form: Trigger["form"]): boolean {
  return form?.type === "baseline" && isTuned(form.against);
}

function alwaysThere({ preset }: AuthoredTrigger, path: ProblemPath): readonly Problem[] {
  if (preset === undefined || !Object.hasOwn(ALWAYS_THERE, preset)) return [];
  const [, where] = Object.entries(ALWAYS_THERE).find(([name]) => name === preset) ?? [];
  return [authoredProblem([...path, "preset"], `${preset} is no alarm and is always there: ${where}`, "remove this trigger")];
}

function listedTrigger(
  service: string,
  draft: TriggerDraft,
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): Trigger | null {
  const { fields, signal, preset, at } = draft;
  const source = signal.armed?.source;
  const window = windowOf(draft, problems);
  const common = { name: fields.name, signal: fields.signal, class: fields.class, severity: fields.severity };
  const mode = modeOf(fields, preset, at, problems);
  const missingData = fields.missing_data ?? DEFAULT_MISSING_DATA;
  if (source?.kind === "alarm") {
    problems.push(...existingAlarmProblems(draft, source.alarmName));
    const armed = armedOf(fields, undefined, at, problems);
    return { ...common, alarmName: source.alarmName, rule: null, ...window, missingData, ...armed, ...mode };
  }
  const compiled = compileRule(draft, signals, problems);
  const alarmName = `${ALARM_PREFIX}${service}-${fields.name}${isTunedForm(compiled?.form) ? TUNED_SUFFIX : ""}`;
  const parts = compiled?.form?.type === "burn-rate" ? burnParts(service, fields, compiled.form).map((part) => part.alarmName) : [];
  const longest = Math.max(...[alarmName, ...parts].map(({ length }) => length));
  if (longest > MAXIMUM_NAME_CHARACTERS)
    problems.push(
      authoredProblem(
        at("name"),
        `the alarm's name would have ${longest} characters`,
        `CloudWatch takes ${MAXIMUM_NAME_CHARACTERS}: shorten the trigger's name`,
      ),
    );
  if (compiled === null) return null;
  const { minimum_samples: samples } = fields;
  return {
    ...common,
    alarmName,
    ...compiled,
    ...(compiled.form?.type === "burn-rate" ? burnRateWindow(compiled.form) : window),
    missingData: fields.absent ? "breaching" : missingData,
    ...(samples === undefined || source?.kind === "ratio" ? {} : { minimumSamples: samples }),
    ...armedOf(fields, compiled.form, at, problems),
    ...mode,
  };
}

function derivedTriggers(service: string, checks: readonly Check[], signals: ReadonlyMap<string, SignalMeaning>): readonly Trigger[] {
  return checks.flatMap((check): Trigger[] => {
    if (check.type !== "threshold" || !check.rollbackTrigger) return [];
    const signal = signals.get(check.signal);
    if (signal === undefined) return [];
    const name = check.name.replaceAll("_", "-");
    const samples = minimumSamplesFor(signal);
    return [
      {
        name,
        signal: check.signal,
        class: signal.class,
        severity: signal.severity ?? (check.critical ? "high" : "medium"),
        alarmName: `${ALARM_PREFIX}${service}-${name}`,
        rule: { operator: negateOperator(check.operator), threshold: check.target },
        ...derivedWindow(signal),
        missingData: DEFAULT_MISSING_DATA,
        ...(samples === null ? {} : { minimumSamples: samples }),
      },
    ];
  });
}

function nothingStartsARollback(): Problem {
  return armingProblem(
    ["spec"],
    "nothing starts a rollback: there are no triggers and no threshold check with rollback_trigger",
    "add spec.performance, a check with rollback_trigger or spec.triggers; write triggers: [] if only people start rollbacks",
  );
}
