import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Accepts `Resource: *` on one role, for services that offer no narrower resource. Granular: any other wildcard still fails synth. */
export function acknowledgeAnyResource(role: IConstruct, reason: string): void {
  Validations.of(role).acknowledge({ id: "AwsSolutions-IAM5[Resource::*]", reason });
}

export function acknowledgeQueueWithoutQueue(queue: IConstruct, reason: string): void {
  Validations.of(queue).acknowledge({ id: "AwsSolutions-SQS3", reason });
}
