import type { Blueprint } from "../blueprint.ts";
import { compileAlarms } from "../blueprint-alarms.ts";
import { type Deploy, type LeafData, REGRESSION_FACTORS } from "./backtest-data.ts";
import { backtestJudge, hasHistoryAt, type JudgeBacktest, judgedPast } from "./backtest-judge.ts";
import { backtestTrigger, type TriggerBacktest } from "./backtest-trigger.ts";
import { type DeployOutcome, type DeployRates, deployRates, familyOutcomes } from "./deploy-outcomes.ts";
import { judgedSignals } from "./judged-signals.ts";

/** What rules of one kind would have done together: a service feels any of them. */
export interface FamilyBacktest extends DeployRates {
  /** Names of the rules that could be judged. */
  readonly rules: readonly string[];
  readonly deploys: number;
}

export interface Backtest {
  readonly service: string;
  readonly triggers: readonly TriggerBacktest[];
  /** The release judge on every signal that the looks judge; where the blueprint wants none, that a trigger watches. */
  readonly judge: readonly JudgeBacktest[];
  readonly family: { readonly triggers: FamilyBacktest; readonly judge: FamilyBacktest };
}

/**
 * Runs every trigger of a blueprint, and the release judge, over recorded points: what would have fired, after which deploys, and which regressions would have
 * been found. Deterministic. Throws on a blueprint that cannot be compiled. `stage` is told what comes next.
 */
export function backtest(
  blueprint: Blueprint,
  data: LeafData,
  deploys: readonly Deploy[],
  stage: (what: string) => void = () => {},
): Backtest {
  const alarms = compileAlarms(blueprint);
  const inOrder = [...deploys].sort((a, b) => a.atEpochSeconds - b.atEpochSeconds);
  const acting = alarms.filter(({ role }) => role === "acting");
  const triggers = acting.map((alarm) => {
    stage(`Replaying ${alarm.trigger.name}`);
    const parts = alarms.filter(({ role, trigger }) => role === "part" && trigger.name === alarm.trigger.name);
    return backtestTrigger(alarm, parts, data, inOrder);
  });
  const pasts = judgedSignals(blueprint).map(({ signal, periodSeconds }) => judgedPast(signal, periodSeconds, data));
  const families = new Map<number, number>();
  const familyAt = (atEpochSeconds: number) => {
    const known = families.get(atEpochSeconds) ?? pasts.filter((past) => hasHistoryAt(past, atEpochSeconds)).length;
    families.set(atEpochSeconds, known);
    return known;
  };
  const judge = pasts.map((past) => {
    stage(`Judging releases by ${past.signal.name}`);
    return backtestJudge(past, familyAt, inOrder);
  });
  return {
    service: blueprint.service,
    triggers: triggers.map((one) => one.backtest),
    judge: judge.map((one) => one.backtest),
    family: {
      triggers: familyOf(triggers.map(({ backtest: { trigger, judged }, outcomes }) => ({ name: trigger, judged, outcomes }))),
      judge: familyOf(judge.map(({ backtest: { signal, judged }, outcomes }) => ({ name: signal, judged, outcomes }))),
    },
  };
}

function familyOf(
  rules: readonly { readonly name: string; readonly judged: boolean; readonly outcomes: readonly DeployOutcome[] }[],
): FamilyBacktest {
  const judged = rules.filter((rule) => rule.judged);
  const outcomes = familyOutcomes(
    judged.map((rule) => rule.outcomes),
    REGRESSION_FACTORS.length,
  );
  return { rules: judged.map(({ name }) => name), deploys: outcomes.length, ...deployRates(outcomes, REGRESSION_FACTORS) };
}
