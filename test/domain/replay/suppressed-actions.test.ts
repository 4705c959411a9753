import { describe, expect, it } from "vitest";
import type { AlarmState } from "../../../functions/domain/alarm-rule.ts";
import type { StateTimeline } from "../../../functions/domain/replay/replay-composite.ts";
import { mutedActions, suppressedActions } from "../../../functions/domain/replay/suppressed-actions.ts";
import { SERIES_START, secondsAfterStart } from "../../support/builders/metric-watch.ts";

type Change = readonly [number, AlarmState];

/** AWS's six worked timelines: WaitPeriod 2 units, ExtensionPeriod 3 units. */
describe("AWS's worked timelines of a suppressor", () => {
  it.each([
    {
      name: "1: the suppressor stays OK, so the actions come when the wait ends",
      composite: [[2, "ALARM"]],
      suppressor: [],
      actions: [[4, "ALARM"]],
      suppressions: [[2, 4, "WaitPeriod"]],
    },
    {
      name: "2: the suppressor goes to ALARM during the wait, which is discarded",
      composite: [[2, "ALARM"]],
      suppressor: [[3, "ALARM"]],
      actions: [],
      suppressions: [
        [2, 3, "WaitPeriod"],
        [3, null, "Alarm"],
      ],
    },
    {
      name: "3: the composite changes back during the wait, so a new wait starts",
      composite: [
        [2, "ALARM"],
        [3, "OK"],
      ],
      suppressor: [],
      actions: [[5, "OK"]],
      suppressions: [
        [2, 3, "WaitPeriod"],
        [3, 5, "WaitPeriod"],
      ],
    },
    {
      name: "4: the suppressor is in ALARM already",
      composite: [[4, "ALARM"]],
      suppressor: [[1, "ALARM"]],
      actions: [],
      suppressions: [[4, null, "Alarm"]],
    },
    {
      name: "5: the suppressor clears, so the actions come after the extension",
      composite: [[2, "ALARM"]],
      suppressor: [
        [3, "ALARM"],
        [6, "OK"],
      ],
      actions: [[9, "ALARM"]],
      suppressions: [
        [2, 3, "WaitPeriod"],
        [3, 6, "Alarm"],
        [6, 9, "ExtensionPeriod"],
      ],
    },
    {
      name: "6: the composite changes during the extension, which gives way to a new wait",
      composite: [
        [2, "ALARM"],
        [8, "OK"],
      ],
      suppressor: [
        [3, "ALARM"],
        [6, "OK"],
      ],
      actions: [[10, "OK"]],
      suppressions: [
        [2, 3, "WaitPeriod"],
        [3, 6, "Alarm"],
        [6, 8, "ExtensionPeriod"],
        [8, 10, "WaitPeriod"],
      ],
    },
  ] as const)("$name", ({ composite, suppressor, actions, suppressions }) => {
    const result = suppressedActions(
      aTimeline(composite),
      { timeline: aTimeline(suppressor), waitSeconds: 2, extensionSeconds: 3 },
      secondsAfterStart(20),
    );

    expect(result.actions.map(({ at, state }) => [secondOf(at), state])).toEqual(actions);
    expect(result.suppressions.map(({ from, to, by }) => [secondOf(from), to && secondOf(to), by])).toEqual(suppressions);
  });
});

describe("suppressedActions", () => {
  it("acts at once without a wait, and a suppressor that comes later changes nothing", () => {
    const suppressor = {
      timeline: aTimeline([
        [5, "ALARM"],
        [9, "OK"],
      ]),
      waitSeconds: 0,
      extensionSeconds: 3,
    };

    const { actions } = suppressedActions(aTimeline([[2, "ALARM"]]), suppressor, secondsAfterStart(20));

    expect(actions).toEqual([{ at: secondsAfterStart(2), state: "ALARM" }]);
  });

  it("still waits when the time that is looked at ends first", () => {
    const suppressor = { timeline: aTimeline([]), waitSeconds: 60, extensionSeconds: 60 };

    const { actions, suppressions } = suppressedActions(aTimeline([[2, "ALARM"]]), suppressor, secondsAfterStart(20));

    expect(actions).toEqual([]);
    expect(suppressions).toEqual([{ from: secondsAfterStart(2), to: null, by: "WaitPeriod" }]);
  });

  it("is suppressed by a suppressor that changes at the very end of the wait", () => {
    const suppressor = { timeline: aTimeline([[4, "ALARM"]]), waitSeconds: 2, extensionSeconds: 3 };

    expect(suppressedActions(aTimeline([[2, "ALARM"]]), suppressor, secondsAfterStart(20)).actions).toEqual([]);
  });
});

describe("mutedActions", () => {
  const mute = { from: secondsAfterStart(10), to: secondsAfterStart(20) };
  const act = (...changes: readonly Change[]) => changes.map(([second, state]) => ({ at: secondsAfterStart(second), state }));

  it("withholds actions and makes up for them at the end, if the alarm is still in ALARM", () => {
    const changes: Change[] = [[12, "ALARM"]];

    expect(mutedActions(act(...changes), aTimeline(changes), [mute], secondsAfterStart(60))).toEqual(act([20, "ALARM"]));
  });

  it("forgets them when the alarm is OK again by then", () => {
    const changes: Change[] = [
      [12, "ALARM"],
      [15, "OK"],
    ];

    expect(mutedActions(act(...changes), aTimeline(changes), [mute], secondsAfterStart(60))).toEqual([]);
  });

  it("lets through what happens outside, and repeats nothing", () => {
    const changes: Change[] = [
      [5, "ALARM"],
      [25, "OK"],
    ];

    expect(mutedActions(act(...changes), aTimeline(changes), [mute], secondsAfterStart(60))).toEqual(act([5, "ALARM"], [25, "OK"]));
  });

  it("waits for the end of windows that follow on one another", () => {
    const changes: Change[] = [[12, "ALARM"]];
    const next = { from: secondsAfterStart(20), to: secondsAfterStart(40) };

    expect(mutedActions(act(...changes), aTimeline(changes), [mute, next], secondsAfterStart(60))).toEqual(act([40, "ALARM"]));
    expect(mutedActions(act(...changes), aTimeline(changes), [mute, next], secondsAfterStart(30))).toEqual([]);
  });
});

function aTimeline(changes: readonly Change[]): StateTimeline {
  return { initialState: "OK", transitions: changes.map(([second, to]) => ({ at: secondsAfterStart(second), to, documented: true })) };
}

function secondOf(at: Date): number {
  return at.getTime() / 1000 - SERIES_START;
}
