import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { toAttributes } from "../../../functions/adapters/aws/attribute-value.ts";
import { dynamoBaselines } from "../../../functions/adapters/aws/dynamo-baselines.ts";
import type { DynamoSender } from "../../../functions/adapters/aws/dynamo-client.ts";
import { aBaselineItem } from "../../support/builders/baseline.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const KEY = { pk: { S: "SVC#checkout" }, sk: { S: "BASE#a1b2c3d4e5f6#latency_p95" } };

function table(respond: () => object = () => ({})) {
  const { client, sent } = fakeAwsClient<DynamoSender>(respond);
  return { baselines: dynamoBaselines("table", client), sent };
}

describe("baselines in the table", () => {
  it("are written unless a newer window is there", async () => {
    const { baselines, sent } = table();
    const item = aBaselineItem();

    expect(await baselines.keep(item)).toBe(true);

    expect(sent.map(({ name, input }) => [name, input])).toEqual([
      [
        "PutItemCommand",
        {
          TableName: "table",
          Item: { ...KEY, ...toAttributes(item) },
          ConditionExpression: "attribute_not_exists(pk) OR #to <= :to",
          ExpressionAttributeNames: { "#to": "to" },
          ExpressionAttributeValues: { ":to": { S: item.to } },
        },
      ],
    ]);
  });

  it("say so where a newer one is there, which is no accident", async () => {
    const { baselines } = table(() => {
      throw new ConditionalCheckFailedException({ message: "no", $metadata: {} });
    });

    expect(await baselines.keep(aBaselineItem())).toBe(false);
  });

  it("that another version wrote in another shape are left out", async () => {
    const item = aBaselineItem();
    const other = { ...KEY, sk: { S: "BASE#x#y" }, median: { S: "a lot" } };
    const { baselines } = table(() => ({ Items: [{ ...KEY, ...toAttributes(item) }, other] }));

    expect(await baselines.ofService("checkout")).toEqual([item]);
  });
});
