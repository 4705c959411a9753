import { describe, expect, it } from "vitest";
import { metricWatchOf } from "../../functions/domain/alarm-watch.ts";
import type { MetricWatch } from "../../functions/domain/blueprint-alarms.ts";
import { tuneAlarms } from "../../functions/entry/tune-alarms/tune-alarms.ts";
import { aMetricRef, aSignal, aTrigger } from "../support/builders/blueprint.ts";
import { aBaselineForm, aTunableAlarm } from "../support/builders/tuning.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { tuningScene } from "./support/tuning-scene.ts";

const NAME = "rollguard-checkout-drop-tuned";

/** `request_count` of a load balancer, which has no points without requests, against the hour before. */
function dropAlarm() {
  const metric = aMetricRef({ namespace: "AWS/ApplicationELB", name: "RequestCount", stat: "Sum" });
  const signal = aSignal({ name: "request_count", unit: "count", better: "higher", source: { kind: "metric", metric } });
  const form = aBaselineForm({ operator: "<", by: "percent", amount: 30 });
  const window = { periodSeconds: 300, datapointsToAlarm: 2, evaluationPeriods: 2, missingData: "notBreaching" } as const;
  const trigger = aTrigger({ name: "drop", alarmName: NAME, signal: signal.name, rule: null, form, ...window });
  const watch: MetricWatch | null = metricWatchOf(trigger, signal, null);
  if (watch === null) throw new Error("no alarm");
  return aTunableAlarm({ alarmName: NAME, trigger, signal, form, watch });
}

/** The threshold after a pass in which a period of the hour before had so many requests. */
async function tunedTo(requests: (second: number) => number | null): Promise<number | null | undefined> {
  const scene = tuningScene([dropAlarm()]);
  scene.metrics.setMetric("RequestCount", requests);
  await tuneAlarms(scene.ports)({}, { logger: silentLogger });
  return scene.editor.alarms.get(NAME)?.threshold;
}

describe("a drop that a load balancer's requests are watched for", () => {
  it("is measured with periods without a request as 0, as its alarm reads them", async () => {
    expect(await tunedTo(() => 1000)).toBe(700);
    expect(await tunedTo((second) => (Math.floor(second / 300) % 3 === 0 ? 1000 : null))).toBe(0);
  });

  it("cannot be seen at night, where there is nothing to fall: the threshold is 0, and not that of the evening", async () => {
    expect(await tunedTo(() => null)).toBe(0);
  });
});
