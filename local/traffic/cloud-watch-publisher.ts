import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { MetricPublisher } from "./start-traffic.ts";

const POINTS_PER_CALL = 1000;

/** Publishes to the local target's CloudWatch (AWS_ENDPOINT_URL), in high resolution. */
export function cloudWatchPublisher(client: Pick<CloudWatchClient, "send"> = new CloudWatchClient({})): MetricPublisher {
  return {
    async publish(namespace, points) {
      for (let first = 0; first < points.length; first += POINTS_PER_CALL) {
        await client.send(
          new PutMetricDataCommand({
            Namespace: namespace,
            MetricData: points.slice(first, first + POINTS_PER_CALL).map((point) => ({
              MetricName: point.name,
              Timestamp: point.at,
              Unit: point.unit,
              StorageResolution: 1,
              // A single value is sent as such: not every emulator knows lists of values.
              ...(point.values.length === 1 ? { Value: point.values[0] } : { Values: [...point.values], Counts: [...point.counts] }),
            })),
          }),
        );
      }
    },
  };
}
