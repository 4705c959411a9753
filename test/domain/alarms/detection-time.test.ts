import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tickSeconds, worstDetectionSeconds } from "../../../functions/domain/alarms/detection-time.ts";
import { type CompiledAlarm, compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { aTrigger } from "../../support/builders/index.ts";
import { presetAlarms } from "./support/preset-alarms.ts";
import { randomTriggers } from "./support/random-triggers.ts";
import { bucketSeconds, detectedAfterSeconds, worstMoment } from "./support/worst-moment.ts";

/** Alarms of one trigger: the acting one, and its parts. */
const families = [...Map.groupBy(presetAlarms, ({ trigger }) => trigger.alarmName).values()].filter(([first]) => first?.existing === false);

function printed(alarms: readonly CompiledAlarm[]): number {
  const trigger = alarms[0]?.trigger;
  if (trigger === undefined) throw new Error("no alarm");
  return worstDetectionSeconds(trigger);
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

    expect(worstDetectionSeconds(burning(99.9))).toBe(Math.ceil(0.0144 * 3600) + 120);
    expect(worstDetectionSeconds(burning(99))).toBe(Math.ceil(0.144 * 3600) + 120);
    // 14.4 times 10 % is more than everything: only the slow pair can burn
    expect(worstDetectionSeconds(burning(90))).toBe(0.6 * 21_600 + 120);
    expect(worstDetectionSeconds(burning(50))).toBe(Number.POSITIVE_INFINITY);
    const silent = aTrigger({ form: { type: "absence" }, periodSeconds: 60, datapointsToAlarm: 3, evaluationPeriods: 3 });
    expect(worstDetectionSeconds(silent)).toBe(5 * 60 + 120);
  });

  it("counts an hour between two evaluations where the window is longer than a day", () => {
    const slow = aTrigger({ periodSeconds: 3600, datapointsToAlarm: 25, evaluationPeriods: 25 });

    expect([tickSeconds(30, 3), tickSeconds(3600, 24), tickSeconds(3600, 25)]).toEqual([10, 60, 3600]);
    expect(worstDetectionSeconds(slow)).toBe(25 * 3600 + 7200);
  });
});
