import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { IncidentTable } from "../constructs/incident-table.ts";
import { PageTopic } from "../constructs/page-topic.ts";
import { SnapshotBucket } from "../constructs/snapshot-bucket.ts";
import { PARAMETERS } from "../parameters.ts";

export interface StateStackProps extends StackProps {
  /** What happens to table and key when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** See `SnapshotBucketProps.digestSecrets`. @default false */
  readonly digestSecrets?: boolean;
}

/** What outlives the pipeline: incidents, snapshots, and the topic that people have subscribed to. */
export class StateStack extends Stack {
  constructor(scope: Construct, id: string, props: StateStackProps = {}) {
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    super(scope, id, { terminationProtection: removalPolicy === RemovalPolicy.RETAIN, ...props });
    const { table } = new IncidentTable(this, "Incidents", { removalPolicy });
    const page = new PageTopic(this, "Page", { removalPolicy });
    const archive = new SnapshotBucket(this, "Archive", { removalPolicy, digestSecrets: props.digestSecrets });
    const values = {
      tableName: table.tableName,
      tableStreamArn: table.tableStreamArn ?? "",
      topicArn: page.topic.topicArn,
      topicKeyArn: page.keyArn,
      archiveBucket: archive.bucket.bucketName,
      archiveKeyArn: archive.keyArn,
      ...(archive.macKeyArn === null ? {} : { macKeyArn: archive.macKeyArn }),
    };
    for (const [name, stringValue] of Object.entries(values)) {
      new StringParameter(this, `Parameter-${name}`, { parameterName: PARAMETERS[name as keyof typeof values], stringValue });
    }
  }
}
