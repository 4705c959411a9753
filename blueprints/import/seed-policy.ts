import type { AuthoredVerification } from "../../functions/domain/blueprint-authored-verification.ts";
import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { canBeWritten, signalOf } from "./seed-condition.ts";
import { isWindow, type SeedRule } from "./seed-rule.ts";
import { addTrigger, type SeedReading } from "./seed-triggers.ts";

const ROOT = "rollback_policy";

/** What of the policy is no trigger. */
export interface SeedPolicy {
  readonly enabled: boolean;
  readonly verification: AuthoredVerification | null;
}

/** `rollback_policy`: switched on or off, its triggers by figures, limits and whom to tell (seed 002). */
export function readPolicy(reading: SeedReading): SeedPolicy {
  const { source, mapping } = reading;
  const policy = source.section([ROOT]);
  if (policy === undefined) return { enabled: true, verification: null };
  const enabled = source.flag([ROOT, "enabled"]) ?? true;
  mapping.mapped([ROOT, "enabled"], "spec.mode", enabled ? "observe until a person arms it" : "every trigger observes, with an expiry");
  for (const name of Object.keys(source.section([ROOT, "triggers"]) ?? {})) readTrigger(reading, name, enabled);
  readMonitoring(reading);
  readNotifications(reading);
  return { enabled, verification: readLimits(reading) };
}

function readTrigger(reading: SeedReading, name: string, policyEnabled: boolean): void {
  const { source, mapping } = reading;
  const path = [ROOT, "triggers", name];
  source.section(path);
  const figures = {
    multiplier: source.number([...path, "multiplier"]),
    threshold_percent: source.number([...path, "threshold_percent"]),
    failure_count: source.number([...path, "failure_count"]),
  };
  const enabled = source.flag([...path, "enabled"]) ?? true;
  const metric = source.text([...path, "metric"]);
  const windowMinutes = source.number([...path, "window_minutes"]);
  const rule = ruleOf(reading, path, metric === undefined ? name : `${name}_${metric}`, figures, windowMinutes);
  if (rule === null) return;
  const to = addTrigger(reading, path, rule, enabled && policyEnabled);
  if (to === null) return;
  for (const figure of Object.keys(figures)) mapping.mapped([...path, figure], `${to}.when`, `${rule.signal} ${rule.when}`);
  mapping.mapped([...path, "metric"], `${to}.signal`, rule.signal);
  mapping.mapped([...path, "window_minutes"], `${to}.period`);
  mapping.mapped([...path, "enabled"], `${to}.mode`, enabled ? "observe until a person arms it" : "observe, with reason and expiry");
}

type Figure = "multiplier" | "threshold_percent" | "failure_count";

/** The figures as conditions. A count of failures is reached, the others are passed. */
const CONDITIONS: Readonly<Record<Figure, (figure: number) => string>> = {
  multiplier: (figure) => `> ${figure}x baseline`,
  threshold_percent: (figure) => `> ${figure}%`,
  failure_count: (figure) => `>= ${figure}`,
};

function ruleOf(
  { mapping }: SeedReading,
  path: ProblemPath,
  theirs: string,
  figures: Readonly<Record<Figure, number | undefined>>,
  windowMinutes: number | undefined,
): SeedRule | null {
  const refuse = (why: string): null => {
    mapping.notMapped(path, why);
    return null;
  };
  const signal = signalOf(theirs, figures.threshold_percent !== undefined);
  if (signal === null) return refuse(`no signal of ours is ${theirs}: describe one in spec.signals and write the trigger by hand`);
  const given = (Object.keys(CONDITIONS) as Figure[]).flatMap((key) => (figures[key] === undefined ? [] : [CONDITIONS[key](figures[key])]));
  const [when, second] = given;
  if (when === undefined) return refuse("it has none of multiplier, threshold_percent and failure_count");
  if (second !== undefined)
    return refuse("it has several of multiplier, threshold_percent and failure_count: which one counts is not said");
  if (!canBeWritten(when)) return refuse(`a trigger cannot say "${when}"`);
  const windowSeconds = windowMinutes === undefined ? null : windowMinutes * 60;
  if (windowSeconds !== null && (windowSeconds <= 0 || !isWindow(windowSeconds)))
    return refuse(`a window of ${windowMinutes} minutes is not one of whole minutes up to a day, and CloudWatch judges no other`);
  return { signal, when, windowSeconds };
}

function readMonitoring({ source, mapping }: SeedReading): void {
  const interval = source.number([ROOT, "monitoring", "check_interval_seconds"]);
  mapping.notMapped(
    [ROOT, "monitoring", "check_interval_seconds"],
    `CloudWatch decides: alarms are evaluated every 60 s, those with periods below a minute every 10 s${interval === 60 ? "; the same here" : ""}`,
  );
  mapping.notMapped(
    [ROOT, "monitoring", "baseline_window_minutes"],
    "the baseline is the hour before the change: one taken after it, from the new version, makes a bad release its own measure",
  );
}

function readLimits({ source, mapping }: SeedReading): AuthoredVerification | null {
  const attempts = source.number([ROOT, "rollback", "max_rollback_attempts"]);
  mapping.notMapped(
    [ROOT, "rollback", "health_check_timeout_seconds"],
    "how long a restored release may take is planned from its own pods and probes (docs/verification.md)",
  );
  if (attempts === undefined) return null;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 10) {
    mapping.notMapped([ROOT, "rollback", "max_rollback_attempts"], "a blueprint takes a whole number from 1 to 10");
    return null;
  }
  mapping.mapped([ROOT, "rollback", "max_rollback_attempts"], "verification.rollback.max_rollback_attempts");
  return { rollback: { max_rollback_attempts: attempts } };
}

/** Messages go to SNS topics. A channel behind one is a subscription, and its address a secret of whoever makes it: a blueprint never holds it. */
function readNotifications({ source, mapping, context }: SeedReading): void {
  const path = [ROOT, "notifications"];
  for (const key of Object.keys(source.section(path) ?? {})) {
    const value = source.at([...path, key]);
    if (typeof value === "boolean") {
      mapping.notMapped(
        [...path, key],
        "whom to tell is a topic: spec.rollback.escalation (on_call, management ...), spec.notifications.topic",
      );
    } else if (typeof value === "string") {
      const [, variable] = /^\$\{(\w+)\}$/.exec(value) ?? [];
      const name = (variable ?? key).toLowerCase().replaceAll("_", "-");
      const note = `${variable === undefined ? "move the value" : `put the value of ${variable}`} into this Secrets Manager secret, and subscribe the channel to the service's SNS topic (spec.notifications.topic): blueprints hold no addresses and no secrets`;
      mapping.outside([...path, key], `secretsmanager:rollguard/${context.service ?? "<service>"}/${name}`, note);
    }
  }
}
