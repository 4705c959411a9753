import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { IncidentTable } from "../constructs/incident-table.ts";
import { PageTopic } from "../constructs/page-topic.ts";
import { PARAMETERS } from "../parameters.ts";

export interface StateStackProps extends StackProps {
  /** What happens to table and key when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** What outlives the pipeline: the incidents, and the topic that people have subscribed to. */
export class StateStack extends Stack {
  constructor(scope: Construct, id: string, props: StateStackProps = {}) {
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    super(scope, id, { terminationProtection: removalPolicy === RemovalPolicy.RETAIN, ...props });
    const { table } = new IncidentTable(this, "Incidents", { removalPolicy });
    const page = new PageTopic(this, "Page", { removalPolicy });
    const values = {
      tableName: table.tableName,
      tableStreamArn: table.tableStreamArn ?? "",
      topicArn: page.topic.topicArn,
      topicKeyArn: page.keyArn,
    };
    for (const [name, stringValue] of Object.entries(values)) {
      new StringParameter(this, `Parameter-${name}`, { parameterName: PARAMETERS[name as keyof typeof values], stringValue });
    }
  }
}
