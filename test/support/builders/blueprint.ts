import type { Blueprint, Check, Target, Trigger } from "../../../functions/domain/blueprint.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../../functions/domain/rollback-policy.ts";
import type { MetricRef, Signal } from "../../../functions/domain/signal.ts";
import { ALARM_NAME, SERVICE } from "./moments.ts";

/** One CloudWatch metric of the demo namespace of `checkout`. */
export function aMetricRef(overrides: Partial<MetricRef> = {}): MetricRef {
  return { namespace: "Demo/checkout", name: "Latency", dimensions: {}, stat: "p95", ...overrides };
}

/** `latency_p95`: one metric. */
export function aSignal(overrides: Partial<Signal> = {}): Signal {
  return {
    name: "latency_p95",
    unit: "ms",
    better: "lower",
    source: { kind: "metric", metric: aMetricRef() },
    resolutionSeconds: 1,
    ...overrides,
  };
}

/** `error_rate`: a guarded ratio of two metrics. */
export function aRatioSignal(overrides: Partial<Signal> = {}): Signal {
  return aSignal({
    name: "error_rate",
    unit: "%",
    source: {
      kind: "ratio",
      part: aMetricRef({ name: "ErrorCount", stat: "Sum" }),
      total: aMetricRef({ name: "RequestCount", stat: "Sum" }),
      minimumTotal: 20,
    },
    ...overrides,
  });
}

export function aTarget(overrides: Partial<Target> = {}): Target {
  return { cluster: "demo", namespace: "demo", kind: "Deployment", name: SERVICE, ...overrides };
}

/** A blueprint's trigger (an acting alarm). Who asked for a rollback is `aRollbackTrigger`. */
export function aTrigger(overrides: Partial<Trigger> = {}): Trigger {
  return {
    name: "latency-p95",
    alarmName: ALARM_NAME,
    signal: "latency_p95",
    class: "performance",
    severity: "high",
    rule: { operator: ">", threshold: 200 },
    periodSeconds: 10,
    datapointsToAlarm: 2,
    evaluationPeriods: 3,
    missingData: "missing",
    ...overrides,
  };
}

export function anExactCheck(overrides: Partial<Extract<Check, { type: "exact_match" }>> = {}): Check {
  return { type: "exact_match", name: "replica_count", critical: true, rollbackTrigger: false, ...overrides };
}

export function aThresholdCheck(overrides: Partial<Extract<Check, { type: "threshold" }>> = {}): Check {
  return {
    type: "threshold",
    name: "latency_p95",
    signal: "latency_p95",
    operator: "<",
    target: 200,
    unit: "ms",
    critical: true,
    rollbackTrigger: true,
    ...overrides,
  };
}

/** The compiled blueprint of `checkout`: two signals, two triggers, four checks, mode `auto`. */
export function aBlueprint(overrides: Partial<Blueprint> = {}): Blueprint {
  return {
    service: SERVICE,
    version: "1.0.0",
    mode: "auto",
    target: aTarget(),
    traffic: null,
    restore: { configMaps: true, secrets: "names", fieldManagerGuard: false, deleteFailedReplicaSet: false },
    gitops: { hold: true, argoNamespace: "argocd" },
    scaling: { minReplicas: 1, maxReplicas: 10 },
    signals: [aSignal(), aRatioSignal()],
    triggers: [
      aTrigger(),
      aTrigger({
        name: "error-rate",
        alarmName: "rollguard-checkout-error-rate",
        signal: "error_rate",
        class: "health",
        rule: { operator: ">=", threshold: 1 },
      }),
    ],
    verification: {
      stabilizationSeconds: 10,
      phases: { health: { intervalSeconds: 5, consecutiveFailures: 2 }, performance: null, business: null },
      checks: [
        anExactCheck(),
        anExactCheck({ name: "pods_ready" }),
        aThresholdCheck(),
        aThresholdCheck({ name: "error_rate", signal: "error_rate", target: 1, unit: "%" }),
      ],
    },
    policy: DEFAULT_ROLLBACK_POLICY,
    rollback: { enabled: true, automatic: true, triggerOnCriticalFailure: true, maxAttempts: 3 },
    suspicionWindowHours: 24,
    notificationTopicArn: null,
    hash: "3b0d1c5a9f42",
    ...overrides,
  };
}
