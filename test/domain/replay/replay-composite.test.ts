import { describe, expect, it } from "vitest";
import type { AlarmState } from "../../../functions/domain/alarm-rule.ts";
import { replayAlarms } from "../../../functions/domain/replay/replay-alarms.ts";
import { replayComposite, type StateTimeline } from "../../../functions/domain/replay/replay-composite.ts";
import { aLeafSeries, aMetricWatch, SERIES_START, secondsAfterStart } from "../../support/builders/metric-watch.ts";

const both = { kind: "composite", rule: "ALARM(long) AND ALARM(short)", parts: ["long", "short"] } as const;
const span = { from: secondsAfterStart(0), to: secondsAfterStart(600) };

describe("replayComposite", () => {
  it("is evaluated when it is made and whenever a child changes", () => {
    const children = new Map([
      ["long", aTimeline([60, "ALARM"], [500, "OK"])],
      ["short", aTimeline([30, "ALARM"], [90, "OK"], [120, "ALARM"])],
    ]);

    const { transitions, state } = replayComposite(both, children, span);

    expect(transitions.map(({ at, to }) => [at.getTime() / 1000 - SERIES_START, to])).toEqual([
      [0, "OK"],
      [60, "ALARM"],
      [90, "OK"],
      [120, "ALARM"],
      [500, "OK"],
    ]);
    expect(transitions[1]?.reason).toBe("long transitioned to ALARM at Thursday 01 January, 2026 00:01:00 UTC");
    expect(state).toBe("OK");
  });

  it("is evaluated once for changes of one instant", () => {
    const rule = { ...both, rule: "ALARM(long) AND NOT ALARM(short)" };
    const children = new Map([
      ["long", aTimeline([60, "ALARM"])],
      ["short", aTimeline([60, "ALARM"])],
    ]);

    expect(replayComposite(rule, children, { ...span, initialState: "OK" }).transitions).toEqual([]);
  });

  it("passes on that a child's change is not documented", () => {
    const children = new Map<string, StateTimeline>([
      ["long", { initialState: "ALARM", transitions: [] }],
      ["short", { initialState: "OK", transitions: [{ at: secondsAfterStart(60), to: "ALARM", documented: false }] }],
    ]);

    const { transitions } = replayComposite(both, children, { ...span, initialState: "OK" });

    expect(transitions).toMatchObject([{ to: "ALARM", documented: false }]);
  });

  it("refuses a rule that names an alarm without a timeline", () => {
    expect(() => replayComposite(both, new Map([["long", aTimeline()]]), span)).toThrow(
      'ALARM(long) AND ALARM(short), character 23: no alarm is named "short"',
    );
  });
});

describe("replayAlarms", () => {
  const long = { alarmName: "long", watch: aMetricWatch({ periodSeconds: 300, datapointsToAlarm: 1, evaluationPeriods: 1 }) };
  const short = { alarmName: "short", watch: aMetricWatch({ datapointsToAlarm: 1, evaluationPeriods: 1, threshold: 30 }) };
  const composite = { alarmName: "burn", watch: both };
  const series = aLeafSeries([0, 0, 0, 0, 0, 40, 40, 40, 40, 0, 0]);

  it("runs the parts, then the composite over them, in whatever order they come", () => {
    const replays = replayAlarms([composite, long, short], () => [series], { from: secondsAfterStart(300), to: secondsAfterStart(660) });

    const burn = replays.get("burn")?.map(({ at, to }) => [(at.getTime() / 1000 - SERIES_START) / 60, to]);
    expect(burn).toEqual([
      [5, "OK"],
      [8, "ALARM"],
      [10, "OK"],
    ]);
    expect([...replays.keys()].sort()).toEqual(["burn", "long", "short"]);
  });

  it("refuses a composite without its parts", () => {
    expect(() => replayAlarms([composite, long], () => [series], span)).toThrow("burn is made of short, which is not among the alarms");
  });
});

function aTimeline(...changes: readonly (readonly [number, AlarmState])[]): StateTimeline {
  return { initialState: "OK", transitions: changes.map(([second, to]) => ({ at: secondsAfterStart(second), to, documented: true })) };
}
