import { describe, expect, it } from "vitest";
import type { DynamoSender } from "../../../functions/adapters/aws/dynamo-client.ts";
import { dynamoReleases } from "../../../functions/adapters/aws/dynamo-releases.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const log = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ pk: { S: "SVC#checkout" }, sk: { S: `LEDGER#${index}#h1` }, hash: { S: "h1" } }));

describe("forgetting a release", () => {
  it("deletes every time it went live, also more than one transaction takes, and the release itself last", async () => {
    const others = [{ pk: { S: "SVC#checkout" }, sk: { S: "LEDGER#x#h2" }, hash: { S: "h2" } }];
    const { client, sent } = fakeAwsClient<DynamoSender>(({ name }) =>
      name === "QueryCommand" ? { Items: [...log(150), ...others] } : {},
    );

    await dynamoReleases("table", client).forget("checkout", "h1");

    const deleted = sent
      .filter(({ name }) => name === "TransactWriteItemsCommand")
      .map(({ input }) => input.TransactItems.map((item: { Delete: { Key: { sk: { S: string } } } }) => item.Delete.Key.sk.S) as string[]);
    expect(deleted.map(({ length }) => length)).toEqual([100, 52]);
    expect(deleted.flat().at(-1)).toBe("REL#h1");
    expect(deleted.flat()).not.toContain("LEDGER#x#h2");
    expect(new Set(deleted.flat()).size).toBe(152);
  });
});
