import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Release } from "../../domain/release.ts";
import { quarantineKeys } from "../../domain/release-targets.ts";
import type { ReleaseMark } from "../../ports/release-ledger.ts";
import type { AttributeMap } from "./attribute-value.ts";
import type { TransactionPart } from "./dynamo-transaction.ts";
import { keys } from "./table-keys.ts";

/**
 * A person's verdict, on the release and on the observation of its template: both decide what may come back. A template that is good under another
 * configuration is not called bad with this one.
 */
export function markParts(table: string, mark: ReleaseMark, releases: readonly Release[]): TransactionPart[] {
  const marked = releases.find(({ hash }) => hash === mark.hash);
  if (marked === undefined) return [];
  const { templateHash } = marked.parts;
  const goodElsewhere = releases.some(
    (other) => other.hash !== mark.hash && other.parts.templateHash === templateHash && other.verdict === "good",
  );
  const withTemplate = mark.verdict === "good" || !goodElsewhere;
  return [
    { write: verdictOf(table, keys.release(mark.service, mark.hash), mark), whenRefused: () => "stop" },
    ...(withTemplate
      ? [{ write: verdictOf(table, keys.observation(mark.service, templateHash), mark), whenRefused: () => "drop" as const }]
      : []),
    ...(mark.verdict === "good" ? quarantineKeys(marked).map((key) => released(table, key)) : []),
  ];
}

function verdictOf(table: string, Key: AttributeMap, { verdict, by, reason, at }: ReleaseMark): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key,
      UpdateExpression: "SET verdict = :verdict, verdictBy = :by",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: { ":verdict": { S: verdict }, ":by": { S: `${by} at ${at}: ${reason}` } },
    },
  };
}

function released(table: string, key: string): TransactionPart {
  return { write: { Delete: { TableName: table, Key: keys.quarantine(key) } }, whenRefused: () => "drop" };
}
