import { describe, expect, it } from "vitest";
import type { DynamoSender } from "../../../functions/adapters/aws/dynamo-client.ts";
import { dynamoReleases } from "../../../functions/adapters/aws/dynamo-releases.ts";
import { fakeAwsClient, type SentCommand } from "../../support/fakes/fake-aws-client.ts";

const log = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ pk: { S: "SVC#checkout" }, sk: { S: `LEDGER#${index}#h1` }, hash: { S: "h1" } }));

const prefixOf = (input: SentCommand["input"]): string => input.ExpressionAttributeValues[":prefix"].S;

/** Sort keys that were deleted, one list for each transaction. */
const deletedKeys = (sent: readonly SentCommand[]) =>
  sent
    .filter(({ name }) => name === "TransactWriteItemsCommand")
    .map(({ input }) => input.TransactItems.map((item: { Delete: { Key: { sk: { S: string } } } }) => item.Delete.Key.sk.S) as string[]);

describe("forgetting a release", () => {
  it("deletes every time it went live, also more than one transaction takes, and the release itself last", async () => {
    const others = [{ pk: { S: "SVC#checkout" }, sk: { S: "LEDGER#x#h2" }, hash: { S: "h2" } }];
    const { client, sent } = fakeAwsClient<DynamoSender>(({ name, input }) =>
      name === "QueryCommand" && prefixOf(input) === "LEDGER#" ? { Items: [...log(150), ...others] } : {},
    );

    await dynamoReleases("table", client).forget("checkout", "h1");

    const deleted = deletedKeys(sent);
    expect(deleted.map(({ length }) => length)).toEqual([100, 52]);
    expect(deleted.flat().at(-1)).toBe("REL#h1");
    expect(deleted.flat()).not.toContain("LEDGER#x#h2");
    expect(new Set(deleted.flat()).size).toBe(152);
  });

  it("deletes the looks at it, of every time that it was live, before the release itself", async () => {
    const looks = ["2026-11-20T03:12:05.000Z#005", "2026-11-21T03:12:05.000Z#060"].map((rest) => `LOOK#h1@${rest}`);
    const { client, sent } = fakeAwsClient<DynamoSender>(({ name, input }) =>
      name === "QueryCommand" && prefixOf(input) === "LOOK#h1@"
        ? { Items: looks.map((sk) => ({ pk: { S: "SVC#checkout" }, sk: { S: sk } })) }
        : {},
    );

    await dynamoReleases("table", client).forget("checkout", "h1");

    expect(deletedKeys(sent)).toEqual([[...looks, "TPL#h1", "REL#h1"]]);
  });
});
