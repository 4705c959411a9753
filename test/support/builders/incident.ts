import type {
  Incident,
  IncidentAlarm,
  IncidentMeta,
  IncidentRecord,
  IncidentSeries,
  TimelineEvent,
} from "../../../functions/domain/incident.ts";
import { aTarget } from "./blueprint.ts";
import { ALARM_NAME, EXECUTION_NAME, INCIDENT_ID, MOMENTS, SERVICE, secondsAfter } from "./moments.ts";
import { aDiagnosis, anAssessment, aPlan, aProgress, aRecordSlice, aRollbackTrigger, aVerification } from "./rollback-document.ts";

export function anEvent(overrides: Partial<TimelineEvent> = {}): TimelineEvent {
  return {
    id: `${MOMENTS.openedAt}#OpenIncident#incident_opened`,
    at: MOMENTS.openedAt,
    type: "incident_opened",
    message: "Incident opened for checkout: alarm rollguard-checkout-latency-p95",
    urgency: "notice",
    data: {},
    ...overrides,
  };
}

/** The timeline of the finished incident, oldest first. */
export function aTimeline(): TimelineEvent[] {
  const event = (at: string, state: string, type: string, message: string, urgency: TimelineEvent["urgency"] = "quiet") =>
    anEvent({ id: `${at}#${state}#${type}`, at, type, message, urgency });
  return [
    anEvent(),
    event(
      MOMENTS.assessedAt,
      "AssessIncident",
      "incident_assessed",
      "Decision roll-back: deploy of demo/checkout:v2-slow started 15 s before the onset",
    ),
    event("2026-11-20T03:12:41.800Z", "SelectStrategy", "plan_selected", "Strategy fast: back to demo/checkout:v1"),
    {
      ...event(MOMENTS.appliedAt, "ExecuteStep", "rollback_executed", "Template of demo/checkout:v1 restored", "notice"),
      data: { stepId: "restore-template-1", outcome: "applied" },
    },
    event(MOMENTS.recoveredAt, "VerifyStep", "rollback_verified", "All 4 checks pass"),
    event(MOMENTS.closedAt, "RecordIncident", "incident_closed", "checkout recovered 62.6 s after the onset", "notice"),
  ];
}

export function anIncidentAlarm(overrides: Partial<IncidentAlarm> = {}): IncidentAlarm {
  return { alarmName: ALARM_NAME, at: MOMENTS.alarmAt, reason: "2 of 3 datapoints over 200 ms", ...overrides };
}

/** `latency_p95`, every 10 s: about 120 ms, about 480 ms while v2 serves, back to about 120 ms. */
export function aSeries(overrides: Partial<IncidentSeries> = {}): IncidentSeries {
  return { signal: "latency_p95", unit: "ms", periodSeconds: 10, threshold: 200, points: points(latency), ...overrides };
}

/** `error_rate` of the same incident: never over its threshold. */
export function anErrorRateSeries(overrides: Partial<IncidentSeries> = {}): IncidentSeries {
  return aSeries({ signal: "error_rate", unit: "%", threshold: 1, points: points(errorRate), ...overrides });
}

function points(valueAt: (at: string, index: number) => number): { at: string; value: number }[] {
  const count = (Date.parse(MOMENTS.seriesTo) - Date.parse(MOMENTS.seriesFrom)) / 10_000;
  return Array.from({ length: count }, (_, index) => {
    const at = secondsAfter(MOMENTS.seriesFrom, index * 10);
    return { at, value: Number(valueAt(at, index).toFixed(2)) };
  });
}

const ripple = (index: number) => Math.sin(index * 1.7) + 0.6 * Math.sin(index * 0.61);

function latency(at: string, index: number): number {
  if (at < "2026-11-20T03:12:10.000Z") return 120 + 2.4 * ripple(index);
  if (at < MOMENTS.onsetAt) return 163.2;
  if (at < "2026-11-20T03:12:50.000Z") return 477 + 9 * ripple(index);
  if (at < "2026-11-20T03:13:00.000Z") return 214.6;
  return 121 + 2.1 * ripple(index);
}

function errorRate(at: string, index: number): number {
  return at >= MOMENTS.onsetAt && at < "2026-11-20T03:13:00.000Z" ? 0.31 + 0.04 * ripple(index) : 0.2 + 0.03 * ripple(index);
}

export function anIncidentRecord(overrides: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    service: SERVICE,
    target: aTarget(),
    mode: "auto",
    assessment: anAssessment(),
    plan: aPlan(),
    progress: aProgress(),
    verification: aVerification(),
    diagnosis: aDiagnosis(),
    failure: null,
    displayIds: { rollback: "rb-20261120-031242-001", verification: "ver-20261120-031322-001" },
    ...overrides,
  };
}

export function anIncidentMeta(overrides: Partial<IncidentMeta> = {}): IncidentMeta {
  return {
    id: INCIDENT_ID,
    service: SERVICE,
    execution: EXECUTION_NAME,
    status: "closed",
    outcome: "recovered",
    severity: "high",
    summary: aRecordSlice().summary,
    openedAt: MOMENTS.openedAt,
    closedAt: MOMENTS.closedAt,
    topicArn: null,
    trigger: aRollbackTrigger(),
    record: anIncidentRecord(),
    ...overrides,
  };
}

/** META of the same incident while it is open. */
export function anOpenIncidentMeta(overrides: Partial<IncidentMeta> = {}): IncidentMeta {
  return anIncidentMeta({ status: "open", outcome: null, severity: null, summary: "open", closedAt: null, record: null, ...overrides });
}

/** The finished latency-regression incident of `checkout`. */
export function anIncident(overrides: Partial<Incident> = {}): Incident {
  return {
    meta: anIncidentMeta(),
    events: aTimeline(),
    alarms: [anIncidentAlarm()],
    series: [aSeries(), anErrorRateSeries()],
    ...overrides,
  };
}
