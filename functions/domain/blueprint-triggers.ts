import { ALARM_PREFIX, type Check, type Trigger } from "./blueprint.ts";
import type { AuthoredBlueprint, AuthoredTrigger } from "./blueprint-authored.ts";
import { resolveCondition } from "./blueprint-conditions.ts";
import { armingProblem, authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { derivedWindow, windowOf } from "./blueprint-trigger-window.ts";
import { negateOperator } from "./quantity.ts";

/** CloudWatch's own limit. */
const MAXIMUM_ALARM_NAME_LENGTH = 255;
/** Silence alone never starts a rollback, and every alarm needs its bad datapoints to be real; verification finds missing data by itself. */
const DEFAULT_MISSING_DATA = "notBreaching";

/** The triggers as written; without a list, one for each threshold check with `rollback_trigger`, breaching where the check does not hold. */
export function compileTriggers(
  authored: AuthoredBlueprint,
  checks: readonly Check[],
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): readonly Trigger[] {
  const service = authored.metadata.name;
  const listed = authored.spec?.triggers;
  if (listed === undefined) {
    const derived = derivedTriggers(service, checks, signals);
    if (derived.length === 0 && problems.length === 0) problems.push(nothingStartsARollback());
    return derived;
  }
  const names = new Set<string>();
  const alarms = new Set<string>();
  return listed.flatMap((trigger, index) => {
    const path = ["spec", "triggers", index];
    const repeated = names.has(trigger.name);
    if (repeated)
      problems.push(authoredProblem([...path, "name"], `a second trigger is named ${trigger.name}`, "give every trigger its own name"));
    names.add(trigger.name);
    const signal = signals.get(trigger.signal);
    if (signal === undefined) return [];
    const compiled = listedTrigger(service, trigger, signal, path, problems);
    for (const { alarmName } of compiled) {
      if (alarms.has(alarmName) && !repeated)
        problems.push(
          authoredProblem([...path, "signal"], `a second trigger listens to the alarm ${alarmName}`, "keep one trigger for each alarm"),
        );
      alarms.add(alarmName);
    }
    return compiled;
  });
}

function listedTrigger(
  service: string,
  trigger: AuthoredTrigger,
  signal: SignalMeaning,
  path: ProblemPath,
  problems: Problem[],
): Trigger[] {
  const common = { name: trigger.name, signal: trigger.signal, class: trigger.class, severity: trigger.severity };
  const source = signal.armed?.source;
  const existing = source?.kind === "alarm";
  const window = windowOf(trigger, signal, existing, path, problems);
  const missingData = trigger.missing_data ?? DEFAULT_MISSING_DATA;
  if (existing) {
    if (trigger.when !== undefined)
      problems.push(
        authoredProblem(
          [...path, "when"],
          `trigger ${trigger.name} listens to the alarm ${source.alarmName}, which has its own condition`,
          "remove when",
        ),
      );
    return [{ ...common, alarmName: source.alarmName, rule: null, ...window, missingData }];
  }
  if (trigger.when === undefined) {
    problems.push(
      authoredProblem(
        [...path, "when"],
        `trigger ${trigger.name} does not say when it breaches`,
        `add when, such as "${signal.better === "lower" ? ">" : "<"} ..." in ${signal.unit}`,
      ),
    );
    return [];
  }
  const condition = resolveCondition(trigger.when, signal, "bad", [...path, "when"], problems);
  const alarmName = `${ALARM_PREFIX}${service}-${trigger.name}`;
  if (alarmName.length > MAXIMUM_ALARM_NAME_LENGTH)
    problems.push(
      authoredProblem(
        [...path, "name"],
        `the alarm's name would have ${alarmName.length} characters`,
        `CloudWatch takes ${MAXIMUM_ALARM_NAME_LENGTH}: shorten the trigger's name`,
      ),
    );
  if (condition === null) return [];
  return [{ ...common, alarmName, rule: { operator: condition.operator, threshold: condition.value }, ...window, missingData }];
}

function derivedTriggers(service: string, checks: readonly Check[], signals: ReadonlyMap<string, SignalMeaning>): readonly Trigger[] {
  return checks.flatMap((check): Trigger[] => {
    if (check.type !== "threshold" || !check.rollbackTrigger) return [];
    const signal = signals.get(check.signal);
    if (signal === undefined) return [];
    const name = check.name.replaceAll("_", "-");
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
