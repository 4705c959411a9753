import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ALARM_DETAIL_TYPE, type AlarmStateChange } from "../../local/alarm-clock/alarm-event.ts";

export interface AcceptedEvent {
  readonly id: string;
  /** Epoch milliseconds at which PutEvents had answered: from here on the clock runs, for us and for the floor. */
  readonly acceptedAt: number;
}

/** The default event bus of the local target (AWS_ENDPOINT_URL). */
export function eventBus(client = new EventBridgeClient({})) {
  return async (source: string, { alarmArn, at, detail }: AlarmStateChange): Promise<AcceptedEvent> => {
    const entry = { Source: source, DetailType: ALARM_DETAIL_TYPE, Resources: [alarmArn], Time: at, Detail: JSON.stringify(detail) };
    const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    const acceptedAt = Date.now();
    const [accepted] = Entries ?? [];
    if (!accepted?.EventId)
      throw new Error(`EventBridge refused the event: ${accepted?.ErrorCode ?? "no answer"} ${accepted?.ErrorMessage ?? ""}`);
    return { id: accepted.EventId, acceptedAt };
  };
}
