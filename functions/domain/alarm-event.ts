import * as z from "zod/mini";
import { InvalidInputError } from "./errors.ts";
import { toSecond } from "./execution-name.ts";
import { reasonFacts } from "./reason-data.ts";
import { schemaProblems } from "./schema-problems.ts";

export const ALARM_DETAIL_TYPE = "CloudWatch Alarm State Change";

/** One transition of one alarm, whichever way it reached us. */
export interface AlarmTransition {
  /** EventBridge source, `alarm-action` (CloudWatch invoked the function itself) or `reconciler`. */
  readonly source: string;
  readonly alarmName: string;
  readonly alarmArn: string;
  readonly state: string;
  readonly previousState: string | null;
  /** To the second, ISO 8601 UTC. */
  readonly transitionAt: string;
  /** Suppression (composite alarms) and mute rules stop actions, but not EventBridge events. */
  readonly suppressedBy: string | null;
  readonly muted: boolean;
  readonly reason: string;
  readonly datapoints: readonly { readonly at: string; readonly value: number | null }[];
  readonly threshold: number | null;
}

const TimestampSchema = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), "expected an ISO 8601 time"));

/** Loose, since CloudWatch adds fields; strict about those that decide. */
const AlarmBodySchema = z.looseObject({
  alarmName: z.string().check(z.minLength(1)),
  state: z.looseObject({
    value: z.string(),
    timestamp: TimestampSchema,
    reason: z.nullish(z.string()),
    reasonData: z.nullish(z.string()),
    actionsSuppressedBy: z.nullish(z.string()),
  }),
  previousState: z.nullish(z.looseObject({ value: z.string() })),
  muteDetail: z.optional(z.unknown()),
  /** Only in events about one series of an alarm: those are not about the alarm's own state. */
  alarmContributor: z.optional(z.never("contributor events are not alarm transitions: let the rule match the detail-type exactly")),
});

const AlarmEventSchema = z.looseObject({
  source: z.string(),
  "detail-type": z.literal(ALARM_DETAIL_TYPE),
  resources: z.array(z.string()).check(z.minLength(1)),
  detail: AlarmBodySchema,
});

const AlarmActionSchema = z.looseObject({ alarmArn: z.string().check(z.minLength(1)), alarmData: AlarmBodySchema });

/** Reads an EventBridge alarm event or what CloudWatch sends a Lambda alarm action. Anything else is an InvalidInputError, so that the failure queue keeps it. */
export function parseAlarmTransition(event: unknown): AlarmTransition {
  if (typeof event === "object" && event !== null && "alarmData" in event) {
    const { alarmArn, alarmData } = parsed(AlarmActionSchema, event, "alarm action");
    return transition("alarm-action", alarmArn, alarmData);
  }
  const { source, resources, detail } = parsed(AlarmEventSchema, event, "alarm event");
  return transition(source, resources[0] ?? "", detail);
}

function transition(source: string, alarmArn: string, body: z.infer<typeof AlarmBodySchema>): AlarmTransition {
  return {
    source,
    alarmName: body.alarmName,
    alarmArn,
    state: body.state.value,
    previousState: body.previousState?.value ?? null,
    transitionAt: toSecond(body.state.timestamp),
    suppressedBy: body.state.actionsSuppressedBy ?? null,
    muted: body.muteDetail !== undefined && body.muteDetail !== null,
    reason: body.state.reason ?? "",
    ...reasonFacts(body.state.reasonData),
  };
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, event: unknown, what: string): z.infer<Schema> {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  const problems = schemaProblems(result.error, "event");
  throw new InvalidInputError(
    `this is no ${what}: ${problems.join("; ")}; expected EventBridge detail-type "${ALARM_DETAIL_TYPE}", a Lambda alarm action or {manual: {service, reason, requestedBy, at}}`,
    { problems },
    { cause: result.error },
  );
}
