import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateAlarm, evaluationRange } from "../../../functions/domain/alarm-evaluation.ts";
import { ALARM_STATES, type AlarmRule, type AlarmState } from "../../../functions/domain/alarm-rule.ts";
import { replayAlarm } from "../../../functions/domain/replay/replay-alarm.ts";
import { aLeafSeries, aMetricWatch, SERIES_START, secondsAfterStart } from "../../support/builders/metric-watch.ts";
import { missingDataTable, TREATMENTS } from "../../support/missing-data-table.ts";
import { type Letter, type NaivePoint, naiveLetters, naiveState } from "../../support/naive-cloudwatch.ts";

const VALUES: Record<Letter, number | null> = { X: 200, "0": 50, "-": null };

const anyMofN = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
  .map(([a, b]) => ({ m: Math.min(a, b), n: Math.max(a, b) }));
/** Gaps are common: without them there is nothing to disagree about. */
const anyLetter = fc.constantFrom<Letter>("X", "0", "-", "-", "-");

describe("a naive implementation written from the documentation alone", () => {
  it("satisfies AWS's own 45 cells, as a replay does", () => {
    const cells = missingDataTable();

    const failed = cells.flatMap(({ points, m, n, range, treatment, expected }) =>
      ALARM_STATES.filter((previous) => {
        const letters = [...points].filter((character): character is Letter => character in VALUES);
        const watch = aMetricWatch({ datapointsToAlarm: m, evaluationPeriods: n, missingData: treatment });
        const leaf = aLeafSeries(letters.map((letter) => VALUES[letter]));
        const at = secondsAfterStart(60 * letters.length);
        const wanted = expected === "RETAIN" ? previous : expected;
        const replayed = replayAlarm(watch, [leaf], { from: at, to: at, rangePeriods: range, initialState: previous });
        return naiveState({ m, n, treatment }, letters, previous) !== wanted || replayed.state !== wanted || replayed.undocumented > 0;
      }).map((previous) => `${m} of ${n}, ${points}, ${treatment}, was ${previous}`),
    );

    expect(cells).toHaveLength(45);
    expect(failed).toEqual([]);
  });

  it("agrees on 10,000 random evaluation ranges, and on which of them the documentation leaves open", () => {
    const seen = { open: 0, ALARM: 0, OK: 0, INSUFFICIENT_DATA: 0 };
    fc.assert(
      fc.property(
        anyMofN,
        fc.constantFrom(...TREATMENTS),
        fc.integer({ min: 0, max: 6 }),
        fc.array(anyLetter, { minLength: 0, maxLength: 16 }),
        fc.constantFrom(...ALARM_STATES),
        ({ m, n }, treatment, extra, letters, previous) => {
          const range = n + extra;
          const rule: AlarmRule = { operator: ">", threshold: 100, datapointsToAlarm: m, evaluationPeriods: n, missingData: treatment };
          const values = letters.map((letter) => VALUES[letter]);

          const ours = evaluateAlarm(rule, { startEpochSeconds: SERIES_START, periodSeconds: 60, values }, previous, range);

          const padded = [...Array.from({ length: range }, (): Letter => "-"), ...letters].slice(-range);
          const naive = naiveState({ m, n, treatment }, padded, previous);
          seen[naive]++;
          expect(ours.documented).toBe(naive !== "open");
          if (naive !== "open") expect(ours.state).toBe(naive);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });

  it("makes the same transitions over random series: periods, statistics, phase, sliding windows", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        anyMofN,
        fc.constantFrom(...TREATMENTS),
        fc.constantFrom("Sum", "SampleCount", "Minimum", "Maximum", "Average"),
        fc.constantFrom(
          { period: 60, base: 60 },
          { period: 300, base: 60 },
          { period: 180, base: 30 },
          { period: 30, base: 10 },
          { period: 10, base: 10 },
        ),
        fc.integer({ min: 0, max: 9 }),
        fc.array(fc.option(fc.record({ value: fc.integer({ min: 0, max: 100 }), samples: fc.integer({ min: 1, max: 9 }) })), {
          minLength: 1,
          maxLength: 40,
        }),
        ({ m, n }, missingData, stat, { period, base }, phaseSeconds, measured) => {
          const threshold = stat === "Sum" || stat === "SampleCount" ? (60 * period) / base : 60;
          const watch = aMetricWatch({ periodSeconds: period, datapointsToAlarm: m, evaluationPeriods: n, missingData, threshold }, stat);
          const leaf = aLeafSeries(
            measured.map((point) => point?.value ?? null),
            { periodSeconds: base, samples: measured.map((point) => point?.samples ?? null) },
          );
          const length = measured.length * base + 2 * period;

          const { transitions } = replayAlarm(watch, [leaf], { from: secondsAfterStart(0), to: secondsAfterStart(length), phaseSeconds });

          const points = measured.flatMap((point, i): NaivePoint[] =>
            point === null ? [] : [{ second: SERIES_START + i * base, ...point }],
          );
          const expected: { at: number; to: AlarmState }[] = [];
          const slide = period < 60 ? 10 : 60;
          let state: AlarmState = "INSUFFICIENT_DATA";
          let openAt = Number.POSITIVE_INFINITY;
          for (let at = SERIES_START + phaseSeconds; at <= SERIES_START + length; at += slide) {
            const letters = naiveLetters(points, {
              at,
              slide,
              period,
              range: evaluationRange(n),
              stat,
              breaches: (value) => value > threshold,
            });
            const next = naiveState({ m, n, treatment: missingData }, letters, state);
            if (next === "open") {
              openAt = at;
              break;
            }
            if (next !== state) expected.push({ at, to: next });
            state = next;
          }

          const ours = transitions.map(({ at, to }) => ({ at: at.getTime() / 1000, to })).filter(({ at }) => at < openAt);
          compared += ours.length;
          expect(ours).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(compared).toBeGreaterThan(2_000);
  });
});
