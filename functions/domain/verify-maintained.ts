import type { CheckResult, PlanStep, Verification } from "./rollback-document.ts";
import type { VerificationFacts } from "./verify-outcome.ts";

/**
 * Has the maintenance page all the traffic after this step? From its write on, though no route may have confirmed it: while it is on there is no data.
 * Any share that is set afterwards lets traffic through again. Carried by the slice; absent where no page was ever switched on.
 */
export function maintainedOf(
  { progress, previous }: Pick<VerificationFacts, "progress" | "previous">,
  step: PlanStep | undefined,
): Pick<Verification, "maintained"> {
  const acted = progress.outcome === "applied" || progress.outcome === "already-applied";
  const action = acted ? step?.action : undefined;
  if (action?.kind === "maintenance") return { maintained: action.set === "on" };
  if (previous?.maintained === undefined) return {};
  return { maintained: previous.maintained && action?.kind !== "set-weights" };
}

/**
 * Under the maintenance page the service gets no request: that a signal has no value, or that an alarm is not OK for want of one, says nothing about the
 * release. It is shown, and decides nothing; pods, endpoints and probes decide. After the lift the same checks are asked again, with traffic.
 */
export function withoutTraffic(checks: readonly CheckResult[], { blueprint, readings, alarms }: VerificationFacts): readonly CheckResult[] {
  const silent = (signal: string) => (readings.find((reading) => reading.signal === signal)?.value ?? null) === null;
  const compared = new Map(blueprint.verification.checks.flatMap((check) => ("signal" in check ? [[check.name, check.signal]] : [])));
  const alarmed = new Map(blueprint.triggers.map(({ alarmName, signal }) => [alarmName, signal]));
  const mute = new Set([
    ...[...compared].filter(([, signal]) => silent(signal)).map(([name]) => name),
    ...alarms
      .filter(({ alarmName, state }) => state !== "OK" && state !== "absent" && silent(alarmed.get(alarmName) ?? ""))
      .map(({ alarmName }) => `alarm ${alarmName}`),
  ]);
  return checks.map((check) =>
    mute.has(check.check) && check.verdict !== "pass"
      ? {
          ...check,
          actual: `${check.actual}, no traffic under the maintenance page`,
          verdict: "inconclusive",
          critical: false,
          rollbackTrigger: false,
        }
      : check,
  );
}
