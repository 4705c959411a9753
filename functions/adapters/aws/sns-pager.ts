import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Pager } from "../../ports/pager.ts";
import { AWS_CLIENT_SETTINGS, callAws } from "./call-aws.ts";

const MAXIMUM_SUBJECT_CHARACTERS = 100;
const MAXIMUM_MESSAGE_BYTES = 256 * 1024;

/** Publishes to the message's own topic, else to the default one. */
export function snsPager(defaultTopicArn: string, client: Pick<SNSClient, "send"> = new SNSClient(AWS_CLIENT_SETTINGS)): Pager {
  return {
    async publish({ topicArn, subject, text, attributes }) {
      const command = new PublishCommand({
        TopicArn: topicArn ?? defaultTopicArn,
        Subject: plainSubject(subject),
        Message: cut(text),
        MessageAttributes: Object.fromEntries(
          // SNS refuses an attribute without a value.
          Object.entries(attributes)
            .filter(([, value]) => value !== "")
            .map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
        ),
      });
      await callAws("sns:Publish", () => client.send(command));
    },
  };
}

/** SNS takes at most 100 printable ASCII characters that begin with a letter, digit or punctuation mark. */
function plainSubject(subject: string): string {
  const ascii = subject
    .replace(/\s+/g, " ")
    .replace(/[^\x20-\x7e]/g, "?")
    .trim();
  return ascii.length > MAXIMUM_SUBJECT_CHARACTERS ? `${ascii.slice(0, MAXIMUM_SUBJECT_CHARACTERS - 3)}...` : ascii || "Rollguard";
}

function cut(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MAXIMUM_MESSAGE_BYTES) return text;
  return `${new TextDecoder().decode(bytes.slice(0, MAXIMUM_MESSAGE_BYTES - 16))} ...`;
}
