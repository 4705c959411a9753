import { ArnFormat, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

export interface PageTopicProps {
  /** What happens to the key when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** Where people hear of it. Whoever publishes needs the topic and its key. */
export interface PageTarget {
  readonly topic: ITopic;
  /** ARN of the key that encrypts the topic. */
  readonly keyArn: string;
}

/**
 * The topic that pages people: TLS only, encrypted with a key of our own, because CloudWatch alarms (those on the pipeline itself) cannot
 * publish to a topic under the AWS managed key.
 */
export class PageTopic extends Construct implements PageTarget {
  readonly topic: Topic;
  readonly key: IKey;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, props: PageTopicProps = {}) {
    super(scope, id);
    const alarms = {
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account }, ArnLike: { "aws:SourceArn": anyAlarm(this) } },
    };
    const key = new Key(this, "Key", {
      description: "Rollguard: messages to people",
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    // In a key policy `*` is this key alone.
    key.addToResourcePolicy(new PolicyStatement({ ...alarms, actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: ["*"] }));
    this.topic = new Topic(this, "Topic", { displayName: "Rollguard", masterKey: key, enforceSSL: true });
    this.topic.addToResourcePolicy(new PolicyStatement({ ...alarms, actions: ["sns:Publish"], resources: [this.topic.topicArn] }));
    this.key = key;
    this.keyArn = key.keyArn;
  }
}

/** Publishing to the page topic and to the topics that blueprints name. A topic of somebody else with a key of its own must allow us in that key's policy. */
export function publishPages(target: PageTarget, otherTopicArns: readonly string[] = []): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ["sns:Publish"], resources: [target.topic.topicArn, ...otherTopicArns] }),
    new PolicyStatement({ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [target.keyArn] }),
  ];
}

function anyAlarm(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: "cloudwatch",
    resource: "alarm",
    resourceName: "*",
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
