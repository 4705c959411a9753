import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Parking } from "../../ports/parking.ts";
import { AWS_CLIENT_SETTINGS, callAws } from "./call-aws.ts";

const MAXIMUM_REASON_CHARACTERS = 1_000;

/** Parks a record as JSON in a queue that an alarm watches. */
export function sqsParking(queueUrl: string, client: Pick<SQSClient, "send"> = new SQSClient(AWS_CLIENT_SETTINGS)): Parking {
  return {
    async park(record, reason) {
      const MessageBody = JSON.stringify({ reason: reason.slice(0, MAXIMUM_REASON_CHARACTERS), record });
      await callAws("sqs:SendMessage", () => client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody })));
    },
  };
}
