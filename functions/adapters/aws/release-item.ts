import type { IncidentMeta } from "../../domain/incident.ts";
import { type Quarantine, QuarantineSchema, RELEASE_SCHEMA, type Release, ReleaseSchema } from "../../domain/release.ts";
import type { LedgerWrites } from "../../ports/incident-store.ts";
import type { SealedTemplate } from "../../ports/release-ledger.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import type { TransactionPart } from "./dynamo-transaction.ts";
import { keys } from "./table-keys.ts";

/** `SVC#s / REL#hash`. */
export function toReleaseItem(release: Release): AttributeMap {
  return { ...keys.release(release.service, release.hash), ...toAttributes(release) };
}

/** Null for a shape that this version does not know. Throws a ZodError when somebody else wrote the item. */
export function fromReleaseItem(item: AttributeMap): Release | null {
  const { pk: _pk, sk: _sk, ...release } = fromAttributes(item);
  return release.schema === RELEASE_SCHEMA ? ReleaseSchema.parse(release) : null;
}

/**
 * One observer's save: the release as long as its verdict is the one that was read, the moment it went live, the pointer to the last good one, and the
 * template beside it where it is new.
 */
export function releaseParts(table: string, release: Release, read: Release | null, template: SealedTemplate | null): TransactionPart[] {
  const { service, hash, verdict, liveSince } = release;
  const cameLive = read === null || read.liveSince !== liveSince;
  const put = (Item: AttributeMap): TransactionPart => ({ write: { Put: { TableName: table, Item } }, whenRefused: () => "drop" });
  return [
    {
      write: {
        Put: {
          TableName: table,
          Item: toReleaseItem(release),
          ...(read === null
            ? { ConditionExpression: "attribute_not_exists(pk)" }
            : {
                ConditionExpression: "verdict = :verdict AND verdictBy = :by",
                ExpressionAttributeValues: toAttributes({ ":verdict": read.verdict, ":by": read.verdictBy }),
              }),
        },
      },
      whenRefused: () => "stop",
    },
    ...(template === null ? [] : [put({ ...keys.template(service, hash), ...toAttributes(template) })]),
    ...(cameLive ? [put({ ...keys.wentLive(service, liveSince, hash), ...toAttributes({ hash, at: liveSince }) })] : []),
    ...(verdict === "good" && (cameLive || read.verdict !== "good")
      ? [put({ ...keys.lastGood(service), ...toAttributes({ hash, at: release.lastSeenAt }) })]
      : []),
  ];
}

/** What a closing incident writes about snapshots. A release that nobody took one of, and a `bad` that stands, are passed over. */
export function ledgerParts(table: string, meta: IncidentMeta, { badRelease, quarantine }: LedgerWrites): TransactionPart[] {
  const verdict: TransactionPart[] =
    badRelease === null
      ? []
      : [
          {
            write: {
              Update: {
                TableName: table,
                Key: keys.release(meta.service, badRelease),
                UpdateExpression: "SET verdict = :bad, verdictBy = :by",
                ConditionExpression: "attribute_exists(pk) AND verdict <> :bad",
                ExpressionAttributeValues: { ":bad": { S: "bad" }, ":by": { S: meta.id } },
              },
            },
            whenRefused: () => "drop",
          },
        ];
  return [...verdict, ...quarantine.map((entry) => quarantinePart(table, entry))];
}

/** Throws a ZodError when somebody else wrote the item. */
export function fromQuarantineItem(item: AttributeMap): Quarantine {
  const { pk: _pk, sk: _sk, ...entry } = fromAttributes(item);
  return QuarantineSchema.parse(entry);
}

function quarantinePart(table: string, entry: Quarantine): TransactionPart {
  return {
    write: {
      Put: {
        TableName: table,
        Item: { ...keys.quarantine(entry.key), ...toAttributes(entry) },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    whenRefused: () => "drop",
  };
}
