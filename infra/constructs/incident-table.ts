import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

export interface IncidentTableProps {
  /** What happens to past incidents when the stack goes; RETAIN also protects the table from being deleted by hand. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Key that encrypts the table. The functions are allowed to use it, people who run the command must be too; a disabled key stops every rollback. The stack must know its region.
   * @default the AWS managed key of DynamoDB (no charge, its use is in CloudTrail)
   */
  readonly encryptionKey?: IKey;
}

/** Names of the indexes: all incidents, those of one service, newest first, and what is due at a time (escalations, approvals), soonest first. */
export const INCIDENT_INDEXES = ["gsi1", "gsi2", "due"] as const;

/** The one table: incidents with their timeline, locks, observed releases and the global switch. Its stream is the outbox. */
export class IncidentTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: IncidentTableProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new TableV2(this, "Table", {
      partitionKey: text("pk"),
      sortKey: text("sk"),
      billing: Billing.onDemand(),
      globalSecondaryIndexes: INCIDENT_INDEXES.map((index) => ({
        indexName: index,
        partitionKey: text(`${index}pk`),
        sortKey: text(`${index}sk`),
      })),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: props.encryptionKey ? TableEncryptionV2.customerManagedKey(props.encryptionKey) : TableEncryptionV2.awsManagedKey(),
      removalPolicy,
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    });
  }
}
