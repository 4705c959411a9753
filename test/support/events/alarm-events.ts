/**
 * Alarm events in the shapes that CloudWatch sends: EventBridge "CloudWatch Alarm State Change" for a metric alarm and for a composite one,
 * and the payload of a Lambda alarm action. Account and names are made up, keys and formats (timestamps without a colon) are AWS's.
 */
export const ALARM_ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:rollguard-checkout-latency-p95";

const REASON =
  "Threshold Crossed: 2 out of the last 3 datapoints [484.0 (20/11/26 03:12:30), 471.0 (20/11/26 03:12:20)] were greater than the threshold (200.0) (minimum 2 datapoints for OK -> ALARM transition).";

const REASON_DATA = JSON.stringify({
  version: "1.0",
  queryDate: "2026-11-20T03:12:40.312+0000",
  startDate: "2026-11-20T03:12:10.000+0000",
  statistic: "p95",
  period: 10,
  recentDatapoints: [163.2, 471, 484],
  threshold: 200,
  evaluatedDatapoints: [
    { timestamp: "2026-11-20T03:12:30.000+0000", sampleCount: 212, value: 484 },
    { timestamp: "2026-11-20T03:12:20.000+0000", sampleCount: 208, value: 471 },
    { timestamp: "2026-11-20T03:12:10.000+0000" },
  ],
});

export interface AlarmState {
  readonly value: string;
  readonly timestamp: string;
  readonly reason?: string;
  readonly reasonData?: string;
  readonly actionsSuppressedBy?: string;
  readonly actionsSuppressedReason?: string;
}

const inAlarm: AlarmState = { value: "ALARM", reason: REASON, reasonData: REASON_DATA, timestamp: "2026-11-20T03:12:40.314+0000" };
const wasOk: AlarmState = {
  value: "OK",
  reason: "Threshold Crossed: 3 datapoints were not greater than the threshold (200.0).",
  timestamp: "2026-11-20T02:40:10.020+0000",
};

const configuration = {
  description: "Rollguard: latency_p95 > 200 ms in 2 of 3 x 10 s; checkout (performance, high).",
  metrics: [
    {
      id: "m1",
      metricStat: { metric: { namespace: "Demo/checkout", name: "Latency", dimensions: {} }, period: 10, stat: "p95" },
      returnData: true,
    },
  ],
};

export interface AlarmEventOverrides {
  readonly source?: string;
  readonly detailType?: string;
  readonly alarmName?: string;
  readonly alarmArn?: string;
  readonly state?: Partial<AlarmState>;
  readonly previousState?: Partial<AlarmState>;
  /** More keys of `detail`, such as muteDetail. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What the rule on the default bus hands to `start-rollback`. */
export function anAlarmEvent(overrides: AlarmEventOverrides = {}) {
  return {
    version: "0",
    id: "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
    "detail-type": overrides.detailType ?? "CloudWatch Alarm State Change",
    source: overrides.source ?? "aws.cloudwatch",
    account: "123456789012",
    time: "2026-11-20T03:12:40Z",
    region: "us-east-1",
    resources: [overrides.alarmArn ?? ALARM_ARN],
    detail: {
      alarmName: overrides.alarmName ?? "rollguard-checkout-latency-p95",
      configuration,
      previousState: { ...wasOk, ...overrides.previousState },
      state: { ...inAlarm, ...overrides.state },
      ...overrides.detail,
    },
  };
}

/** A mute rule stops the actions of an alarm, not its events. */
export function aMutedAlarmEvent() {
  return anAlarmEvent({
    detail: {
      muteDetail: {
        mutedByArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:nightly",
        muteWindowStart: "2026-11-20T02:00:00.000+0000",
        muteWindowEnd: "2026-11-20T04:00:00.000+0000",
      },
    },
  });
}

/** A composite alarm whose suppressor is active. */
export function aSuppressedCompositeEvent() {
  return anAlarmEvent({
    state: {
      reason: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:child transitioned to ALARM at Friday 20 November, 2026 03:12:40 UTC",
      reasonData: JSON.stringify({
        triggeringAlarms: [
          {
            arn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:child",
            state: { value: "ALARM", timestamp: "2026-11-20T03:12:40.000+0000" },
          },
        ],
      }),
      actionsSuppressedBy: "Alarm",
      actionsSuppressedReason: "Actions suppressed by freeze-window",
    },
    detail: { configuration: { alarmRule: "ALARM(child)", actionsSuppressor: "freeze-window", actionsSuppressorWaitPeriod: 60 } },
  });
}

/** One series of a multi-series alarm changed: the alarm itself may not have. */
export function aContributorEvent() {
  const { detail, ...event } = anAlarmEvent({ detailType: "CloudWatch Alarm Contributor State Change" });
  const { previousState: _absent, ...rest } = detail;
  return { ...event, detail: { ...rest, alarmContributor: { id: "6d442278dba546f6", attributes: { host: "web-1" } } } };
}

/** What CloudWatch sends when it invokes the function itself, as an alarm action. */
export function anAlarmAction() {
  const { detail } = anAlarmEvent();
  return {
    source: "aws.cloudwatch",
    alarmArn: ALARM_ARN,
    accountId: "123456789012",
    time: "2026-11-20T03:12:40.314+0000",
    region: "us-east-1",
    alarmData: detail,
  };
}
