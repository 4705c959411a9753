import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { AnnouncedMember, IncidentStore } from "../../ports/incident-store.ts";
import { fromAttributes, toAttributes } from "./attribute-value.ts";
import type { DynamoSender } from "./dynamo-client.ts";
import { type TransactionPart, transact } from "./dynamo-transaction.ts";
import { governanceParts } from "./governance-items.ts";
import { queryAll } from "./query-all.ts";
import { ledgerParts } from "./release-item.ts";
import { keys } from "./table-keys.ts";
import { verdictParts } from "./verdict-parts.ts";

/** The members of a group's incident (`INC#i / MEMBER#s`). */
export function dynamoMembers(table: string, client: DynamoSender): Pick<IncidentStore, "announce" | "members" | "settle"> {
  return {
    async announce(incidentId, members) {
      const parts = members.map((member): TransactionPart => {
        const Item = { ...keys.member(incidentId, member.service), ...toAttributes(member) };
        return {
          write: { Put: { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" } },
          whenRefused: () => "drop",
        };
      });
      await transact(client, parts);
    },

    async members(incidentId) {
      const items = await queryAll(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :member)",
        ExpressionAttributeValues: { ":pk": { S: `INC#${incidentId}` }, ":member": { S: "MEMBER#" } },
      });
      return items.map(({ pk, sk, settled, ...member }) => fromAttributes(member) as unknown as AnnouncedMember);
    },

    async settle(meta, { service, group, member, verdicts, ledger, governance }) {
      const Item = { ...keys.member(meta.id, service), ...toAttributes({ service, group, ...member, settled: true }) };
      const once: TransactWriteItem = { Put: { TableName: table, Item, ConditionExpression: "attribute_not_exists(settled)" } };
      const of = { ...meta, service };
      await transact(client, [
        { write: once, whenRefused: () => "stop" },
        ...verdictParts(table, client, of, verdicts),
        ...ledgerParts(table, of, ledger),
        ...(governance === null ? [] : governanceParts(table, of, governance)),
      ]);
    },
  };
}
