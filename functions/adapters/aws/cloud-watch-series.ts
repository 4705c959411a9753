import {
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { PermissionError, TransientUpstreamError } from "../../domain/errors.ts";
import type { MetricRef, Series } from "../../domain/signal.ts";
import type { MetricQuery } from "../../ports/metric-source.ts";
import { callAws } from "./call-aws.ts";
import type { CloudWatchSender } from "./cloud-watch-metric-source.ts";

const QUERIES_PER_CALL = 500;

/** One regular series per query, in order. Queries of one period share calls: the start must be aligned to the period, or CloudWatch shifts the buckets. */
export async function metricSeries(
  client: CloudWatchSender,
  queries: readonly MetricQuery[],
  from: Date,
  to: Date,
): Promise<readonly Series[]> {
  const numbered = queries.map((query, index) => ({ ...query, index }));
  const batches = [...Map.groupBy(numbered, ({ periodSeconds }) => periodSeconds).values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / QUERIES_PER_CALL) }, (_, index) =>
      group.slice(index * QUERIES_PER_CALL, (index + 1) * QUERIES_PER_CALL),
    ),
  );
  const all: Series[] = [];
  await Promise.all(
    batches.map(async (batch) => {
      const periodSeconds = batch[0]?.periodSeconds ?? 60;
      const grid = gridOf(periodSeconds, from, to);
      const values = grid.count === 0 ? [] : await batchValues(client, batch, grid);
      for (const [position, { index }] of batch.entries()) {
        all[index] = { startEpochSeconds: grid.startEpochSeconds, periodSeconds, values: values[position] ?? [] };
      }
    }),
  );
  return all;
}

interface Grid {
  readonly startEpochSeconds: number;
  readonly periodSeconds: number;
  readonly count: number;
}

function gridOf(periodSeconds: number, from: Date, to: Date): Grid {
  const startEpochSeconds = Math.floor(from.getTime() / 1000 / periodSeconds) * periodSeconds;
  const count = Math.max(0, Math.ceil((to.getTime() / 1000 - startEpochSeconds) / periodSeconds));
  return { startEpochSeconds, periodSeconds, count };
}

async function batchValues(client: CloudWatchSender, batch: readonly MetricQuery[], grid: Grid): Promise<(number | null)[][]> {
  const values = batch.map(() => Array.from({ length: grid.count }, (): number | null => null));
  let NextToken: string | undefined;
  do {
    const page: GetMetricDataCommandOutput = await callAws("cloudwatch:GetMetricData", () =>
      client.send(
        new GetMetricDataCommand({
          MetricDataQueries: batch.map(toMetricDataQuery),
          StartTime: new Date(grid.startEpochSeconds * 1000),
          EndTime: new Date((grid.startEpochSeconds + grid.count * grid.periodSeconds) * 1000),
          ScanBy: "TimestampAscending",
          ...(NextToken ? { NextToken } : {}),
        }),
      ),
    );
    for (const result of page.MetricDataResults ?? []) fill(values[Number(result.Id?.slice(1))], result, grid);
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
  return values;
}

function fill(values: (number | null)[] | undefined, result: MetricDataResult, grid: Grid): void {
  if (result.StatusCode === "Forbidden") {
    throw new PermissionError("cloudwatch:GetMetricData was refused for a metric: allow it in the role of this function", {
      id: result.Id,
    });
  }
  if (result.StatusCode === "InternalError") {
    throw new TransientUpstreamError("cloudwatch:GetMetricData could not compute a metric", { id: result.Id, messages: result.Messages });
  }
  for (const [position, timestamp] of (result.Timestamps ?? []).entries()) {
    const index = Math.floor((timestamp.getTime() / 1000 - grid.startEpochSeconds) / grid.periodSeconds);
    const value = result.Values?.[position];
    if (values !== undefined && value !== undefined && index >= 0 && index < values.length) values[index] = value;
  }
}

function toMetricDataQuery({ metric, periodSeconds }: MetricQuery, position: number): MetricDataQuery {
  return { Id: `q${position}`, ReturnData: true, MetricStat: { Metric: toMetric(metric), Period: periodSeconds, Stat: metric.stat } };
}

function toMetric({ namespace, name, dimensions }: MetricRef) {
  return { Namespace: namespace, MetricName: name, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) };
}
