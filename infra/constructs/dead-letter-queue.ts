import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledgeQueueWithoutQueue } from "../acknowledge.ts";

export interface DeadLetterQueueProps {
  /** Whose messages end here, in words, for the acknowledgement. */
  readonly purpose: string;
}

/** A queue that holds what could not be delivered until a person looks at it: 14 days, encrypted, TLS only. `PipelineAlarms` watches it. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledgeQueueWithoutQueue(this.queue, `Is itself the dead-letter queue: ${props.purpose}`);
  }
}
