import type { Operator, Trigger } from "./blueprint.ts";

/** States of a CloudWatch alarm. A new metric alarm starts as `INSUFFICIENT_DATA`. */
export const ALARM_STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** What CloudWatch needs to know to judge a series: M of N, the comparison, and what a missing point means. */
export interface AlarmRule {
  readonly operator: Operator;
  readonly threshold: number;
  /** M. */
  readonly datapointsToAlarm: number;
  /** N. */
  readonly evaluationPeriods: number;
  readonly missingData: Trigger["missingData"];
}

/** A point that took part in the verdict; `null` = it was missing and had to be filled. */
export interface EvaluatedDatapoint {
  readonly atEpochSeconds: number;
  readonly value: number | null;
}

/** Whether one value breaches. A missing value never does: its treatment decides. */
export function breaches(rule: Pick<AlarmRule, "operator" | "threshold">, value: number): boolean {
  switch (rule.operator) {
    case ">":
      return value > rule.threshold;
    case ">=":
      return value >= rule.threshold;
    case "<":
      return value < rule.threshold;
    case "<=":
      return value <= rule.threshold;
  }
}
