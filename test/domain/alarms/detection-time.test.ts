import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tickSeconds, worstDetectionSeconds } from "../../../functions/domain/alarms/detection-time.ts";
import { type CompiledAlarm, compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { aBlueprint, aSignal, aTrigger } from "../../support/builders/index.ts";
import { presetAlarms } from "./support/preset-alarms.ts";
import { randomTriggers } from "./support/random-triggers.ts";
import { bucketSeconds, detectedAfterSeconds, worstMoment } from "./support/worst-moment.ts";

const EVERY_MINUTE = { resolutionSeconds: 60 };

/** Alarms of one trigger: the acting one, and its parts. */
const families = [...Map.groupBy(presetAlarms, ({ trigger }) => trigger.alarmName).values()].filter(([first]) => first?.existing === false);

function printed(alarms: readonly CompiledAlarm[]): number {
  const [alarm] = alarms;
  if (alarm === undefined) throw new Error("no alarm");
  return worstDetectionSeconds(alarm.trigger, alarm.signal);
}

/** The rounding that is left: onset and evaluation are seconds, a burning window is crossed between two ticks. */
function roundingSeconds(alarms: readonly CompiledAlarm[]): number {
  return alarms.length > 1 ? 2 * bucketSeconds(alarms) : 2;
}

describe("the printed detection time", () => {
  it.each(families.map((alarms) => [alarms[0]?.trigger.alarmName ?? "", alarms] as const))(
    "of %s is the evaluator's at the worst moment",
    (_name, alarms) => {
      const seconds = printed(alarms);
      const found = detectedAfterSeconds(alarms, worstMoment(alarms), seconds + 3600);

      expect(found).toBeLessThanOrEqual(seconds);
      expect(found).toBeGreaterThanOrEqual(seconds - roundingSeconds(alarms));
    },
  );

  it.each([
    { resolutionSeconds: 30, periodSeconds: 30, datapointsToAlarm: 3 },
    { resolutionSeconds: 300, periodSeconds: 300, datapointsToAlarm: 1 },
    { resolutionSeconds: 300, periodSeconds: 300, datapointsToAlarm: 2 },
    { resolutionSeconds: 300, periodSeconds: 900, datapointsToAlarm: 2 },
  ])(
    "counts a signal's own resolution where that is coarser than a tick: %j",
    ({ resolutionSeconds, periodSeconds, datapointsToAlarm }) => {
      const signal = aSignal({ resolutionSeconds });
      const trigger = aTrigger({ signal: signal.name, periodSeconds, datapointsToAlarm, evaluationPeriods: datapointsToAlarm });
      const alarms = compileAlarms(aBlueprint({ signals: [signal], triggers: [trigger] }));
      const seconds = printed(alarms);
      const found = detectedAfterSeconds(alarms, worstMoment(alarms), seconds + 3600);

      expect(bucketSeconds(alarms)).toBe(resolutionSeconds);
      expect(found).toBeLessThanOrEqual(seconds);
      expect(found).toBeGreaterThanOrEqual(seconds - 2);
    },
  );

  it("is never passed, whenever the trouble begins and whenever CloudWatch evaluates, and always reached at the worst moment", () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(randomTriggers, share, share, ({ blueprint }, late, phase) => {
        const alarms = compileAlarms(blueprint);
        const seconds = printed(alarms);
        const bucket = bucketSeconds(alarms);
        const moment = { lateSeconds: Math.floor(late * bucket), phaseSeconds: Math.floor(phase * bucket) };
        const [some, worst] = [moment, worstMoment(alarms)].map((at) => detectedAfterSeconds(alarms, at, seconds + 3600));

        expect(some).toBeLessThanOrEqual(seconds);
        expect(worst).toBeLessThanOrEqual(seconds);
        expect(worst).toBeGreaterThanOrEqual(seconds - roundingSeconds(alarms));
      }),
      { numRuns: 100 },
    );
  });

  it("of a burn rate is that of its fastest pair, and of silence that of the whole evaluation range", () => {
    const pairs = [
      { longSeconds: 3600, shortSeconds: 300, burn: 14.4 },
      { longSeconds: 21_600, shortSeconds: 1800, burn: 6 },
    ];
    const burning = (objectivePercent: number) => aTrigger({ form: { type: "burn-rate", objectivePercent, windows: pairs } });

    expect(worstDetectionSeconds(burning(99.9), EVERY_MINUTE)).toBe(Math.ceil(0.0144 * 3600) + 120);
    expect(worstDetectionSeconds(burning(99), EVERY_MINUTE)).toBe(Math.ceil(0.144 * 3600) + 120);
    // 14.4 times 10 % is more than everything: only the slow pair can burn
    expect(worstDetectionSeconds(burning(90), EVERY_MINUTE)).toBe(0.6 * 21_600 + 120);
    expect(worstDetectionSeconds(burning(50), EVERY_MINUTE)).toBe(Number.POSITIVE_INFINITY);
    const silent = aTrigger({ form: { type: "absence" }, periodSeconds: 60, datapointsToAlarm: 3, evaluationPeriods: 3 });
    expect(worstDetectionSeconds(silent, EVERY_MINUTE)).toBe(5 * 60 + 120);
  });

  it("counts an hour between two evaluations where the window is longer than a day", () => {
    const slow = aTrigger({ periodSeconds: 3600, datapointsToAlarm: 25, evaluationPeriods: 25 });

    expect([tickSeconds(30, 3), tickSeconds(3600, 24), tickSeconds(3600, 25)]).toEqual([10, 60, 3600]);
    expect(worstDetectionSeconds(slow, EVERY_MINUTE)).toBe(25 * 3600 + 7200);
  });
});
