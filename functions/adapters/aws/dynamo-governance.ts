import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { beganWithin } from "../../domain/governance/pace.ts";
import { withRollback } from "../../domain/governance/past-rollbacks.ts";
import type { Freeze, PastRollback, ReserveLimits } from "../../domain/governance.ts";
import { secondsAfter } from "../../domain/time.ts";
import type { GovernanceStore } from "../../ports/governance-store.ts";
import type { AttributeMap } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { dynamoRate } from "./dynamo-rate.ts";
import { breakerOf, fromFreezeItem, pastRollbacksOf, scopeKey, toFreezeItem, versionedUpdate } from "./governance-items.ts";
import { pause } from "./pause.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";

const HOUR_SECONDS = 3600;
const MOST_TRIES = 8;
const CONFLICT_PAUSE_MILLISECONDS = 30;
/** No freeze and no window of a breaker is longer than 30 days: a look reads no more of the past. */
const LONGEST_MEMORY_SECONDS = 31 * 24 * HOUR_SECONDS;

/** Rollbacks, breaker and freezes in the one table. */
export function dynamoGovernance(table: string, client: DynamoSender = dynamoClient()): GovernanceStore {
  const rate = dynamoRate(table, client);
  const get = async (Key: AttributeMap) =>
    (await callAws("dynamodb:GetItem", () => client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true })))).Item;

  /** Reads an item, makes another of it and writes that, again where somebody else wrote in between; `make` answers null to leave it alone, and so does this then with false. */
  const change = async (Key: AttributeMap, make: (stored: AttributeMap | undefined) => object | null) => {
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const stored = await get(Key);
      const values = make(stored);
      if (values === null) return false;
      try {
        const update = new UpdateItemCommand({ ...versionedUpdate(table, Key, values, stored) });
        await callAws("dynamodb:UpdateItem", () => client.send(update));
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        await pause(CONFLICT_PAUSE_MILLISECONDS * (attempt + Math.random()));
      }
    }
    throw new TransientUpstreamError(`${Key.pk?.S} ${Key.sk?.S} was still in conflict after ${MOST_TRIES} tries`, { table });
  };

  const since = (prefix: string, pk: string, now: Date) =>
    queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: {
        ":pk": { S: pk },
        ":from": { S: `${prefix}#${secondsAfter(now.toISOString(), -LONGEST_MEMORY_SECONDS)}` },
        ":to": { S: `${prefix}#~` },
      },
    });

  const freezesIn = async (scope: string, now: Date): Promise<readonly Freeze[]> => {
    const items = await since("FREEZE", scope, now);
    return items.map(fromFreezeItem).filter(({ until }) => Date.parse(until) > now.getTime());
  };

  const breakerAt = async (now: Date) => {
    const [closing, failures] = await Promise.all([get(keys.breaker()), since("FAIL", "GLOBAL", now)]);
    return breakerOf(closing, failures);
  };

  const freezesOf: GovernanceStore["freezesOf"] = async (service, group, now) => {
    const scopes = [`SVC#${service}`, ...(group === null ? [] : [`GROUP#${group}`]), "GLOBAL"];
    return (await Promise.all(scopes.map((scope) => freezesIn(scope, now)))).flat();
  };

  const freeze: GovernanceStore["freeze"] = async (one) => {
    await callAws("dynamodb:PutItem", () => client.send(new PutItemCommand({ TableName: table, Item: toFreezeItem(one) })));
  };

  return {
    async read(service, group, incidentId, now) {
      const [past, breaker, rollbacksOfAllInTheHour, freezes] = await Promise.all([
        get(keys.cooldown(service)),
        breakerAt(now),
        rate.ofAll(incidentId, now.toISOString()),
        freezesOf(service, group, now),
      ]);
      const rollbacks = pastRollbacksOf(past).filter((one) => one.incidentId !== incidentId);
      return { rollbacks, rollbacksOfAllInTheHour, breaker, freezes };
    },

    // The deployment's place first: what dies in between has counted once too often, never once too seldom.
    async reserve(rollback, limits) {
      if (!(await rate.take(rollback, limits?.maxPerHourAll ?? null))) return "lost";
      const noted = await change(keys.cooldown(rollback.service), (stored) => {
        const before = pastRollbacksOf(stored);
        const known = before.some(({ incidentId }) => incidentId === rollback.incidentId);
        return known || hasRoom(before, rollback, limits) ? { rollbacks: known ? before : withRollback(before, rollback) } : null;
      });
      if (!noted) await rate.giveBack(rollback);
      return noted ? "reserved" : "lost";
    },

    freeze,

    async unfreeze(scope, by, now) {
      const ended = await freezesIn(scopeKey(scope), now);
      for (const one of ended) await freeze({ ...one, until: now.toISOString(), liftedBy: by });
      return ended;
    },

    async freezes(now) {
      const items = await queryAll(client, {
        TableName: table,
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :pk AND gsi1sk > :now",
        ExpressionAttributeValues: { ":pk": { S: "FREEZE" }, ":now": { S: now.toISOString() } },
      });
      return items.map(fromFreezeItem).filter(({ until }) => Date.parse(until) > now.getTime());
    },

    freezesOf,

    breaker: breakerAt,

    async closeBreaker(by, reason, at) {
      const closing = { closedAt: at.toISOString(), closedBy: by, closedReason: reason };
      await change(keys.breaker(), () => closing);
      return await breakerAt(at);
    },
  };
}

function hasRoom(before: readonly PastRollback[], { at }: PastRollback, limits: ReserveLimits | null): boolean {
  return limits === null || beganWithin(before, HOUR_SECONDS, at).length < limits.maxPerHour;
}
