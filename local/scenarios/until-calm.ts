import type { MetricSource } from "../../functions/ports/metric-source.ts";

/** Resolves when every alarm exists and is OK; throws after 45 s, with what each one says. */
export async function untilCalm(metrics: Pick<MetricSource, "alarms">, alarmNames: readonly string[]): Promise<void> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const readings = await metrics.alarms(alarmNames);
    const restless = readings.filter((reading) => reading.state !== "OK");
    if (readings.length === alarmNames.length && restless.length === 0) return;
    if (Date.now() > deadline) {
      const states = restless.map((reading) => `${reading.alarmName} is ${reading.state}: ${reading.reason}`);
      throw new Error(
        `the alarms did not become OK within 45 s: ${states.join("; ") || `only ${readings.length} of ${alarmNames.length} exist`}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
