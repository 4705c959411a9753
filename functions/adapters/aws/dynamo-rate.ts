import { UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { PastRollback } from "../../domain/governance.ts";
import { secondsAfter } from "../../domain/time.ts";
import { callAws } from "./call-aws.ts";
import type { DynamoSender } from "./dynamo-client.ts";
import { queryAll } from "./query-all.ts";
import { type Began, fromRateItem, hourOf, inTheHour, rateChange, rateEntry } from "./rate-items.ts";
import { keys } from "./table-keys.ts";
import { unlessRefused } from "./unless-refused.ts";

const HOUR_SECONDS = 3600;

/**
 * Rollbacks of all services by the hour in which they began: one string set an hour. A place is taken with one conditional write, so that a storm of
 * incidents queues at DynamoDB instead of failing.
 */
export function dynamoRate(table: string, client: DynamoSender) {
  const update = (input: Omit<UpdateItemCommandInput, "TableName">) =>
    unlessRefused(() => callAws("dynamodb:UpdateItem", () => client.send(new UpdateItemCommand({ TableName: table, ...input }))));

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
    return items.flatMap(fromRateItem).filter((one) => inTheHour(one, at));
  };

  const withdraw = async (began: Began) => void (await update(rateChange("DELETE", began)));

  return {
    /** Others' rollbacks that began in the hour before `now`. */
    async ofAll(incidentId: string, now: string): Promise<number> {
      return distinct((await near(now)).filter((one) => one.incidentId !== incidentId)).length;
    },

    /**
     * False when there is no room; null = there always is. A second try of an incident writes an entry of its own (what the first wrote, the first may take
     * back yet), and both count as one.
     */
    async take(began: PastRollback, most: number | null): Promise<boolean> {
      const { at, incidentId, service } = began;
      const before = await near(at);
      const isKnown = before.some((one) => one.incidentId === incidentId && one.service === service);
      const change = rateChange("ADD", began);
      if (most === null || isKnown) await update(change);
      else {
        const elsewhere = distinct(before.filter((one) => hourOf(one.at) !== hourOf(at))).length;
        if (elsewhere >= most || !(await update({ ...change, ...roomFor(began, most - elsewhere) }))) return false;
      }
      // Whoever wrote into the hour beside ours meanwhile did not see us, nor we him: both look again, and whoever is too many goes.
      if (most === null || distinct(await near(at)).length <= most) return true;
      await withdraw(began);
      return false;
    },

    giveBack: withdraw,
  };
}

/** Decided by DynamoDB in the one write: no read before it could be old. */
function roomFor(began: Began, room: number) {
  return {
    ConditionExpression: "attribute_not_exists(began) OR contains(began, :own) OR size(began) < :room",
    ExpressionAttributeValues: {
      ...rateChange("ADD", began).ExpressionAttributeValues,
      ":own": { S: rateEntry(began) },
      ":room": { N: String(room) },
    },
  };
}

function distinct(some: readonly Began[]): readonly Began[] {
  return [...new Map(some.map((one) => [`${one.incidentId} ${one.service}`, one])).values()];
}
