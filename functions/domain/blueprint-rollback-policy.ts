import type { AuthoredRollback } from "./blueprint-authored-policy.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { parseDurationSeconds } from "./duration.ts";
import { DEFAULT_ROLLBACK_POLICY, type Hook, type RollbackPolicy } from "./rollback-policy.ts";

const ROOT: ProblemPath = ["spec", "rollback"];
const DAY_SECONDS = 86_400;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DEFAULT_HOOK_SECONDS = 60;
const MOST_HOOK_SECONDS = 600;
/** A function is waited for inside one step, which ends after a minute; a Job is looked at again and again. */
export const MOST_FUNCTION_SECONDS = 45;
/** An approval is waited for inside the run: `RequestApproval` ends by itself a quarter of an hour later, and the run has that much more time. */
export const MOST_APPROVAL_SECONDS = 7200;

/** `spec.rollback` with its defaults; what is out of range or contradicts itself is a problem at its path. */
export function compileRollbackPolicy(authored: AuthoredRollback | undefined, service: string, problems: Problem[]): RollbackPolicy {
  const { clocks = {}, governance = {}, approval = {}, escalation = {}, hooks = {} } = authored ?? {};
  const byDefault = DEFAULT_ROLLBACK_POLICY;
  const within =
    (section: readonly string[], minimum: number, maximum: number) =>
    (text: string | undefined, key: string, otherwise: number): number => {
      if (text === undefined) return otherwise;
      const value = parseDurationSeconds(text) ?? Number.NaN;
      if (!Number.isInteger(value) || value < minimum || value > maximum)
        problems.push(
          authoredProblem(
            [...ROOT, ...section, key],
            `${key} ${text} is out of range`,
            `use whole seconds, from ${minimum} s to ${maximum} s`,
          ),
        );
      return value;
    };
  const clock = within(["clocks"], 1, 7200);
  const frozen = within(["clocks"], 1, 30 * DAY_SECONDS);
  const guard = within(["governance"], 1, 30 * DAY_SECONDS);
  const breakerGuard = within(["governance", "breaker"], 1, 30 * DAY_SECONDS);
  const tier = within(["escalation"], 1, 7 * DAY_SECONDS);
  const { breaker } = governance;
  return {
    strategies: authored?.strategies ?? {},
    clocks: {
      immediateSeconds: clock(clocks.immediate, "immediate", byDefault.clocks.immediateSeconds),
      fastSeconds: clock(clocks.fast, "fast", byDefault.clocks.fastSeconds),
      gradualWatchSeconds: clock(clocks.gradual_watch, "gradual_watch", byDefault.clocks.gradualWatchSeconds),
      canaryStopSeconds: clock(clocks.canary_stop, "canary_stop", byDefault.clocks.canaryStopSeconds),
      canaryRouteSeconds: clock(clocks.canary_route, "canary_route", byDefault.clocks.canaryRouteSeconds),
      canaryAnalyseSeconds: clock(clocks.canary_analyse, "canary_analyse", byDefault.clocks.canaryAnalyseSeconds),
      trafficStepSeconds: clock(clocks.traffic_step, "traffic_step", byDefault.clocks.trafficStepSeconds),
      freezeSeconds: frozen(clocks.freeze, "freeze", byDefault.clocks.freezeSeconds),
      rollbackTimeoutSeconds: clock(clocks.timeout, "timeout", byDefault.clocks.rollbackTimeoutSeconds),
    },
    governance: {
      cooldownSeconds: guard(governance.cooldown, "cooldown", byDefault.governance.cooldownSeconds),
      maxPerHour: governance.max_per_hour ?? byDefault.governance.maxPerHour,
      maxPerHourAll: governance.max_per_hour_all ?? byDefault.governance.maxPerHourAll,
      breaker: {
        failures: breaker?.failures ?? byDefault.governance.breaker.failures,
        windowSeconds: breakerGuard(breaker?.window, "window", byDefault.governance.breaker.windowSeconds),
        openSeconds: breakerGuard(breaker?.open, "open", byDefault.governance.breaker.openSeconds),
      },
      maxServices: governance.max_services ?? byDefault.governance.maxServices,
    },
    approval: {
      timeoutSeconds: within(["approval"], 10, MOST_APPROVAL_SECONDS)(approval.timeout, "timeout", byDefault.approval.timeoutSeconds),
      onTimeout: approval.on_timeout ?? byDefault.approval.onTimeout,
    },
    freezeWindows: (authored?.freeze_windows ?? []).map(({ name, from, to }, index) => ({
      name,
      fromMinute: minuteOfWeek(from, [...ROOT, "freeze_windows", index, "from"], problems),
      toMinute: minuteOfWeek(to, [...ROOT, "freeze_windows", index, "to"], problems),
    })),
    escalation: {
      topics: {
        onCall: escalation.on_call ?? null,
        management: escalation.management ?? null,
        devops: escalation.devops ?? null,
        product: escalation.product ?? null,
        security: escalation.security ?? null,
      },
      managementSeconds: tier(escalation.management_after, "management_after", byDefault.escalation.managementSeconds),
      devopsSeconds: tier(escalation.devops_after, "devops_after", byDefault.escalation.devopsSeconds),
      productSeconds: tier(escalation.product_after, "product_after", byDefault.escalation.productSeconds),
      postMortemSeconds: tier(escalation.post_mortem_after, "post_mortem_after", byDefault.escalation.postMortemSeconds),
      securityAlways: escalation.security_always ?? byDefault.escalation.securityAlways,
    },
    hooks: {
      pre: (hooks.pre ?? []).flatMap((hook, index) => compileHook(hook, [...ROOT, "hooks", "pre", index], problems)),
      confirm: (hooks.confirm ?? []).flatMap((hook, index) => compileHook(hook, [...ROOT, "hooks", "confirm", index], problems)),
      post: (hooks.post ?? []).flatMap((hook, index) => compileHook(hook, [...ROOT, "hooks", "post", index], problems)),
    },
    group: compileGroup(authored, service, problems),
  };
}

type AuthoredHook = NonNullable<NonNullable<AuthoredRollback["hooks"]>["pre"]>[number];

function compileHook(hook: AuthoredHook, path: ProblemPath, problems: Problem[]): Hook[] {
  const { name, job, function: functionArn, timeout } = hook;
  const most = functionArn === undefined ? MOST_HOOK_SECONDS : MOST_FUNCTION_SECONDS;
  const byDefault = Math.min(DEFAULT_HOOK_SECONDS, most);
  const timeoutSeconds = timeout === undefined ? byDefault : (parseDurationSeconds(timeout) ?? Number.NaN);
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > most) {
    const fix = `use whole seconds, from 1 s to ${most} s${functionArn === undefined ? "" : "; a job may take longer"}`;
    problems.push(authoredProblem([...path, "timeout"], `timeout ${timeout} is out of range`, fix));
  }
  if ((job === undefined) === (functionArn === undefined)) {
    problems.push(authoredProblem(path, `hook ${name} needs exactly one of job and function`, "name a CronJob, or the ARN of a function"));
    return [];
  }
  const run = job === undefined ? { kind: "function" as const, functionArn: functionArn ?? "" } : { kind: "job" as const, job };
  return [{ name, run, timeoutSeconds }];
}

function compileGroup(authored: AuthoredRollback | undefined, service: string, problems: Problem[]): RollbackPolicy["group"] {
  const dependsOn = authored?.depends_on ?? [];
  if (authored?.group === undefined) {
    if (dependsOn.length > 0)
      problems.push(authoredProblem([...ROOT, "depends_on"], "depends_on orders the services of a group, and there is none", "add group"));
    return null;
  }
  if (dependsOn.includes(service))
    problems.push(authoredProblem([...ROOT, "depends_on"], `${service} cannot depend on itself`, "remove it"));
  return { name: authored.group, dependsOn: [...new Set(dependsOn)] };
}

/** `fri 18:00` as minutes since Monday 00:00. */
function minuteOfWeek(text: string, path: ProblemPath, problems: Problem[]): number {
  const [day = "", time = ""] = text.split(" ");
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  if (hour > 23 || minute > 59) problems.push(authoredProblem(path, `${text} is no time of a day`, "use 00:00 to 23:59"));
  return (DAYS.indexOf(day) * 24 + hour) * 60 + minute;
}
