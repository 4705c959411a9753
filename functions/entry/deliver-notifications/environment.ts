import * as z from "zod/mini";

/** Environment of `deliver-notifications`. PARKING_QUEUE_URL takes the records that cannot be delivered. */
export const DeliverNotificationsEnvironmentSchema = z.object({
  TOPIC_ARN: z.string().check(z.minLength(10)),
  PARKING_QUEUE_URL: z.string().check(z.minLength(10)),
});
