import * as z from "zod/mini";
import { ESCALATION_EVENT } from "./escalation.ts";
import type { TimelineEvent } from "./incident.ts";
import { schemaProblems } from "./schema-problems.ts";

/** An event that people must get, with everything its delivery needs. */
export interface Notification {
  readonly eventId: string;
  readonly incidentId: string;
  readonly service: string;
  readonly topicArn: string | null;
  readonly urgency: "page" | "notice";
  readonly type: string;
  readonly at: string;
  readonly message: string;
}

/** What goes to a topic: see the port Pager. */
export interface NotificationMessage {
  readonly topicArn: string | null;
  readonly subject: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const TextSchema = z.looseObject({ S: z.string() });
/** The attributes of an `EV#` item as the stream shows them. */
const EventImageSchema = z.looseObject({
  id: TextSchema,
  incidentId: TextSchema,
  service: z.optional(z.looseObject({ S: z.optional(z.string()) })),
  topicArn: z.optional(z.looseObject({ S: z.optional(z.string()) })),
  urgency: z.looseObject({ S: z.enum(["page", "notice"]) }),
  type: TextSchema,
  at: TextSchema,
  message: TextSchema,
});
const StreamRecordSchema = z.looseObject({
  eventName: z.string(),
  dynamodb: z.looseObject({
    Keys: z.looseObject({ sk: TextSchema }),
    NewImage: z.optional(z.looseObject({ urgency: z.optional(z.unknown()) })),
  }),
});

export type OutboxRecord =
  | { readonly kind: "deliver"; readonly notification: Notification }
  | { readonly kind: "skip" }
  | { readonly kind: "poison"; readonly reason: string };

/** Reads one DynamoDB stream record: only the insert of an event with urgency `page` or `notice` is for people. */
export function readOutboxRecord(record: unknown): OutboxRecord {
  const outer = StreamRecordSchema.safeParse(record);
  if (!outer.success) return { kind: "poison", reason: `not a stream record: ${schemaProblems(outer.error, "record").join("; ")}` };
  const { eventName, dynamodb } = outer.data;
  if (eventName !== "INSERT" || !dynamodb.Keys.sk.S.startsWith("EV#")) return { kind: "skip" };
  const urgency = (dynamodb.NewImage?.urgency as { readonly S?: string } | undefined)?.S;
  if (urgency === "quiet") return { kind: "skip" };
  const image = EventImageSchema.safeParse(dynamodb.NewImage);
  if (!image.success) return { kind: "poison", reason: `not an event of the outbox: ${schemaProblems(image.error, "image").join("; ")}` };
  const { id, incidentId, service, topicArn, type, at, message } = image.data;
  return {
    kind: "deliver",
    notification: {
      eventId: id.S,
      incidentId: incidentId.S,
      service: service?.S ?? serviceOf(incidentId.S),
      topicArn: topicArn?.S ?? null,
      urgency: image.data.urgency.S,
      type: type.S,
      at: at.S,
      message: message.S,
    },
  };
}

/** The notification of an event that is delivered without going through the table. */
export function notificationOf(
  event: TimelineEvent,
  incident: { readonly id: string; readonly service: string; readonly topicArn: string | null },
): Notification {
  return {
    eventId: event.id,
    incidentId: incident.id,
    service: incident.service,
    topicArn: incident.topicArn,
    urgency: event.urgency === "page" ? "page" : "notice",
    type: event.type,
    at: event.at,
    message: event.message,
  };
}

/** Must somebody hear of this even where his own topic does not take it? A page, and whatever calls people. */
export function isCall({ urgency, type }: Pick<Notification, "urgency" | "type">): boolean {
  return urgency === "page" || type.startsWith(ESCALATION_EVENT);
}

/** Plain text without links, for e-mail and for whatever listens to the topic; programs read the attributes, and drop an event id they have seen. */
export function formatNotification(notification: Notification): NotificationMessage {
  const { eventId, incidentId, service, topicArn, urgency, type, at, message } = notification;
  const lead = urgency === "page" ? "[PAGE] " : "";
  const lines = [
    message,
    "",
    `Service:  ${service}`,
    `Incident: ${incidentId}`,
    `Event:    ${type} at ${at}`,
    ...(urgency === "page" ? ["", "A human must look at this now."] : []),
    "",
    `Details: rollguard show ${incidentId}`,
  ];
  return {
    topicArn,
    subject: `${lead}Rollguard ${service}: ${type.replaceAll("_", " ")}`,
    text: lines.join("\n"),
    attributes: { eventId, incidentId, service, urgency, type },
  };
}

/** Service in an incident id (`inc-<service>-<time>-<hash>`), for events that do not carry it. */
function serviceOf(incidentId: string): string {
  return /^inc-(.+)-\d{8}T\d{6}Z-[0-9a-f]{12}$/.exec(incidentId)?.[1] ?? "unknown";
}
