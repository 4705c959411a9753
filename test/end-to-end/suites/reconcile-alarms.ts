import { expect, it, onTestFinished } from "vitest";
import { invoke } from "../support/functions.ts";
import type { Stage } from "../support/stage.ts";

/** Alarms act on transitions only: a missed event never repeats, so somebody has to look. */
export function describeReconcileAlarms(stage: () => Stage): void {
  it("starts an incident for an alarm that nobody was told about, and leaves it alone from then on", async () => {
    const { target, executions, hands } = stage();
    const reviews = hands("reviews");
    const reconcile = async () => await invoke(target.outputs.ReconcileAlarmsFunction, {});
    onTestFinished(() => reviews.setAlarm("OK"));
    await reviews.setAlarm("ALARM");

    expect(await reconcile()).toEqual({ failed: false, payload: { inAlarm: 1, started: 1, alreadyStarted: 0, wouldHave: 0, ignored: 0 } });
    expect(await reconcile()).toEqual({ failed: false, payload: { inAlarm: 1, started: 0, alreadyStarted: 1, wouldHave: 0, ignored: 0 } });

    // Nothing of this service was ever changed, so a human is asked, and the alarm goes on.
    const { meta } = await reviews.closedIncident();
    expect(meta).toMatchObject({ outcome: "escalated", trigger: { source: "reconciler", alarmName: reviews.alarm.alarmName } });
    expect(await reconcile()).toEqual({ failed: false, payload: { inAlarm: 1, started: 0, alreadyStarted: 1, wouldHave: 0, ignored: 0 } });
    expect(await executions.names("reviews")).toEqual([meta.execution]);
    expect((await reviews.closedIncident()).meta).toEqual(meta);
  });
}
