import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { KnownFinding, KnownFindings } from "../../ports/image-findings.ts";
import { fromAttributes, toAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { keys } from "./table-keys.ts";
import { unlessRefused } from "./unless-refused.ts";

const KnownFindingSchema: z.ZodMiniType<KnownFinding> = z.object({
  service: z.string(),
  digest: z.string(),
  vulnerability: z.string(),
  findingId: z.string(),
  seenAt: z.string(),
});

/** `SVC#s / FINDING#digest#vulnerability` in the one table. */
export function dynamoKnownFindings(table: string, client: DynamoSender = dynamoClient()): KnownFindings {
  return {
    async remember(known) {
      const { service, digest, vulnerability } = known;
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...keys.finding(service, digest, vulnerability), ...toAttributes(known) },
        ConditionExpression: "attribute_not_exists(pk)",
      });
      await unlessRefused(() => callAws("dynamodb:PutItem", () => client.send(put)));
    },

    async of({ service, digest, vulnerability }) {
      const get = new GetItemCommand({ TableName: table, Key: keys.finding(service, digest, vulnerability), ConsistentRead: true });
      const { Item } = await callAws("dynamodb:GetItem", () => client.send(get));
      return Item === undefined ? null : KnownFindingSchema.parse(fromAttributes(Item));
    },
  };
}
