import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { PastRollback } from "../../domain/governance.ts";
import { secondsAfter, secondsBetween } from "../../domain/time.ts";
import { callAws } from "./call-aws.ts";
import type { DynamoSender } from "./dynamo-client.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";

const HOUR_SECONDS = 3600;

/** A rollback that began, as the set of its hour holds it. */
export interface Began {
  readonly at: string;
  readonly incidentId: string;
  readonly service: string;
}

/**
 * Rollbacks of all services by the hour in which they began: one string set an hour. A place is taken with one conditional write, so that a storm of
 * incidents queues at DynamoDB instead of failing.
 */
export function dynamoRate(table: string, client: DynamoSender) {
  const change = async (entry: string, at: string, how: "ADD" | "DELETE", room: number | null) => {
    const conditional = how === "ADD" && room !== null;
    const input = {
      TableName: table,
      Key: keys.rate(hourOf(at)),
      UpdateExpression: `${how} began :entry`,
      ExpressionAttributeValues: {
        ":entry": { SS: [entry] },
        ...(conditional ? { ":own": { S: entry }, ":room": { N: String(room) } } : {}),
      },
      ...(conditional ? { ConditionExpression: "attribute_not_exists(began) OR contains(began, :own) OR size(began) < :room" } : {}),
    };
    try {
      await callAws("dynamodb:UpdateItem", () => client.send(new UpdateItemCommand(input)));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  /** Of the hour around `at`, also where another clock is ahead of ours. */
  const near = async (at: string): Promise<readonly Began[]> => {
    const items = await queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: {
        ":pk": { S: "GLOBAL" },
        ":from": keys.rate(hourOf(secondsAfter(at, -HOUR_SECONDS))).sk ?? { S: "" },
        ":to": keys.rate(hourOf(secondsAfter(at, HOUR_SECONDS))).sk ?? { S: "" },
      },
    });
    return items.flatMap((item) => item.began?.SS ?? []).flatMap(fromEntry);
  };

  return {
    /** Others' rollbacks that began in the hour before `now`. */
    async ofAll(incidentId: string, now: string): Promise<number> {
      return (await near(now)).filter((one) => one.incidentId !== incidentId && within(one, now)).length;
    },

    /** False when there is no room. Taking the same place twice takes it once. */
    async take({ incidentId, service, at }: PastRollback, most: number | null): Promise<boolean> {
      const isOwn = (one: Began) => one.incidentId === incidentId && one.service === service;
      const before = await near(at);
      if (before.some((one) => isOwn(one) && within(one, at))) return true;
      const entry = toEntry({ at, incidentId, service });
      if (most === null) return await change(entry, at, "ADD", null);
      const hour = hourOf(at);
      const elsewhere = before.filter((one) => hourOf(one.at) !== hour && within(one, at)).length;
      const room = most - elsewhere;
      if (room < 1 || !(await change(entry, at, "ADD", room))) return false;
      // Whoever wrote into the hour beside ours meanwhile did not see us, nor we him: both look again, and whoever is too many goes.
      const after = await near(at);
      if (after.filter((one) => within(one, at)).length <= most) return true;
      await change(entry, at, "DELETE", null);
      return false;
    },

    async giveBack({ incidentId, service, at }: PastRollback): Promise<void> {
      await change(toEntry({ at, incidentId, service }), at, "DELETE", null);
    },
  };
}

/** Less than an hour apart: the clock that wrote it may be ahead of ours. */
function within({ at }: Began, now: string): boolean {
  return Math.abs(secondsBetween(at, now)) < HOUR_SECONDS;
}

function hourOf(at: string): string {
  return at.slice(0, "2026-11-20T03".length);
}

function toEntry({ at, incidentId, service }: Began): string {
  return [at, incidentId, service].join(" ");
}

function fromEntry(entry: string): Began[] {
  const [at, incidentId, service] = entry.split(" ");
  return at === undefined || incidentId === undefined || service === undefined ? [] : [{ at, incidentId, service }];
}
