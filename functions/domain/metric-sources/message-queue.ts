import { type MetricSource, minuteMetric } from "./metric-source.ts";

/**
 * Messages that wait in an SQS queue: approximate, once a minute while the queue is active. After six hours without messages and calls nothing is published,
 * and when it wakes up the first value comes up to 15 minutes late.
 * Source: "Monitoring Amazon SQS queues using CloudWatch"
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html).
 */
export function messageQueue({ queue }: { readonly queue: string }): MetricSource {
  return {
    title: "metrics sqs",
    bind: (signalName) =>
      signalName === "queue_length" ? minuteMetric("AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: queue }, "Maximum") : null,
  };
}
