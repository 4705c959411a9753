import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoLooks } from "../../../functions/adapters/aws/dynamo-looks.ts";
import type { Release } from "../../../functions/domain/release.ts";
import { newestRelease } from "../../../functions/domain/release-targets.ts";
import type { Looks } from "../../../functions/ports/looks.ts";
import type { LocalTarget } from "../../../local/local-target.ts";
import { waitUntil } from "./wait-until.ts";

const MINUTE_MILLISECONDS = 60_000;
const HISTORY_HOURS = 60;
const POINTS_PER_CALL = 1_000;
/** As many as the first look judges, and the one in which the release went live. */
const POINTS_SINCE_LIVE = 6;
const POINTS_OF_RECOVERY = 8;

/** What a test does to bring a release to a look, and what it sees of that. */
export interface LookHands {
  /** Writes two and a half days of a steady signal, and `factor` times that from `liveSince` on. */
  publish(service: string, liveSince: string, factor: number): Promise<void>;
  /** The signal is as it was, from this minute on: no alarm tells, so the verification asks it itself. */
  recover(service: string): Promise<void>;
  /** Waits until the observer has the release of an image in the ledger, then says that it went live at another time: nobody waits for minutes here. */
  wentLiveAt(service: string, templateHash: string, liveSince: string): Promise<Release>;
  /** Names of the schedules that there are of a service. */
  schedules(service: string): Promise<readonly string[]>;
  readonly looks: Looks;
  readonly stop: () => void;
}

export function lookHands({ emulator, outputs, ledger }: LocalTarget): LookHands {
  const [cloudWatch, dynamo] = [new CloudWatchClient({}), new DynamoDBClient({})];
  const put = (service: string, points: readonly { readonly at: number; readonly value: number }[]) =>
    cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: `Demo/${service}`,
        MetricData: points.map(({ at, value }) => ({ MetricName: "JobSeconds", Timestamp: new Date(at), Value: value })),
      }),
    );
  return {
    looks: dynamoLooks(outputs.TableName, dynamo),

    async publish(service, liveSince, factor) {
      const live = Date.parse(liveSince);
      const first = live - HISTORY_HOURS * 60 * MINUTE_MILLISECONDS;
      const points = Array.from({ length: HISTORY_HOURS * 60 + POINTS_SINCE_LIVE }, (_, index) => {
        const at = first + index * MINUTE_MILLISECONDS;
        return { at, value: (10 + ((index * 7_919) % 97) / 97) * (at >= live ? factor : 1) };
      });
      for (let from = 0; from < points.length; from += POINTS_PER_CALL) await put(service, points.slice(from, from + POINTS_PER_CALL));
    },

    async recover(service) {
      const now = Date.now();
      await put(
        service,
        Array.from({ length: POINTS_OF_RECOVERY }, (_, index) => ({ at: now + index * MINUTE_MILLISECONDS, value: 10.5 })),
      );
    },

    async wentLiveAt(service, templateHash, liveSince) {
      const release = await waitUntil(`a release of ${service} with ${templateHash} is in the ledger`, async () => {
        const newest = newestRelease(await ledger.releases(service));
        return newest?.parts.templateHash === templateHash && newest;
      });
      // The observer may have written it meanwhile; a verdict is never lost to that.
      await waitUntil(`the ledger says that it is live since ${liveSince}`, async () => {
        const [read = null] = (await ledger.releases(service)).filter(({ hash }) => hash === release.hash);
        if (read?.liveSince === liveSince) return true;
        await ledger.saveRelease({ ...release, ...read, liveSince, firstSeenAt: liveSince }, read, null);
        return false;
      });
      return { ...release, liveSince };
    },

    async schedules(service) {
      const query = new URLSearchParams({ ScheduleGroup: outputs.LookScheduleGroup ?? "", NamePrefix: `rg-look-${service}-` });
      const headers = { authorization: "AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/scheduler/aws4_request" };
      const answer = await fetch(new URL(`/schedules?${query}`, emulator.endpoint), { headers });
      const { Schedules } = (await answer.json()) as { readonly Schedules: readonly { readonly Name: string }[] };
      return Schedules.map(({ Name }) => Name).sort();
    },

    stop: () => [cloudWatch, dynamo].forEach((client) => void client.destroy()),
  };
}
