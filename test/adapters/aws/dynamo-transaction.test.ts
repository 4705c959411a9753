import { type DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { type Refusal, type TransactionPart, transact } from "../../../functions/adapters/aws/dynamo-transaction.ts";
import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const part = (name: string, refusal: Refusal | (() => Refusal) = "drop"): TransactionPart => ({
  write: { Put: { TableName: "t", Item: { pk: { S: name } } } },
  whenRefused: () => (typeof refusal === "function" ? refusal() : refusal),
});
const canceled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    message: "canceled",
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** Fails with each of the given errors in turn, then succeeds. */
function client(...errors: readonly Error[]) {
  const left = [...errors];
  const fake = fakeAwsClient<DynamoDBClient>(() => {
    const error = left.shift();
    if (error) throw error;
    return {};
  });
  const written = () =>
    fake.sent.map(({ input }) => input.TransactItems.map((item: { Put: { Item: { pk: { S: string } } } }) => item.Put.Item.pk.S));
  return { client: fake.client, written };
}

describe("a transaction", () => {
  it("writes all parts at once", async () => {
    const fake = client();

    expect(await transact(fake.client, [part("a"), part("b")])).toBe(true);
    expect(fake.written()).toEqual([["a", "b"]]);
  });

  it("goes on without a part whose condition failed", async () => {
    const fake = client(canceled("None", "ConditionalCheckFailed", "None"));

    expect(await transact(fake.client, [part("a"), part("b"), part("c")])).toBe(true);
    expect(fake.written()).toEqual([
      ["a", "b", "c"],
      ["a", "c"],
    ]);
  });

  it("puts another write in the place of one that was refused", async () => {
    const fake = client(canceled("ConditionalCheckFailed"));

    await transact(fake.client, [part("a", { Put: { TableName: "t", Item: { pk: { S: "instead" } } } })]);

    expect(fake.written()).toEqual([["a"], ["instead"]]);
  });

  it("ends without a write when a part says so, even when others would have been dropped", async () => {
    const fake = client(canceled("ConditionalCheckFailed", "ConditionalCheckFailed"));

    expect(await transact(fake.client, [part("a"), part("b", "stop")])).toBe(false);
    expect(fake.written()).toHaveLength(1);
  });

  it("passes on what a part throws", async () => {
    const fake = client(canceled("ConditionalCheckFailed"));
    const lost = part("a", () => {
      throw new TransientUpstreamError("lost");
    });

    await expect(transact(fake.client, [lost])).rejects.toThrow("lost");
  });

  it("is done when every part was dropped", async () => {
    const fake = client(canceled("ConditionalCheckFailed"));

    expect(await transact(fake.client, [part("a")])).toBe(true);
    expect(fake.written()).toHaveLength(1);
  });

  it.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])("is tried again after %s", async (code) => {
    const fake = client(canceled(code, "None"), canceled("None", code));

    expect(await transact(fake.client, [part("a"), part("b")])).toBe(true);
    expect(fake.written()).toHaveLength(3);
  });

  it("that stays in conflict is transient", async () => {
    const fake = client(...Array.from({ length: 20 }, () => canceled("TransactionConflict")));

    await expect(transact(fake.client, [part("a")])).rejects.toThrow(TransientUpstreamError);
  });

  it("that is not valid is a bug, not something to try again", async () => {
    const fake = client(canceled("ValidationError"));

    await expect(transact(fake.client, [part("a")])).rejects.toThrow(TransactionCanceledException);
    expect(fake.written()).toHaveLength(1);
  });
});
