import { expect, it } from "vitest";
import { signalReadings } from "../../functions/domain/signal-readings.ts";
import { aBaselineItem } from "../support/builders/baseline.ts";
import { aChange, aSignal } from "../support/builders/index.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 3, minute)).toISOString();
/** 100 until minute 10, 300 until the onset at minute 12, then 500, 510, 520, 530. */
const series = {
  startEpochSeconds: Date.parse(at(0)) / 1000,
  periodSeconds: 60,
  values: [...Array(10).fill(100), 300, 300, 500, 510, 520, 530],
};
const data = [{ signal: aSignal(), series }];
const read = (moments: Partial<Parameters<typeof signalReadings>[1]>) =>
  signalReadings(data, { change: null, onsetAt: at(12), now: at(16), ...moments })[0];

it("before ends where the suspected change may have begun, not where the symptom did", () => {
  expect(read({ change: aChange({ earliestAt: at(10) }) })).toMatchObject({ before: 100, during: 520 });
  expect(read({})).toMatchObject({ before: 1600 / 12, during: 520 });
});

it("no points since the onset are no data, never the points before it", () => {
  expect(read({ onsetAt: at(16) })).toMatchObject({ during: null });
});

it("of a signal that has points only on events, minutes without any count as 0 before the change", () => {
  const errors = aSignal({ unit: "count", publishes: "on-event" });
  const rare = { ...series, values: [null, null, 300, null, null, null, null, null, 600, null, 900, 900, 900, 900, 900, 900] };

  const [reading] = signalReadings([{ signal: errors, series: rare }], {
    change: aChange({ earliestAt: at(10) }),
    onsetAt: at(12),
    now: at(16),
  });

  expect(reading).toMatchObject({ before: 90, baseline: 0, during: 900 });
});

const changed = { change: aChange({ earliestAt: at(10) }) };
const stored = aBaselineItem({
  periodSeconds: 60,
  median: 118,
  mad: 3,
  n: 59,
  from: "2026-11-20T02:09:30.000Z",
  to: "2026-11-20T03:09:30.000Z",
});

it("shows the baseline that was stored when the change was first seen, with what it rests on", () => {
  expect(read({ ...changed, baselines: [stored] })).toMatchObject({
    ...{ before: 100, baseline: 118 },
    baselineFrom: { release: stored.release, from: stored.from, to: stored.to, n: 59, median: 118, mad: 3 },
  });
});

it.each([
  ["ends after the change", { to: at(11) }],
  ["ends more than a quarter of an hour before it", { to: "2026-11-20T02:54:00.000Z" }],
  ["is of another period", { periodSeconds: 300 }],
  ["is of another signal", { signal: "error_rate" }],
  ["is of another measurement", { source: { kind: "alarm" as const, alarmName: "x" } }],
])("reads the hour before the change from the metric where the stored baseline %s", (_what, overrides) => {
  const reading = read({ ...changed, baselines: [{ ...stored, ...overrides }] });

  expect(reading).toMatchObject({ baseline: 100 });
  expect(reading).not.toHaveProperty("baselineFrom");
});
