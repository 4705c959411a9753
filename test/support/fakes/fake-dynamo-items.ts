import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoSender } from "../../../functions/adapters/aws/dynamo-client.ts";

type Item = Record<string, AttributeValue>;

/**
 * One table of items, each call whole and in the order in which `turn` lets it happen: for tests of what interleaved calls do to each other. Knows the
 * expressions of the governance adapter and throws on any other, so that a test never passes on a condition that was not looked at.
 */
export class FakeDynamoItems {
  readonly items = new Map<string, Item>();
  readonly calls: string[] = [];
  private readonly turn: () => Promise<unknown>;

  constructor(turn: () => Promise<unknown> = async () => {}) {
    this.turn = turn;
  }

  readonly client = {
    send: async (command: unknown) => {
      await this.turn();
      this.calls.push((command as object).constructor.name);
      return this.answer(command);
    },
  } as unknown as DynamoSender;

  private answer(command: unknown): object {
    if (command instanceof GetItemCommand) return { Item: structuredClone(this.items.get(idOf(command.input.Key))) };
    if (command instanceof PutItemCommand) {
      this.items.set(idOf(command.input.Item), structuredClone(command.input.Item ?? {}));
      return {};
    }
    if (command instanceof QueryCommand) return { Items: this.between(command.input.ExpressionAttributeValues ?? {}) };
    if (command instanceof UpdateItemCommand) return this.update(command.input);
    throw new Error(`FakeDynamoItems knows no ${(command as object).constructor.name}`);
  }

  private between(values: Item): Item[] {
    const [pk, from = "", to = ""] = [values[":pk"]?.S, values[":from"]?.S, values[":to"]?.S];
    const within = [...this.items.values()].filter((item) => item.pk?.S === pk && (item.sk?.S ?? "") >= from && (item.sk?.S ?? "") <= to);
    return structuredClone(within.sort((a, b) => ((a.sk?.S ?? "") < (b.sk?.S ?? "") ? -1 : 1)));
  }

  private update(input: UpdateItemCommand["input"]): object {
    const { Key = {}, UpdateExpression = "", ConditionExpression, ExpressionAttributeNames = {} } = input;
    const values = input.ExpressionAttributeValues ?? {};
    const stored = this.items.get(idOf(Key));
    if (ConditionExpression !== undefined && !holds(ConditionExpression, stored, values)) {
      throw new ConditionalCheckFailedException({ $metadata: {}, message: "The conditional request failed" });
    }
    const item: Item = { ...(stored ?? Key) };
    const [how, rest = ""] = [UpdateExpression.split(" ")[0], UpdateExpression.slice(UpdateExpression.indexOf(" ") + 1)];
    if (how === "ADD" || how === "DELETE") {
      const [name = "", value = ""] = rest.split(" ");
      const entries = new Set(item[name]?.SS ?? []);
      for (const entry of values[value]?.SS ?? []) how === "ADD" ? entries.add(entry) : entries.delete(entry);
      if (entries.size > 0) item[name] = { SS: [...entries] };
      else delete item[name];
    } else if (how === "SET") {
      for (const [left = "", right = ""] of rest.split(", ").map((part) => part.split(" = ")))
        item[ExpressionAttributeNames[left] ?? left] = values[right] ?? { NULL: true };
    } else throw new Error(`FakeDynamoItems knows no ${UpdateExpression}`);
    this.items.set(idOf(Key), structuredClone(item));
    return {};
  }
}

function holds(condition: string, stored: Item | undefined, values: Item): boolean {
  switch (condition) {
    case "attribute_not_exists(pk)":
      return stored === undefined;
    case "#version = :read":
      return stored?.version?.N === values[":read"]?.N;
    case "attribute_not_exists(began) OR contains(began, :own) OR size(began) < :room": {
      const began = stored?.began?.SS;
      return began === undefined || began.includes(values[":own"]?.S ?? "") || began.length < Number(values[":room"]?.N);
    }
    default:
      throw new Error(`FakeDynamoItems knows no condition ${condition}`);
  }
}

function idOf(key: Item | undefined): string {
  return `${key?.pk?.S} ${key?.sk?.S}`;
}
