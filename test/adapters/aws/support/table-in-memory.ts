import { ConditionalCheckFailedException, type DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { AttributeMap } from "../../../../functions/adapters/aws/attribute-value.ts";
import { fakeAwsClient, type SentCommand } from "../../../support/fakes/fake-aws-client.ts";
import { fulfils } from "./condition.ts";

const answered = { $metadata: { httpStatusCode: 400 } };

/**
 * A client over one table in memory that evaluates conditions: puts, gets, transactions of puts and queries with pages and filters. An update is only refused, as one of an
 * item that is not there is; another one throws, since nobody here needs it. `before` sees every command first and may throw.
 */
export function tableInMemory(before: (command: SentCommand) => void = () => {}) {
  const items = new Map<string, AttributeMap>();
  const keyOf = ({ pk, sk }: AttributeMap) => `${pk?.S}|${sk?.S}`;
  const { client, sent } = fakeAwsClient<DynamoDBClient>((command) => {
    before(command);
    return answer(command);
  });

  function answer({ name, input }: SentCommand): object {
    switch (name) {
      case "PutItemCommand":
        if (!mayWrite(input)) throw new ConditionalCheckFailedException({ message: "refused", ...answered });
        items.set(keyOf(input.Item), input.Item);
        return {};
      case "GetItemCommand":
        return { Item: items.get(keyOf(input.Key)) };
      case "UpdateItemCommand":
        if (mayWrite(input)) throw new Error("an update that is not refused is not known here");
        throw new ConditionalCheckFailedException({ message: "refused", ...answered });
      case "TransactWriteItemsCommand":
        return transaction(input.TransactItems.map((one: Record<string, object>) => Object.values(one)[0]));
      case "QueryCommand":
        return page(input);
      default:
        throw new Error(`${name} is not known here`);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: inputs of every command
  function mayWrite(input: any): boolean {
    const stored = items.get(keyOf(input.Item ?? input.Key)) ?? {};
    return input.ConditionExpression === undefined || fulfils(stored, input.ConditionExpression, input);
  }

  // biome-ignore lint/suspicious/noExplicitAny: inputs of every kind of write
  function transaction(writes: any[]): object {
    const keys = writes.map((write) => keyOf(write.Item ?? write.Key));
    if (new Set(keys).size < keys.length) throw new Error("a transaction may touch an item once");
    const reasons = writes.map((write) => {
      if (mayWrite(write)) return { Code: "None" };
      const Item = write.ReturnValuesOnConditionCheckFailure === "ALL_OLD" ? items.get(keyOf(write.Item ?? write.Key)) : undefined;
      return { Code: "ConditionalCheckFailed", ...(Item === undefined ? {} : { Item }) };
    });
    if (reasons.some(({ Code }) => Code !== "None")) {
      throw new TransactionCanceledException({ message: "canceled", CancellationReasons: reasons, ...answered });
    }
    for (const write of writes) {
      if (write.Item === undefined) throw new Error("an update that is not refused is not known here");
      items.set(keyOf(write.Item), write.Item);
    }
    return {};
  }

  // biome-ignore lint/suspicious/noExplicitAny: input of a query
  function page(input: any): object {
    const sort = input.IndexName === undefined ? "sk" : `${input.IndexName}sk`;
    const found = [...items.values()]
      .filter((item) => item[sort] !== undefined && fulfils(item, input.KeyConditionExpression, input))
      .sort((one, other) => ((one[sort]?.S ?? "") < (other[sort]?.S ?? "") ? -1 : 1));
    const from = input.ExclusiveStartKey === undefined ? 0 : found.findIndex((item) => keyOf(item) === keyOf(input.ExclusiveStartKey)) + 1;
    const looked = found.slice(from, from + (input.Limit ?? found.length));
    const Items = looked.filter((item) => input.FilterExpression === undefined || fulfils(item, input.FilterExpression, input));
    const last = looked.at(-1);
    const more = from + looked.length < found.length;
    return { Items, ...(more && last !== undefined ? { LastEvaluatedKey: { pk: last.pk, sk: last.sk } } : {}) };
  }

  return { client, sent, items };
}
