import * as z from "zod/mini";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { formatNotification, isCall, type Notification, type NotificationMessage, readOutboxRecord } from "../../domain/notification.ts";
import type { Pager } from "../../ports/pager.ts";
import type { Parking } from "../../ports/parking.ts";
import type { Step } from "../../runtime/step-handler.ts";

const TRIES = 3;
const PAUSE_MILLISECONDS = 250;

export interface DeliverNotificationsPorts {
  readonly pager: Pager;
  readonly parking: Parking;
  /** Waits between two tries. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

const StreamBatchSchema = z.looseObject({ Records: z.array(z.unknown()) });
export const deliverNotificationsSchemas = {
  input: StreamBatchSchema,
  output: z.strictObject({ delivered: z.number(), skipped: z.number(), parked: z.number() }),
};
type Delivery = "delivered" | "skipped" | "parked";

/**
 * The outbox: sends events of the stream to people, in order. A record that cannot be read or delivered is parked and passed over, because a failing
 * batch would hold up everything behind it. Only when parking fails too does the batch fail, so that nothing is ever lost.
 */
export function deliverNotifications(
  ports: DeliverNotificationsPorts,
): Step<z.infer<typeof StreamBatchSchema>, z.infer<typeof deliverNotificationsSchemas.output>> {
  return async ({ Records }, { logger }) => {
    const count: Record<Delivery, number> = { delivered: 0, skipped: 0, parked: 0 };
    for (const record of Records) {
      const { delivery, reason } = await deliver(ports, record);
      if (delivery === "parked") {
        logger.error("a notification could not be delivered and was parked", { reason });
        await ports.parking.park(record, reason);
      }
      count[delivery] += 1;
    }
    return count;
  };
}

async function deliver(ports: DeliverNotificationsPorts, record: unknown): Promise<{ delivery: Delivery; reason: string }> {
  const read = readOutboxRecord(record);
  if (read.kind === "skip") return { delivery: "skipped", reason: "" };
  if (read.kind === "poison") return { delivery: "parked", reason: read.reason };
  const reason = await publish(ports, read.notification);
  return reason === null ? { delivery: "delivered", reason: "" } : { delivery: "parked", reason };
}

/** Null when published, else why not. A call that its own topic refuses (deleted, not allowed) goes to the stack's: nobody asked for silence. */
async function publish(ports: DeliverNotificationsPorts, notification: Notification): Promise<string | null> {
  const message = formatNotification(notification);
  const reason = await publishTo(ports, message);
  if (reason === null || message.topicArn === null || !isCall(notification)) return reason;
  const text = `${message.text}\n\nSent here because ${message.topicArn} did not take it: ${reason}`;
  return (await publishTo(ports, { ...message, topicArn: null, text })) === null ? null : reason;
}

/** What waiting cannot cure is not tried again. */
async function publishTo({ pager, pause }: DeliverNotificationsPorts, message: NotificationMessage): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await pager.publish(message);
      return null;
    } catch (error) {
      const text = `${(error as Error).name}: ${(error as Error).message}`;
      if (!(error instanceof TransientUpstreamError)) return text;
      if (attempt === TRIES) return `${text} (${TRIES} tries)`;
      await pause(PAUSE_MILLISECONDS * attempt);
    }
  }
}
