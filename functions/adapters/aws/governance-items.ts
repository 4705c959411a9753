import type { TransactWriteItem, Update } from "@aws-sdk/client-dynamodb";
import { withoutOpen, withRollback } from "../../domain/governance/past-rollbacks.ts";
import type { Breaker, Freeze, GovernanceWrites, PastRollback } from "../../domain/governance.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import type { TransactionPart } from "./dynamo-transaction.ts";
import { rateChange } from "./rate-items.ts";
import { keys } from "./table-keys.ts";

type Failure = Breaker["failures"][number];

/** Scope of a freeze as the partition that holds it. */
export function scopeKey({ scope, name }: Pick<Freeze, "scope" | "name">): string {
  if (scope === "all") return "GLOBAL";
  return scope === "group" ? `GROUP#${name}` : `SVC#${name}`;
}

/** Freezes are also in the index `gsi1`, by their end, so that a command can list them all. */
export function toFreezeItem(freeze: Freeze): AttributeMap {
  return {
    ...keys.freeze(scopeKey(freeze), `${freeze.since}#${freeze.incidentId ?? freeze.by}`),
    gsi1pk: { S: "FREEZE" },
    gsi1sk: { S: `${freeze.until}#${scopeKey(freeze)}#${freeze.since}` },
    ...toAttributes(freeze),
  };
}

export function fromFreezeItem(item: AttributeMap): Freeze {
  const { pk, sk, gsi1pk, gsi1sk, ...freeze } = item;
  return fromAttributes(freeze) as unknown as Freeze;
}

/** `SVC#s / COOLDOWN`: a list under a version, so that whoever read an older one writes nothing. */
export function pastRollbacksOf(item: AttributeMap | undefined): readonly PastRollback[] {
  return item === undefined ? [] : ((fromAttributes(item).rollbacks ?? []) as PastRollback[]);
}

/** `GLOBAL / FAIL#at#incident`: one item a failure, so that rollbacks that fail at once do not meet. */
function toFailureItem(failure: Failure): AttributeMap {
  return { ...keys.failure(failure.at, failure.incidentId), ...toAttributes(failure) };
}

/** What is kept of the breaker: the failures, and when a person closed it last (`GLOBAL / BREAKER`). */
export function breakerOf(closing: AttributeMap | undefined, failures: readonly AttributeMap[]): Breaker {
  const { pk, sk, version, ...closed } = closing ?? {};
  return {
    closedAt: null,
    ...(fromAttributes(closed) as unknown as Partial<Breaker>),
    failures: failures.map(({ pk: _pk, sk: _sk, ...failure }) => fromAttributes(failure) as unknown as Failure),
  };
}

type Refused = Pick<Update, "ReturnValuesOnConditionCheckFailure">;
const TOLD: Refused = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };

/** Writes what was made of `stored`, unless somebody else has written since. */
export function versionedUpdate(table: string, Key: AttributeMap, values: object, stored: AttributeMap | undefined): Update {
  const entries = Object.entries(toAttributes(values));
  const version = Number(stored?.version?.N ?? 0);
  return {
    TableName: table,
    Key,
    UpdateExpression: `SET ${["version", ...entries.map(([name]) => name)].map((name) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: stored === undefined ? "attribute_not_exists(pk)" : "#version = :read",
    ExpressionAttributeNames: Object.fromEntries(["version", ...entries.map(([name]) => name)].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
      ":version": { N: String(version + 1) },
      ...(stored === undefined ? {} : { ":read": { N: String(version) } }),
    },
    ...TOLD,
  };
}

/** The parts of the transaction that closes an incident. Each starts from nothing and, when refused, goes on from what is stored. */
export function governanceParts(
  table: string,
  { service, id, closedAt }: { readonly service: string; readonly id: string; readonly closedAt: string | null },
  { rollback, approved, freezes }: GovernanceWrites,
): TransactionPart[] {
  const frozen = freezes.map((freeze) => onceAndForAll({ Put: { TableName: table, Item: toFreezeItem(freeze) } }));
  if (rollback === null) return [...frozen, givenBack(table, service, id)];
  const noted = (stored: AttributeMap | undefined): TransactWriteItem => {
    const rollbacks = withRollback(pastRollbacksOf(stored), rollback);
    return { Update: versionedUpdate(table, keys.cooldown(rollback.service), { rollbacks }, stored) };
  };
  const counted = approved ? [onceAndForAll({ Update: { TableName: table, ...rateChange("ADD", rollback) } })] : [];
  const parts = [...frozen, ...counted, { write: noted(undefined), whenRefused: noted }];
  if (rollback.outcome !== "failed") return parts;
  const failure = toFailureItem({ incidentId: rollback.incidentId, at: closedAt ?? rollback.at });
  return [...parts, onceAndForAll({ Put: { TableName: table, Item: failure } })];
}

function onceAndForAll(write: TransactWriteItem): TransactionPart {
  return { write, whenRefused: () => "drop" };
}

/** Most incidents have reserved nothing: then there is no item, or none that knows of them. */
function givenBack(table: string, service: string, incidentId: string): TransactionPart {
  const Key = keys.cooldown(service);
  return {
    write: { ConditionCheck: { TableName: table, Key, ConditionExpression: "attribute_not_exists(pk)", ...TOLD } },
    whenRefused: (stored) => {
      const before = pastRollbacksOf(stored);
      const rollbacks = withoutOpen(before, incidentId);
      return rollbacks.length === before.length ? "drop" : { Update: versionedUpdate(table, Key, { rollbacks }, stored) };
    },
  };
}
