import { describe, expect, it } from "vitest";
import type { Trigger } from "../../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { judgeWatch } from "../../../functions/domain/replay/judge-watch.ts";
import { anAuthoredBlueprint, compiled } from "../../blueprints/authored-blueprint.ts";
import { aBlueprint, aMetricRef, aSignal, aTrigger } from "../../support/builders/index.ts";

const AT = new Date("2026-11-01T12:00:00Z");

function requestsOf(namespace: string) {
  const metric = aMetricRef({ namespace, name: "RequestCount", stat: "Sum" });
  return aSignal({ name: "request_count", unit: "count", better: "higher", source: { kind: "metric", metric } });
}

const drop = (overrides: Partial<Trigger> = {}) =>
  aTrigger({
    ...{ signal: "request_count", rule: { operator: "<", threshold: 500 } },
    ...{ periodSeconds: 300, datapointsToAlarm: 2, evaluationPeriods: 2, ...overrides },
  });

/** State of the alarm after `values`, of which the last is the newest. */
function stateAfter(values: readonly (number | null)[], trigger: Trigger, namespace = "AWS/ApplicationELB"): string {
  const [alarm] = compileAlarms(aBlueprint({ signals: [requestsOf(namespace)], triggers: [trigger] }));
  if (alarm?.watch?.kind !== "metric") throw new Error("no alarm on a metric");
  const { periodSeconds } = alarm.watch;
  const startEpochSeconds = AT.getTime() / 1000 - values.length * periodSeconds;
  return judgeWatch(alarm.watch, [{ startEpochSeconds, periodSeconds, values: [...values] }], AT, "OK").state;
}

const gone = [1000, 1000, 1000, 1000, 1000, null, null, null, null, null];

describe("a count that may not fall", () => {
  it("has fallen when there is nothing at all, where AWS counts: its counts have no points then", () => {
    expect(stateAfter(gone, drop())).toBe("ALARM");
    expect(stateAfter([...gone.slice(0, 5), 900, 900, 900, 900, 900], drop())).toBe("OK");
  });

  it("has not fallen where only the newest point is late", () => {
    expect(stateAfter([1000, 1000, 1000, 1000, 1000, 1000, 1000, null], drop())).toBe("OK");
  });

  it.each<readonly [string, Partial<Trigger>, string]>([
    ["an agent counts, which may be what is gone", {}, "Shop"],
    ["one late point would be enough", { datapointsToAlarm: 1, evaluationPeriods: 1 }, "AWS/ApplicationELB"],
    ["two points may be late", { periodSeconds: 60 }, "AWS/ApplicationELB"],
  ])("is not called fallen where %s", (_why, overrides, namespace) => {
    expect(stateAfter(gone, drop(overrides), namespace)).toBe("INSUFFICIENT_DATA");
  });

  it("is so with the preset on a load balancer", () => {
    const alb = { load_balancer: "app/shop/1", target_group: "targetgroup/shop/1" };
    const authored = anAuthoredBlueprint({ metrics: { alb }, triggers: [{ preset: "throughput-drop" }] });
    const { blueprint, problems } = compiled(authored);

    expect(problems).toEqual([]);
    expect((blueprint === null ? [] : compileAlarms(blueprint)).map(({ watch }) => watch)).toMatchObject([
      { expression: "FILL(m1, 0)", threshold: null, operator: "<", datapointsToAlarm: 2, evaluationPeriods: 2, periodSeconds: 300 },
    ]);
  });
});
