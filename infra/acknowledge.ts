import { Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Accepts `Resource: *` on one role, for services that offer no narrower resource. Granular: any other wildcard still fails synth. */
export function acknowledgeAnyResource(role: IConstruct, reason: string): void {
  Validations.of(role).acknowledge({ id: "AwsSolutions-IAM5[Resource::*]", reason });
}

export function acknowledgeQueueWithoutQueue(queue: IConstruct, reason: string): void {
  Validations.of(queue).acknowledge({ id: "AwsSolutions-SQS3", reason });
}

export function acknowledgeBucketWithoutLog(bucket: IConstruct, reason: string): void {
  Validations.of(bucket).acknowledge({ id: "AwsSolutions-S1", reason });
}

/** Accepts `<bucket>/<folder>/*` on one role (what an object is called is known only when it is written), and all repositories of the account (which images a release has, only its template says). */
export function acknowledgeFolders(role: IConstruct, resources: readonly string[]): void {
  for (const resource of resources.filter((arn) => arn.endsWith("/*"))) {
    const named = written(Stack.of(role).resolve(resource));
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${named}]`,
      reason: named.includes(":repository/")
        ? "Images are named by pod templates, not by blueprints; rollguard:imageRepositories narrows it"
        : "One folder of the archive: names of objects come with the releases and incidents",
    });
  }
}

/** Accepts the alarms of our own prefix on the one role that makes and removes them: which there are, the blueprints say. */
export function acknowledgeOwnAlarms(role: IConstruct, resource: string): void {
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${written(Stack.of(role).resolve(resource))}]`,
    reason: "Tuned alarms come and go with the blueprints; nothing but the prefix of our own alarms is common to them",
  });
}

/** Accepts the schedules of our own group and prefix on the one role that makes them: one for each look at a release, so their names come with the releases. */
export function acknowledgeLookSchedules(role: IConstruct, resource: string): void {
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${written(Stack.of(role).resolve(resource))}]`,
    reason: "Schedules of looks come and go with the releases; the group and the prefix are all that is common to them",
  });
}

/** A resolved ARN as cdk-nag writes it: `arn:<AWS::Partition>:s3:::<BucketParameter>/evidence/*`. */
function written(value: unknown): string {
  if (typeof value === "string") return value;
  const {
    Ref,
    "Fn::GetAtt": attribute,
    "Fn::Join": join,
  } = value as {
    Ref?: string;
    "Fn::GetAtt"?: readonly string[];
    "Fn::Join"?: readonly [string, readonly unknown[]];
  };
  if (Ref !== undefined) return `<${Ref}>`;
  if (attribute !== undefined) return `<${attribute.join(".")}>`;
  return (join?.[1] ?? []).map(written).join(join?.[0] ?? "");
}
