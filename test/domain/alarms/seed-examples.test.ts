import { describe, expect, it } from "vitest";
import { limitOf } from "../../../functions/domain/alarms/baseline-margin.ts";
import type { MetricWatch } from "../../../functions/domain/blueprint-alarms.ts";
import { replayAlarm } from "../../../functions/domain/replay/replay-alarm.ts";
import { alarmOf } from "./support/preset-alarms.ts";

/** Minutes of the day, as the seed tells its stories. */
const at = (clock: string) => new Date(`2026-02-10T${clock}:00Z`);
const minuteOf = (date: Date | undefined) => date?.toISOString().slice(11, 16) ?? null;

/** Watch of a preset; a tuned threshold from the baseline per period. */
function watchOf(trigger: string, baseline: number | null = null): MetricWatch {
  const { watch, trigger: of } = alarmOf(trigger);
  if (watch?.kind !== "metric") throw new Error(`${trigger} watches no metric`);
  return baseline === null || of.form?.type !== "baseline" ? watch : { ...watch, threshold: limitOf(baseline, of.form) };
}

/** The minute in which the alarm fires; `valueAt`: of the minute that begins then. */
function firedAt(watch: MetricWatch, from: string, to: string, valueAt: (minute: Date) => number): string | null {
  const start = at(from).getTime();
  const values = Array.from({ length: (at(to).getTime() - start) / 60_000 }, (_, index) => valueAt(new Date(start + index * 60_000)));
  const leaf = { startEpochSeconds: start / 1000, periodSeconds: 60, values };
  const { transitions } = replayAlarm(watch, [leaf], { from: new Date(start + 600_000), to: at(to) });
  return minuteOf(transitions.find((transition) => transition.to === "ALARM")?.at);
}

describe("the worked examples of seed 002", () => {
  // 0.5 errors a minute before, 5.2 from the spike on; "detects spike" is at 10:12, its window 5 min: so the spike began at 10:07
  const spike = (minute: Date) => (minute < at("10:07") ? 0.5 : 5.2);

  it("scenario 1: the spike is found once 5 minutes hold more errors than the floor of 10, before the seed's 10:12", () => {
    // twice the baseline are 5 errors in 5 min: the floor counts. After 1 min of spike 7.2, after 2 min 11.9
    expect(firedAt(watchOf("error-rate-2x", 5 * 0.5), "09:30", "10:30", spike)).toBe("10:09");
  });

  it("scenario 1: twice the baseline alone would fire a minute earlier, and for 3 errors more it would fire too", () => {
    const bare = { ...watchOf("error-rate-2x", 5 * 0.5), threshold: 5 };

    expect(firedAt(bare, "09:30", "10:30", spike)).toBe("10:08");
    expect(firedAt(bare, "09:30", "10:30", (minute) => (minute.getTime() === at("10:07").getTime() ? 3.5 : 0.5))).toBe("10:08");
    expect(
      firedAt(watchOf("error-rate-2x", 5 * 0.5), "09:30", "10:30", (minute) => (minute.getTime() === at("10:07").getTime() ? 3.5 : 0.5)),
    ).toBeNull();
  });

  // 45 % at 14:05, 75 % at 14:25, 92 % at 14:35, and on like this
  const leak = (minute: Date) => {
    const minutes = (minute.getTime() - at("14:05").getTime()) / 60_000;
    return minutes < 0 ? 45 : minutes < 20 ? 45 + 1.5 * minutes : 75 + 1.7 * (minutes - 20);
  };

  it("scenario 2: the rule fires when memory was over 90 % for 10 minutes, which is after the seed's 14:35", () => {
    // 90.3 % at 14:34 is the first of ten
    expect(firedAt(watchOf("memory-90"), "13:30", "15:00", leak)).toBe("14:44");
    expect(leak(at("14:40"))).toBeGreaterThan(100);
  });

  it("scenario 2: a trend is asked about when the seed only begins to see it (14:25), with memory left", () => {
    expect(firedAt(watchOf("leak"), "13:30", "15:00", leak)).toBe("14:24");
    expect(leak(at("14:24"))).toBeLessThan(75);
  });
});
