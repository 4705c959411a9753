import type { MetricWatch } from "../../../functions/domain/blueprint-alarms.ts";
import type { BaselineForm } from "../../../functions/domain/trigger-form.ts";
import type { TunableAlarm } from "../../../functions/domain/tuning/plan-tuning.ts";
import type { TunedAlarm } from "../../../functions/domain/tuning/tuned-alarm.ts";
import { aMetricRef, aRatioSignal, aSignal, aTrigger } from "./blueprint.ts";
import { ALARM_NAME, SERVICE } from "./moments.ts";

/** Over twice what it was before the change. */
export function aBaselineForm(overrides: Partial<BaselineForm> = {}): BaselineForm {
  return { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null, ...overrides };
}

/** The alarm on latency_p95 of `checkout`, tuned against the hour before a change, with points a minute. */
export function aTunableAlarm(overrides: Partial<TunableAlarm> = {}): TunableAlarm {
  const form = overrides.form ?? aBaselineForm();
  const signal = overrides.signal ?? aSignal();
  return {
    alarmName: ALARM_NAME,
    service: SERVICE,
    trigger: aTrigger({ rule: null, form, periodSeconds: 60 }),
    signal,
    existing: false,
    role: "acting",
    owner: "pipeline",
    watch: aTunedWatch({ operator: form.operator }),
    form,
    description: "Rollguard: latency_p95 against the hour before a change.",
    ...overrides,
  };
}

/** On metric math: a guarded ratio. */
export function aTunableRatioAlarm(overrides: Partial<TunableAlarm> = {}): TunableAlarm {
  return aTunableAlarm({
    alarmName: "rollguard-checkout-error-rate",
    trigger: aTrigger({
      name: "error-rate",
      alarmName: "rollguard-checkout-error-rate",
      signal: "error_rate",
      rule: null,
      periodSeconds: 60,
    }),
    signal: aRatioSignal(),
    watch: aTunedWatch({
      leaves: [
        { id: "part", metric: aMetricRef({ name: "ErrorCount", stat: "Sum", dimensions: { Service: "checkout", Stage: "prod" } }) },
        { id: "total", metric: aMetricRef({ name: "RequestCount", stat: "Sum" }) },
      ],
      expression: "IF(total >= 20, 100 * FILL(part, 0) / total)",
    }),
    ...overrides,
  });
}

export function aTunedWatch(overrides: Partial<MetricWatch> = {}): MetricWatch {
  return {
    kind: "metric",
    leaves: [{ id: "m1", metric: aMetricRef() }],
    expression: null,
    operator: ">",
    threshold: null,
    periodSeconds: 60,
    datapointsToAlarm: 2,
    evaluationPeriods: 3,
    missingData: "notBreaching",
    lowSamples: "evaluate",
    ...overrides,
  };
}

/** What the alarm was tuned to before the release of the night, read back. */
export function aTunedAlarm(overrides: Partial<TunedAlarm> = {}): TunedAlarm {
  return {
    service: SERVICE,
    trigger: "latency-p95",
    alarmName: ALARM_NAME,
    threshold: 240,
    unit: "ms",
    notes: [],
    baseline: { value: 120, from: "2026-11-20T02:12:05.000Z", to: "2026-11-20T03:12:05.000Z", points: 59 },
    basis: "good:a1b2c3d4e5f6",
    release: "a1b2c3d4e5f6",
    measureHash: "measure",
    configHash: "config",
    why: "the last hour of the good release a1b2c3d4e5f6",
    tunedAt: "2026-11-20T03:12:10.000Z",
    appliedAt: "2026-11-20T03:12:11.000Z",
    revision: 1,
    ...overrides,
  };
}
