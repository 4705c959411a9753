import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { DEFAULT_ROLLBACK_POLICY, type RollbackPolicy } from "../../functions/domain/rollback-policy.ts";
import { aBlueprint, aMetricRef, aRatioSignal, aSignal, aTarget, aTrigger } from "../support/builders/index.ts";

/** Period of every signal: a year has too many seconds for a finer one. */
export const PERIOD_SECONDS = 60;
/** How long a service must be well before it is called recovered. */
export const STABLE_SECONDS = 60;
const MOST_ATTEMPTS = 3;

interface Authored {
  readonly latency: "high" | "medium";
  readonly mode?: Blueprint["mode"];
  readonly automatic?: boolean;
  readonly governance?: Partial<RollbackPolicy["governance"]>;
  readonly approval?: Partial<RollbackPolicy["approval"]>;
}

/** Four services that are run differently: by itself and in a hurry, by itself and slowly, by leave of people, and by people or their silence. */
export const SERVICES: readonly Blueprint[] = [
  blueprintOf("checkout", { latency: "high", governance: { cooldownSeconds: 300, maxPerHour: 2 } }),
  blueprintOf("search", { latency: "medium" }),
  blueprintOf("payments", { latency: "high", automatic: false, approval: { onTimeout: "escalate" } }),
  blueprintOf("catalog", { latency: "high", mode: "approve", approval: { timeoutSeconds: 600, onTimeout: "proceed" } }),
];

function blueprintOf(service: string, { latency, mode = "auto", automatic = true, governance, approval }: Authored): Blueprint {
  const base = aBlueprint();
  const namespace = `Demo/${service}`;
  const metric = (name: string, stat: string) => aMetricRef({ namespace, name, stat });
  const timing = { periodSeconds: PERIOD_SECONDS, datapointsToAlarm: 2, evaluationPeriods: 3 };
  return {
    ...base,
    service,
    mode,
    target: aTarget({ name: service }),
    signals: [
      aSignal({ source: { kind: "metric", metric: metric("Latency", "p95") }, resolutionSeconds: PERIOD_SECONDS }),
      aRatioSignal({
        source: { kind: "ratio", part: metric("ErrorCount", "Sum"), total: metric("RequestCount", "Sum"), minimumTotal: 20 },
        resolutionSeconds: PERIOD_SECONDS,
      }),
    ],
    triggers: [
      aTrigger({ ...timing, alarmName: `rollguard-${service}-latency-p95`, severity: latency }),
      aTrigger({
        ...timing,
        name: "error-rate",
        alarmName: `rollguard-${service}-error-rate`,
        signal: "error_rate",
        class: "health",
        severity: "critical",
        rule: { operator: ">=", threshold: 1 },
      }),
    ],
    verification: { ...base.verification, stabilizationSeconds: STABLE_SECONDS },
    policy: {
      ...DEFAULT_ROLLBACK_POLICY,
      governance: { ...DEFAULT_ROLLBACK_POLICY.governance, maxPerHourAll: 4, ...governance },
      approval: { ...DEFAULT_ROLLBACK_POLICY.approval, ...approval },
    },
    rollback: { enabled: true, automatic, triggerOnCriticalFailure: true, maxAttempts: MOST_ATTEMPTS },
  };
}
