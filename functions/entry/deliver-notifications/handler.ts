import { pause } from "../../adapters/aws/pause.ts";
import { snsPager } from "../../adapters/aws/sns-pager.ts";
import { sqsParking } from "../../adapters/aws/sqs-parking.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { deliverNotifications, deliverNotificationsSchemas } from "./deliver-notifications.ts";
import { DeliverNotificationsEnvironmentSchema } from "./environment.ts";

const env = readEnvironment(DeliverNotificationsEnvironmentSchema);

export const handler = stepHandler(
  "deliver-notifications",
  deliverNotificationsSchemas,
  deliverNotifications({ pager: snsPager(env.TOPIC_ARN), parking: sqsParking(env.PARKING_QUEUE_URL), pause }),
);
