import { describe, expect, it } from "vitest";
import { tuneAlarms } from "../../functions/entry/tune-alarms/tune-alarms.ts";
import { secondsAfter } from "../support/builders/moments.ts";
import { aBaselineForm, aTunableAlarm } from "../support/builders/tuning.ts";
import { recordingLogger, silentLogger } from "../support/fakes/silent-logger.ts";
import { GOOD, NEXT, tuningScene } from "./support/tuning-scene.ts";

const NAME = "rollguard-checkout-latency-p95";
const CHANGED = "2026-11-20T12:00:00.000Z";
const HALF = aBaselineForm({ against: "season", operator: "<", amount: 0.5 });
/** 1,000 by day, 50 by night. */
const traffic = (second: number): number => {
  const hour = new Date(second * 1000).getUTCHours();
  return hour >= 6 && hour < 22 ? 1000 : 50;
};

/** A service by the season whose release of noon nobody calls good. `at` is minutes after that. */
function stuck() {
  const scene = tuningScene([aTunableAlarm({ form: HALF })]);
  scene.metrics.setMetric("Latency", traffic);
  const live = { ...NEXT, verdict: "bad" as const, liveSince: CHANGED, firstSeenAt: CHANGED };
  scene.ledger.releases = [live, { ...GOOD, liveSince: "2026-11-01T00:00:00.000Z", lastSeenAt: secondsAfter(CHANGED, -60) }];
  const passAt = async (minutes: number, logger = silentLogger) => {
    scene.clock.set(secondsAfter(CHANGED, minutes * 60));
    return tuneAlarms(scene.ports)({}, { logger });
  };
  return { ...scene, passAt, threshold: () => scene.editor.alarms.get(NAME)?.threshold ?? null };
}

describe("a season in which a release is live for days that nobody calls good", () => {
  it("goes on by what was kept of each hour of the day: normal traffic never breaches", async () => {
    const { passAt, threshold, tunings } = stuck();
    const breaching: string[] = [];
    const seen = new Set<number | null>();

    for (let hour = 0; hour < 24 * 8; hour++) {
      await passAt(hour * 60 + 10);
      const now = secondsAfter(CHANGED, (hour * 60 + 10) * 60);
      seen.add(threshold());
      if (traffic(Date.parse(now) / 1000) < (threshold() ?? 0)) breaching.push(now);
    }

    expect(breaching).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([500, 25]));
    const [record] = await tunings.ofService("checkout");
    expect(Object.keys(record?.hours ?? {})).toHaveLength(24);
    expect(record?.why).toContain("what was kept of this hour of an earlier day counts");
  });

  it("has no alarm at an hour of which nothing is kept, and has it again with the next hour that is known", async () => {
    const { passAt, threshold, tunings, editor } = stuck();
    const fourDays = 4 * 24 * 60;
    const logger = recordingLogger();
    await passAt(fourDays);
    expect(threshold()).toBe(500);

    const outcomes = [await passAt(fourDays + 11 * 60 + 24 * 60, logger), await passAt(fourDays + 11 * 60 + 24 * 60 + 2)];

    expect(outcomes).toEqual([expect.objectContaining({ waiting: 1 }), expect.objectContaining({ waiting: 1 })]);
    expect(editor.alarms.size).toBe(0);
    expect((await tunings.ofService("checkout"))[0]).toMatchObject({ basis: "away", appliedAt: null, revision: 2 });
    expect(logger.lines.map(({ message }) => message)).toEqual([
      expect.stringContaining("nothing is kept of this hour of the day: there is no alarm until it is known"),
    ]);
    await passAt(fourDays + 2 * 24 * 60);
    expect(threshold()).toBe(500);
  });

  it("takes the alarm away with the next pass where one died between the record and the removal", async () => {
    const { passAt, ports, editor, clock } = stuck();
    const fourDays = 4 * 24 * 60;
    await passAt(fourDays);
    const remove = editor.remove.bind(editor);
    editor.remove = () => Promise.reject(new Error("killed"));
    clock.set(secondsAfter(CHANGED, (fourDays + 35 * 60) * 60));
    await expect(tuneAlarms(ports)({}, { logger: silentLogger })).rejects.toThrow("killed");
    editor.remove = remove;

    await passAt(fourDays + 35 * 60 + 2);

    expect(editor.alarms.size).toBe(0);
  });
});

describe("a season with steep ramps, the same every day", () => {
  it.each([
    ["evening", 18, 1000, 300],
    ["deep evening", 18, 1000, 200],
    ["morning", 6, 200, 1000],
  ])("is never breached by the %s, whose hour is far from its middle at both ends", async (_what, hour, from, to) => {
    const scene = tuningScene([aTunableAlarm({ form: HALF })]);
    const ramp = (second: number): number => {
      const time = (second / 3600) % 24;
      return from + (to - from) * Math.min(1, Math.max(0, time - hour));
    };
    scene.metrics.setMetric("Latency", ramp);
    scene.ledger.releases = [{ ...GOOD, liveSince: "2026-11-01T00:00:00.000Z" }];
    const breaching: string[] = [];
    const thresholds = new Set<number>();

    for (let minute = -60; minute < 120; minute += 2) {
      const at = secondsAfter(`2026-11-20T${String(hour).padStart(2, "0")}:00:00.000Z`, minute * 60);
      scene.clock.set(at);
      await tuneAlarms(scene.ports)({}, { logger: silentLogger });
      const threshold = scene.editor.alarms.get(NAME)?.threshold ?? Number.NaN;
      thresholds.add(threshold);
      if (!(ramp(Date.parse(at) / 1000) >= threshold)) breaching.push(at);
    }

    expect(breaching).toEqual([]);
    expect(thresholds.size).toBeGreaterThan(1);
  });
});
