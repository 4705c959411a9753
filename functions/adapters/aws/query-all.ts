import { QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { AttributeMap } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import type { DynamoSender } from "./dynamo-client.ts";

/** Every item of a query, page by page; with `Limit`, no more than that many. */
export async function queryAll(client: DynamoSender, input: QueryCommandInput): Promise<AttributeMap[]> {
  const items: AttributeMap[] = [];
  let from: AttributeMap | undefined;
  do {
    const page = await callAws("dynamodb:Query", () =>
      client.send(new QueryCommand({ ...input, ...(from ? { ExclusiveStartKey: from } : {}) })),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined && items.length < (input.Limit ?? Number.POSITIVE_INFINITY));
  return items;
}
