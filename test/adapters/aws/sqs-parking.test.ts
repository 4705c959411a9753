import type { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { sqsParking } from "../../../functions/adapters/aws/sqs-parking.ts";
import { anEventRecord } from "../../support/events/stream-records.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

describe("the parking queue", () => {
  it("gets the record as it came, and why nobody could deliver it", async () => {
    const { client, sent } = fakeAwsClient<SQSClient>(() => ({}));

    await sqsParking("https://sqs/parking", client).park(anEventRecord(), "x".repeat(5_000));

    expect(sent[0]?.input.QueueUrl).toBe("https://sqs/parking");
    expect(JSON.parse(sent[0]?.input.MessageBody)).toEqual({ reason: "x".repeat(1_000), record: anEventRecord() });
  });
});
