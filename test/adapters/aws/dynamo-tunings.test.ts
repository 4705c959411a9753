import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { toAttributes } from "../../../functions/adapters/aws/attribute-value.ts";
import type { DynamoSender } from "../../../functions/adapters/aws/dynamo-client.ts";
import { dynamoTunings } from "../../../functions/adapters/aws/dynamo-tunings.ts";
import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { aTunedAlarm } from "../../support/builders/tuning.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const KEY = { pk: { S: "SVC#checkout" }, sk: { S: "ALARM#latency-p95" } };

function table(respond: () => object = () => ({})) {
  const { client, sent } = fakeAwsClient<DynamoSender>(respond);
  return { tunings: dynamoTunings("table", client), sent };
}

describe("tunings in the table", () => {
  it("are written where there is none, and afterwards over the revision before", async () => {
    const { tunings, sent } = table();

    await tunings.keep(aTunedAlarm());
    await tunings.keep(aTunedAlarm({ revision: 2 }));

    expect(sent.map(({ name, input: { Item, ...rest } }) => [name, Item.pk, Item.sk, rest])).toEqual([
      ["PutItemCommand", KEY.pk, KEY.sk, { TableName: "table", ConditionExpression: "attribute_not_exists(pk)" }],
      [
        "PutItemCommand",
        KEY.pk,
        KEY.sk,
        { TableName: "table", ConditionExpression: "revision = :revision", ExpressionAttributeValues: { ":revision": { N: "1" } } },
      ],
    ]);
  });

  it("are noted as applied and forgotten for their own revision", async () => {
    const { tunings, sent } = table();

    await tunings.applied(aTunedAlarm({ revision: 3 }), "2026-11-20T04:00:00.000Z");
    await tunings.forget(aTunedAlarm({ revision: 3 }));

    const condition = { TableName: "table", Key: KEY, ConditionExpression: "revision = :revision" };
    expect(sent.map(({ name, input }) => [name, input])).toEqual([
      [
        "UpdateItemCommand",
        {
          ...condition,
          UpdateExpression: "SET appliedAt = :at",
          ExpressionAttributeValues: { ":revision": { N: "3" }, ":at": { S: "2026-11-20T04:00:00.000Z" } },
        },
      ],
      ["DeleteItemCommand", { ...condition, ExpressionAttributeValues: { ":revision": { N: "3" } } }],
    ]);
  });

  it("say false to whoever was slower; a failure is none of that", async () => {
    const slower = table(() => {
      throw new ConditionalCheckFailedException({ $metadata: {}, message: "no" });
    });
    const down = table(() => {
      throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    });

    const calls = (tunings: ReturnType<typeof dynamoTunings>) =>
      [() => tunings.keep(aTunedAlarm()), () => tunings.applied(aTunedAlarm(), "x"), () => tunings.forget(aTunedAlarm())] as const;
    for (const call of calls(slower.tunings)) expect(await call()).toBe(false);
    for (const call of calls(down.tunings)) await expect(call()).rejects.toThrow(TransientUpstreamError);
    expect([slower.sent.length, down.sent.length]).toEqual([3, 3]);
  });

  it("are read as written; what somebody else wrote there is an error", async () => {
    const good = table(() => ({ Items: [{ ...KEY, ...toAttributes(aTunedAlarm()) }] }));
    const strange = table(() => ({ Items: [{ ...KEY, threshold: { S: "high" } }] }));

    expect(await good.tunings.ofService("checkout")).toEqual([aTunedAlarm()]);
    expect(good.sent.map(({ input }) => [input.ExpressionAttributeValues, input.ConsistentRead])).toEqual([
      [{ ":pk": { S: "SVC#checkout" }, ":prefix": { S: "ALARM#" } }, true],
    ]);
    await expect(strange.tunings.ofService("checkout")).rejects.toThrow();
  });
});
