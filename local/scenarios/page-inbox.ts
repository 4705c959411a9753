import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** A message that people got. */
export interface InboxMessage {
  readonly incidentId: string;
  readonly urgency: string;
  readonly type: string;
  readonly subject: string;
}

/** What a subscriber of the page topic receives, as a person's phone would. */
export interface PageInbox {
  about(incidentId: string): readonly InboxMessage[];
  stop(): Promise<void>;
}

const QUEUE_NAME = "rollguard-demo-inbox";

/** Subscribes a queue to the topic and collects what arrives. */
export async function openPageInbox(topicArn: string): Promise<PageInbox> {
  // LocalStack names its queues with a host that is no URL; the endpoint is known anyway.
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const sns = new SNSClient({});
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE_NAME }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint: Attributes?.QueueArn }));

  const received: InboxMessage[] = [];
  const stopping = new AbortController();
  const receive = async () => {
    while (!stopping.signal.aborted) {
      try {
        // Messages are not deleted: the queue lives as long as the emulator, and a repeated one is recognised by nobody but us.
        const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 3600 });
        const { Messages } = await sqs.send(command, { abortSignal: stopping.signal });
        received.push(...(Messages ?? []).map((message) => readMessage(message.Body ?? "{}")));
      } catch {
        if (!stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  };
  const receiving = receive();
  return {
    about: (incidentId) => received.filter((message) => message.incidentId === incidentId),
    stop: async () => {
      stopping.abort();
      await receiving;
      sqs.destroy();
      sns.destroy();
    },
  };
}

/** SNS's envelope in an SQS message. */
function readMessage(body: string): InboxMessage {
  const envelope = JSON.parse(body) as { Subject?: string; MessageAttributes?: Record<string, { Value?: string }> };
  const attribute = (name: string) => envelope.MessageAttributes?.[name]?.Value ?? "";
  return { incidentId: attribute("incidentId"), urgency: attribute("urgency"), type: attribute("type"), subject: envelope.Subject ?? "" };
}
