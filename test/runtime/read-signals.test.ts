import { describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import type { SignalData } from "../../functions/domain/signal-readings.ts";
import type { BaselineForm, BurnRateForm } from "../../functions/domain/trigger-form.ts";
import type { MetricQuery, MetricSource } from "../../functions/ports/metric-source.ts";
import { incidentSeries, readSignals } from "../../functions/runtime/read-signals.ts";
import { ALARM_NAME, aBlueprint, aRatioSignal, aSignal, aTrigger } from "../support/builders/index.ts";

const tuned: BaselineForm = { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null };
const burning: BurnRateForm = {
  type: "burn-rate",
  objectivePercent: 99.9,
  windows: [{ longSeconds: 3600, shortSeconds: 300, burn: 14.4 }],
};
const from = new Date("2026-11-20T03:00:00Z");
const to = new Date("2026-11-20T04:00:00Z");

async function periodsOf(blueprint: Blueprint, triggerName: string | null): Promise<number[]> {
  const asked: MetricQuery[] = [];
  const metrics: Pick<MetricSource, "series"> = {
    series: async (queries) => {
      asked.push(...queries);
      return queries.map(({ periodSeconds }) => ({ startEpochSeconds: from.getTime() / 1000, periodSeconds, values: [] }));
    },
  };
  await readSignals(metrics, blueprint, triggerName, from, to);
  return asked.map(({ periodSeconds }) => periodSeconds);
}

describe("signals are read", () => {
  const signals = [aSignal({ resolutionSeconds: 1 })];

  it.each([
    ["in the period of the trigger that fired", "slow", 300],
    ["in the shortest one that judges its values, where another fired", "errors", 60],
    ["in the shortest one that judges its values, where a person asked", null, 60],
  ])("%s", async (_name, fired, seconds) => {
    const triggers = [
      aTrigger({ name: "fast", periodSeconds: 60 }),
      aTrigger({ name: "slow", periodSeconds: 300, rule: null, form: tuned }),
      aTrigger({ name: "silent", periodSeconds: 30, rule: null, form: { type: "absence" } }),
    ];

    expect(await periodsOf(aBlueprint({ signals, triggers }), fired)).toEqual([seconds]);
  });

  it("in the window of a burn rate where nothing else watches them, and as they come where nothing does", async () => {
    const triggers = [aTrigger({ signal: "error_rate", periodSeconds: 300, rule: null, form: burning })];

    expect(await periodsOf(aBlueprint({ signals: [...signals, aRatioSignal()], triggers }), null)).toEqual([1, 300, 300]);
  });
});

describe("the threshold that an incident shows", () => {
  const signals = [aSignal()];
  const data: SignalData[] = [{ signal: aSignal(), series: { startEpochSeconds: 0, periodSeconds: 60, values: [1, null, 3] } }];
  const shown = (blueprint: Partial<Blueprint>, alarmName: string | null, threshold: number | null) =>
    incidentSeries(aBlueprint({ signals, ...blueprint }), data, { alarmName, threshold })[0]?.threshold;

  it("is the trigger's own, or that of a check", () => {
    expect(shown({ triggers: [aTrigger({ rule: { operator: ">", threshold: 250 } })] }, ALARM_NAME, 9)).toBe(250);
    expect(shown({ triggers: [] }, ALARM_NAME, 9)).toBe(200);
  });

  it("is what the alarm said that fired, where it is tuned", () => {
    const triggers = [aTrigger({ rule: null, form: tuned })];
    const verification = { ...aBlueprint().verification, checks: [] };

    expect(shown({ triggers, verification }, ALARM_NAME, 311)).toBe(311);
    expect(shown({ triggers, verification }, "rollguard-another", 311)).toBeNull();
    expect(
      shown({ triggers: [aTrigger({ rule: null, form: { ...tuned, against: "previous" } })], verification }, ALARM_NAME, 0),
    ).toBeNull();
  });
});
