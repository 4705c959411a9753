import { describe, expect, it } from "vitest";
import { fetchPoints, plannedQueries, queriesDollars } from "../../cli/backtest/fetched-points.ts";
import { judgedSignals } from "../../functions/domain/backtest/judged-signals.ts";
import { aService } from "../domain/backtest/scenes.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";

const NOW = new Date("2026-11-20T00:00:00Z");
const SERVICE = aService(
  'name: failing, signal: errors, when: "> 1%", period: 60s',
  'name: slow, signal: p95, when: "> 1s", period: 5m',
  'name: few, signal: orders, when: "< 10", period: 5m',
);

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * 86_400_000);
}

function planned(days: number) {
  return plannedQueries(SERVICE, { from: daysAgo(days), to: NOW }, NOW).map(({ metric, periodSeconds, from, points }) => [
    metric.name,
    periodSeconds,
    (NOW.getTime() - from.getTime()) / 86_400_000,
    points,
  ]);
}

describe("what CloudWatch is asked for", () => {
  it("is as fine as it is kept for sums, and of the trigger's own period for percentiles", () => {
    expect(planned(15)).toEqual([
      ["Failed", 60, 15, 21_600],
      ["Requests", 60, 15, 21_600],
      ["Latency", 300, 15, 4_320],
      ["Orders", 60, 15, 21_600],
    ]);
  });

  it("includes what releases are judged by, in the period of a look", () => {
    const judged = judgedSignals(SERVICE).filter(({ signal }) => SERVICE.triggers.some((trigger) => trigger.signal === signal.name));

    const periods = plannedQueries(SERVICE, { from: daysAgo(15), to: NOW }, NOW, judged).map(({ metric, periodSeconds }) => [
      metric.name,
      periodSeconds,
    ]);

    expect(periods).toEqual([
      ["Failed", 60],
      ["Requests", 60],
      ["Latency", 300],
      ["Orders", 60],
      ["Latency", 60],
    ]);
  });

  it("goes no further back than points are kept: a month is one of 300 s", () => {
    expect(planned(30)).toEqual([
      ["Failed", 60, 15, 21_600],
      ["Requests", 60, 15, 21_600],
      ["Latency", 300, 30, 8_640],
      ["Orders", 300, 30, 8_640],
    ]);
  });

  it("costs each metric once per answer of 100,800 datapoints", () => {
    const dollars = (days: number) => queriesDollars(plannedQueries(SERVICE, { from: daysAgo(days), to: NOW }, NOW));

    expect([dollars(15), dollars(30)].map((sum) => sum.toFixed(5))).toEqual(["0.00004", "0.00004"]);
  });

  it("comes back as the points of the rule that asks, and nothing where there is no point", async () => {
    const metrics = new FakeMetricSource().setMetric("Orders", (epochSeconds) => epochSeconds % 600);
    const queries = plannedQueries(SERVICE, { from: daysAgo(30), to: NOW }, NOW);

    const data = await fetchPoints(metrics, queries, NOW);

    const orders = queries.find(({ metric }) => metric.name === "Orders")?.metric;
    const failed = queries.find(({ metric }) => metric.name === "Failed")?.metric;
    if (orders === undefined || failed === undefined) throw new Error("it was not asked for");
    expect(data("orders", orders, 300).map(({ periodSeconds, values }) => [periodSeconds, values.length, values[1]])).toEqual([
      [300, 8_640, 300],
    ]);
    expect(data("errors", failed, 60)).toEqual([]);
  });
});
