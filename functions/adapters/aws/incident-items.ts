import type { EscalationNotice } from "../../domain/escalation.ts";
import type { Incident, IncidentAlarm, IncidentMeta, IncidentSeries, TimelineEvent } from "../../domain/incident.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import { keys } from "./table-keys.ts";

/** META is also in both indexes: `gsi1` lists all incidents by time, `gsi2` those of a service. */
export function toMetaItem(meta: IncidentMeta): AttributeMap {
  return {
    ...keys.meta(meta.id),
    gsi1pk: { S: "INC" },
    gsi1sk: { S: `${meta.openedAt}#${meta.id}` },
    gsi2pk: { S: `SVC#${meta.service}` },
    gsi2sk: { S: meta.openedAt },
    ...toAttributes(meta),
  };
}

export function fromMetaItem(item: AttributeMap): IncidentMeta {
  const { pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk, ...meta } = item;
  return fromAttributes(meta) as unknown as IncidentMeta;
}

/** An event with urgency `page` or `notice` is an outbox entry: what delivery needs is in the item itself. */
export function toEventItem(incidentId: string, event: TimelineEvent): AttributeMap {
  return { ...keys.event(incidentId, event.id), ...toAttributes({ incidentId, service: null, topicArn: null, ...event }) };
}

export function toAlarmItem(incidentId: string, alarm: IncidentAlarm): AttributeMap {
  return { ...keys.alarm(incidentId, alarm.alarmName), ...toAttributes(alarm) };
}

export function toSeriesItem(incidentId: string, series: IncidentSeries): AttributeMap {
  return { ...keys.series(incidentId, series.signal), ...toAttributes(series) };
}

/** Puts an incident together from every item of its partition; null without META. The items are ours, so their shapes are trusted here. */
export function toIncident(items: readonly AttributeMap[]): Incident | null {
  const ofKind = (prefix: string) => items.filter(({ sk }) => sk?.S?.startsWith(prefix));
  const metaItem = items.find(({ sk }) => sk?.S === "META");
  if (metaItem === undefined) return null;
  const escalations = ofKind("ESC#").map(({ pk, sk, duepk, duesk, ...notice }) => fromAttributes(notice) as unknown as EscalationNotice);
  return {
    meta: fromMetaItem(metaItem),
    events: ofKind("EV#").map(({ pk, sk, incidentId, service, topicArn, ...event }) => fromAttributes(event) as unknown as TimelineEvent),
    alarms: ofKind("ALARM#").map(({ pk, sk, ...alarm }) => fromAttributes(alarm) as unknown as IncidentAlarm),
    series: ofKind("SERIES#").map(({ pk, sk, ...series }) => fromAttributes(series) as unknown as IncidentSeries),
    ...(escalations.length === 0 ? {} : { escalations }),
  };
}
