import { describe, expect, it } from "vitest";
import { alarmPrice, PRICE_LIST } from "../../../functions/domain/alarms/alarm-price.ts";
import { alarmOf, presetAlarms } from "./support/preset-alarms.ts";

describe("the list price of alarms", () => {
  it.each([
    ["a metric", ["queue-backlog"], 0.1],
    ["a metric every 30 s", ["health-critical"], 0.3],
    ["a ratio", ["error-rate-slo"], 0.2],
    ["a guarded percentile", ["latency-api-p95"], 0.2],
    ["an alarm that the pipeline tunes", ["error-rate-plus-5"], 0.2],
    ["shares against a control", ["canary-errors"], 0.4],
    ["an alarm of somebody else", ["theirs"], 0],
    ["three together", ["queue-backlog", "health-critical", "error-rate-slo"], 0.6],
    ["none", [], 0],
  ])("of %s", (_name, triggers, usdPerMonth) => {
    expect(alarmPrice(triggers.map(alarmOf)).usdPerMonth).toBe(usdPerMonth);
  });

  it("of a burn rate is that of every metric of its parts, and of the composite", () => {
    const burning = presetAlarms.filter(({ trigger }) => trigger.name === "burn");

    expect(alarmPrice(burning)).toMatchObject({ standardMetrics: 8, highResolutionMetrics: 0, composites: 1, usdPerMonth: 1.3 });
  });

  it("says whose list it is, and of when", () => {
    expect(alarmPrice([])).toMatchObject({ region: "us-east-1", listedOn: PRICE_LIST.listedOn });
    expect(PRICE_LIST.listedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });
});
