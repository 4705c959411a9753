import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import { dynamoApprovals } from "../../../functions/adapters/aws/dynamo-approvals.ts";
import { dynamoBaselines } from "../../../functions/adapters/aws/dynamo-baselines.ts";
import { dynamoControls } from "../../../functions/adapters/aws/dynamo-controls.ts";
import { dynamoEscalations } from "../../../functions/adapters/aws/dynamo-escalations.ts";
import { dynamoGovernance } from "../../../functions/adapters/aws/dynamo-governance.ts";
import { dynamoIncidentStore } from "../../../functions/adapters/aws/dynamo-incident-store.ts";
import { dynamoKnownFindings } from "../../../functions/adapters/aws/dynamo-known-findings.ts";
import { dynamoLooks } from "../../../functions/adapters/aws/dynamo-looks.ts";
import { dynamoReleaseLedger } from "../../../functions/adapters/aws/dynamo-release-ledger.ts";
import { dynamoTunings } from "../../../functions/adapters/aws/dynamo-tunings.ts";
import { dynamoWouldHaves } from "../../../functions/adapters/aws/dynamo-would-haves.ts";
import { describeApprovals } from "./approvals.ts";
import { describeBaselines } from "./baselines.ts";
import { describeControls } from "./controls.ts";
import { describeEscalations } from "./escalations.ts";
import { describeGovernanceStore } from "./governance-store.ts";
import { describeGroupMembers } from "./group-members.ts";
import { describeIncidentStore } from "./incident-store.ts";
import { createIncidentTable } from "./incident-table.ts";
import { describeKnownFindings } from "./known-findings.ts";
import { describeLooks } from "./looks.ts";
import { describeReleaseLedger } from "./release-ledger.ts";
import { describeReleases } from "./releases.ts";
import { describeTunings } from "./tunings.ts";
import { describeWouldHaves } from "./would-haves.ts";

/** The contract suites against DynamoDB at an emulator's endpoint, on a table of their own. */
export function describeDynamoAdapters(endpoint: () => string): void {
  describe("DynamoDB adapters", () => {
    const tableName = `rollguard-contract-${randomUUID().slice(0, 8)}`;
    let client: DynamoDBClient;

    beforeAll(async () => {
      client = new DynamoDBClient({
        endpoint: endpoint(),
        region: "us-east-1",
        credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
      });
      await createIncidentTable(client, tableName);
    });
    afterAll(() => client.destroy());

    const underTest = () => ({ store: dynamoIncidentStore(tableName, client), ledger: dynamoReleaseLedger(tableName, client) });
    describeIncidentStore("DynamoDB", underTest);
    describeGroupMembers("DynamoDB", underTest);
    describeReleaseLedger("DynamoDB", underTest);
    describeReleases("DynamoDB", underTest);
    describeEscalations("DynamoDB", () => ({ ...underTest(), escalations: dynamoEscalations(tableName, client) }));
    describeGovernanceStore("DynamoDB", () => ({ ...underTest(), governance: dynamoGovernance(tableName, client) }));
    describeApprovals("DynamoDB", () => ({ store: dynamoIncidentStore(tableName, client), approvals: dynamoApprovals(tableName, client) }));
    describeWouldHaves("DynamoDB", () => dynamoWouldHaves(tableName, client));
    describeKnownFindings("DynamoDB", () => dynamoKnownFindings(tableName, client));
    describeLooks("DynamoDB", () => dynamoLooks(tableName, client));
    describeTunings("DynamoDB", () => dynamoTunings(tableName, client));
    describeBaselines("DynamoDB", () => dynamoBaselines(tableName, client));
    describeControls("DynamoDB", () => ({ ...underTest(), controls: dynamoControls(tableName, client) }));
  });
}
