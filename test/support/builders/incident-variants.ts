import type { Incident } from "../../../functions/domain/incident.ts";
import {
  anEvent,
  anIncident,
  anIncidentAlarm,
  anIncidentMeta,
  anIncidentRecord,
  anOpenIncidentMeta,
  aSeries,
  aTimeline,
} from "./incident.ts";
import { MOMENTS, secondsAfter } from "./moments.ts";
import {
  aChange,
  aCheckResult,
  aDiagnosis,
  aGovernance,
  aManualTrigger,
  anAssessment,
  aPlan,
  aProgress,
  aVerification,
} from "./rollback-document.ts";
import { aPodGroup, aWorkloadState } from "./workload.ts";

/** No change was to blame: nothing planned, a person paged. */
export function anEscalatedIncident(): Incident {
  const assessment = anAssessment({
    decision: "escalate",
    change: null,
    reasons: [
      "in ALARM: rollguard-checkout-latency-p95",
      "no change of checkout in the suspicion window of 24 h",
      "no change is to blame, so a rollback would not help",
    ],
  });
  return anIncident({
    meta: anIncidentMeta({
      outcome: "escalated",
      summary: "checkout needs a person: no change is to blame, so nothing was rolled back",
      record: anIncidentRecord({ assessment, plan: null, progress: null, verification: null, diagnosis: null, displayIds: {} }),
    }),
    events: [
      ...aTimeline().slice(0, 1),
      anEvent({
        id: `${MOMENTS.assessedAt}#AssessIncident#escalated`,
        at: MOMENTS.assessedAt,
        type: "escalated",
        message: "No change is to blame: a person is needed",
        urgency: "page",
      }),
    ],
  });
}

/** The run itself failed before a plan was made. */
export function aFailedIncident(): Incident {
  const failure = {
    error: "PermissionError",
    cause: JSON.stringify({
      errorMessage: 'Kubernetes refused: deployments.apps "checkout" is forbidden: missing verb get in group rollguard:read',
      errorType: "PermissionError",
    }),
  };
  return anIncident({
    meta: anIncidentMeta({
      outcome: "error",
      severity: null,
      summary: "the run for checkout failed: PermissionError",
      record: anIncidentRecord({
        target: null,
        mode: null,
        assessment: null,
        plan: null,
        progress: null,
        verification: null,
        diagnosis: null,
        failure,
        displayIds: {},
      }),
    }),
    events: aTimeline().slice(0, 1),
    series: [],
  });
}

/** The restored release is unhealthy too: a check fails, one has no data. */
export function aNotRecoveredIncident(): Incident {
  const verification = aVerification({
    verdict: "fail",
    next: "escalate",
    reason: "latency_p95 is 455 ms, expected < 200 ms, and no target is left",
    checks: [
      aCheckResult({ check: "replica_count", expected: "3", actual: "3", rollbackTrigger: false, improvement: null }),
      aCheckResult({ actual: "455 ms", verdict: "fail", improvement: null, degradation: "279% increase (120 ms -> 455 ms)" }),
      aCheckResult({ check: "error_rate", expected: "< 1 %", actual: "no data", verdict: "inconclusive", improvement: null }),
    ],
    recovery: "not-recovered",
    recoveredAt: null,
    recoverySeconds: null,
    stableSince: null,
  });
  return anIncident({
    meta: anIncidentMeta({
      outcome: "not-recovered",
      summary: "checkout is not healthy after the rollback to demo/checkout:v1: latency_p95 is 455 ms",
      record: anIncidentRecord({ verification }),
    }),
    events: [
      ...aTimeline().slice(0, 4),
      anEvent({
        id: `${MOMENTS.recoveredAt}#VerifyStep#verification_failed`,
        at: MOMENTS.recoveredAt,
        type: "verification_failed",
        message: "latency_p95 is 455 ms, expected < 200 ms, and no target is left",
        urgency: "page",
      }),
    ],
    series: [aSeries({ points: aSeries().points.map((point) => (point.at > MOMENTS.appliedAt ? { ...point, value: 455 } : point)) })],
  });
}

/** Mode `observe`: the plan was made, nothing was written. */
export function anObservedIncident(): Incident {
  const progress = aProgress({ outcome: "would-apply", reason: "mode observe: template 6d4b75cb6d would be restored" });
  const verification = aVerification({
    verdict: "inconclusive",
    next: "observed",
    reason: "nothing was written, so nothing is verified",
    checks: [],
    recovery: "undecided",
    recoveredAt: null,
    recoverySeconds: null,
    stableSince: null,
  });
  return anIncident({
    meta: anIncidentMeta({
      outcome: "observed",
      summary: "checkout would be rolled back to demo/checkout:v1",
      record: anIncidentRecord({ mode: "observe", plan: aPlan({ mode: "observe" }), progress, verification }),
    }),
    events: aTimeline().slice(0, 3),
  });
}

/** A person asked, and governance denied: there is no release to go back to. */
export function aDeniedManualIncident(): Incident {
  const governance = aGovernance({
    verdict: "denied",
    rule: "target",
    checks: [
      { rule: "switch", outcome: "pass", observed: "armed", limit: "armed" },
      { rule: "target", outcome: "fail", observed: "no earlier ReplicaSet exists", limit: "a release or replica count observed good" },
      { rule: "cooldown", outcome: "not-checked", observed: "not known to this version", limit: "" },
    ],
  });
  const assessment = anAssessment({
    onsetAt: null,
    classes: [],
    podEvidence: "only-new",
    workload: aWorkloadState({
      pods: [
        aPodGroup({
          ready: 1,
          failing: 2,
          restarts: 7,
          reasons: [{ reason: "CrashLoopBackOff", pods: 2, message: "back-off 40s restarting failed container" }],
        }),
      ],
    }),
  });
  return anIncident({
    meta: anIncidentMeta({
      outcome: "escalated",
      summary: "checkout cannot be rolled back: no earlier release was observed good",
      trigger: aManualTrigger(),
      record: anIncidentRecord({ assessment, plan: aPlan({ mode: "none", steps: [], governance }), progress: null, verification: null }),
    }),
    events: [
      anEvent({ message: "Incident opened for checkout: asked for by ada" }),
      anEvent({
        id: `${MOMENTS.assessedAt}#SelectStrategy#escalated`,
        at: MOMENTS.assessedAt,
        type: "escalated",
        message: "Denied by rule target: no earlier ReplicaSet exists",
        urgency: "page",
      }),
    ],
    alarms: [],
  });
}

/** One point, and one series without any; the change was hours ago. */
export function anIncidentWithOnePoint(): Incident {
  return anIncident({
    meta: anIncidentMeta({
      record: anIncidentRecord({
        assessment: anAssessment({ change: aChange({ startedAt: secondsAfter(MOMENTS.onsetAt, -6 * 3600) }), signals: [] }),
      }),
    }),
    series: [
      aSeries({ points: [{ at: MOMENTS.onsetAt, value: 471.5 }] }),
      aSeries({ signal: "error_rate", unit: "%", threshold: null, points: [] }),
    ],
  });
}

/** As many points as a record may hold, a signal where low is bad, a gap without data. */
export function anIncidentWithManyPoints(): Incident {
  const points = Array.from({ length: 240 }, (_, index) => ({
    at: secondsAfter(MOMENTS.seriesTo, (index - 240) * 10),
    value: index < 200 ? 100 : index < 220 ? 40 + index / 10 : 100,
  })).filter((_, index) => index < 90 || index > 110);
  return anIncident({ series: [aSeries({ signal: "ready_percent", unit: "%", threshold: 90, points })] });
}

/** Texts that are long, hostile or both. */
export function aHostileIncident(): Incident {
  const hostile = `</script><script>window.harmed = true</script><img src=x onerror="window.harmed = true">'"&${"\u2028"}`;
  const long = "checkout-with-a-very-long-name-".repeat(30);
  return anIncident({
    meta: anIncidentMeta({
      service: `<b>${hostile}</b>`,
      summary: `${long}${hostile} ${"word ".repeat(400)}`,
      record: anIncidentRecord({
        assessment: anAssessment({ reasons: [hostile, long], change: aChange({ image: `registry.example/${long}${hostile}` }) }),
        diagnosis: aDiagnosis({ hypothesis: hostile, recommendations: [{ priority: "high", action: hostile, example: long }] }),
        failure: { error: hostile, cause: `${long}\n`.repeat(40) },
        displayIds: { [hostile]: hostile },
      }),
    }),
    events: [
      anEvent({ message: hostile }),
      ...Array.from({ length: 60 }, (_, index) => anEvent({ id: `z${index}`, at: hostile, message: long })),
    ],
    alarms: [anIncidentAlarm({ alarmName: hostile, reason: hostile })],
    series: [aSeries({ signal: hostile })],
  });
}

/** An incident that is still being worked on: no record yet. */
export function anOpenIncident(): Incident {
  return anIncident({ meta: anOpenIncidentMeta(), events: aTimeline().slice(0, 2), series: [] });
}

/** Every kind of incident by name, for tests that go over all of them. */
export const INCIDENT_VARIANTS: Readonly<Record<string, () => Incident>> = {
  recovered: anIncident,
  escalated: anEscalatedIncident,
  failed: aFailedIncident,
  "not-recovered": aNotRecoveredIncident,
  observed: anObservedIncident,
  denied: aDeniedManualIncident,
  "one-point": anIncidentWithOnePoint,
  "many-points": anIncidentWithManyPoints,
  hostile: aHostileIncident,
  open: anOpenIncident,
};
