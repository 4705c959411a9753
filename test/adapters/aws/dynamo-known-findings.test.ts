import { describe, expect, it } from "vitest";
import { dynamoKnownFindings } from "../../../functions/adapters/aws/dynamo-known-findings.ts";
import { BAD_DIGEST } from "../../support/builders/release.ts";
import { describeKnownFindings } from "../../support/contracts/known-findings.ts";
import { tableInMemory } from "./support/table-in-memory.ts";

const table = tableInMemory();
describeKnownFindings("DynamoDB's conditions in memory", () => dynamoKnownFindings("incidents", table.client));

describe("dynamoKnownFindings", () => {
  it("keeps a finding under its service, image and vulnerability", async () => {
    const { client, sent } = tableInMemory();
    const known = {
      service: "checkout",
      digest: BAD_DIGEST,
      vulnerability: "CVE-2024-6119",
      findingId: "f",
      seenAt: "2026-11-20T03:16:38.411Z",
    };

    await dynamoKnownFindings("incidents", client).remember(known);

    expect(sent[0]?.input).toMatchObject({
      TableName: "incidents",
      Item: { pk: { S: "SVC#checkout" }, sk: { S: `FINDING#${BAD_DIGEST}#CVE-2024-6119` } },
    });
  });
});
