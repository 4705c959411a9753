import type { SNSClient } from "@aws-sdk/client-sns";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { snsPager } from "../../../functions/adapters/aws/sns-pager.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const DEFAULT = "arn:aws:sns:us-east-1:123456789012:rollguard";
const message = { topicArn: null, subject: "Rollguard checkout", text: "recovered", attributes: { eventId: "1", service: "" } };

function setUp() {
  const { client, sent } = fakeAwsClient<SNSClient>(() => ({}));
  return { pager: snsPager(DEFAULT, client), sent };
}

describe("the SNS pager", () => {
  it("publishes to the default topic, without the attributes that have no value", async () => {
    const { pager, sent } = setUp();

    await pager.publish(message);

    expect(sent[0]?.input).toEqual({
      TopicArn: DEFAULT,
      Subject: "Rollguard checkout",
      Message: "recovered",
      MessageAttributes: { eventId: { DataType: "String", StringValue: "1" } },
    });
  });

  it("publishes to the message's own topic", async () => {
    const { pager, sent } = setUp();

    await pager.publish({ ...message, topicArn: "arn:aws:sns:us-east-1:123456789012:team" });

    expect(sent[0]?.input.TopicArn).toBe("arn:aws:sns:us-east-1:123456789012:team");
  });

  it("makes of any subject one that SNS takes (property)", async () => {
    const { pager, sent } = setUp();
    const subject = fc.oneof(fc.string({ maxLength: 40, unit: "grapheme" }), fc.string({ maxLength: 300, unit: "binary" }));

    await fc.assert(
      fc.asyncProperty(subject, async (text) => {
        await pager.publish({ ...message, subject: text });

        expect(sent.at(-1)?.input.Subject).toMatch(/^[\x21-\x7e]([\x20-\x7e]{0,98}[\x21-\x7e])?$/);
      }),
    );
  });

  it("cuts a text that is larger than SNS takes", async () => {
    const { pager, sent } = setUp();

    await pager.publish({ ...message, text: "ä".repeat(200_000) });

    expect(new TextEncoder().encode(sent[0]?.input.Message).length).toBeLessThanOrEqual(256 * 1024);
    expect(sent[0]?.input.Message).toMatch(/ä ?.? \.\.\.$/u);
  });
});
