import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import { fromAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import type { DynamoSender } from "./dynamo-client.ts";
import { transact } from "./dynamo-transaction.ts";
import { queryAll } from "./query-all.ts";
import { fromQuarantineItem, fromReleaseItem, releaseParts } from "./release-item.ts";
import { markParts } from "./release-mark.ts";
import { keys } from "./table-keys.ts";

type Releases = Omit<ReleaseLedger, "observations" | "save">;

const SealedTemplateSchema = z.object({ dataKey: z.string(), nonce: z.string(), sealed: z.string() });
/** DynamoDB takes so many writes in one transaction. */
const MOST_WRITES = 100;

/** Snapshots of releases, their verdicts and the quarantine in the one table. */
export function dynamoReleases(tableName: string, client: DynamoSender): Releases {
  const query = (pk: string, prefix: string) =>
    queryAll(client, {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": { S: pk }, ":prefix": { S: prefix } },
    });

  const releases: Releases["releases"] = async (service) => {
    const items = await query(`SVC#${service}`, "REL#");
    return items.flatMap((item) => fromReleaseItem(item) ?? []).sort((one, other) => other.lastSeenAt.localeCompare(one.lastSeenAt));
  };

  return {
    releases,

    saveRelease: async (release, read, template) => await transact(client, releaseParts(tableName, release, read, template)),

    async sealedTemplate(service, hash) {
      const { Item } = await callAws("dynamodb:GetItem", () =>
        client.send(new GetItemCommand({ TableName: tableName, Key: keys.template(service, hash), ConsistentRead: true })),
      );
      return Item === undefined ? null : SealedTemplateSchema.parse(fromAttributes(Item));
    },

    async mark(mark) {
      const parts = markParts(tableName, mark, await releases(mark.service));
      return parts.length > 0 && (await transact(client, parts));
    },

    async forget(service, hash) {
      const log = (await query(`SVC#${service}`, "LEDGER#")).filter((item) => item.hash?.S === hash);
      const looks = await query(`SVC#${service}`, `LOOK#${hash}@`);
      const gone = [
        ...[...log, ...looks].map(({ pk = { S: "" }, sk = { S: "" } }) => ({ pk, sk })),
        keys.template(service, hash),
        // Last: with it the release is forgotten, and what was left until then is never looked for again.
        keys.release(service, hash),
      ];
      for (let first = 0; first < gone.length; first += MOST_WRITES) {
        const some = gone.slice(first, first + MOST_WRITES);
        await transact(
          client,
          some.map((Key) => ({ write: { Delete: { TableName: tableName, Key } }, whenRefused: () => "drop" })),
        );
      }
    },

    quarantine: async () => (await query("GLOBAL", "QUAR#")).map(fromQuarantineItem),
  };
}
