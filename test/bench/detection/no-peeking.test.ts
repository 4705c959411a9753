import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DetectionSeries } from "../../../bench/detection/detection-series.ts";
import { generateSeries } from "../../../bench/detection/generate.ts";
import { readFolder } from "../../../bench/detection/read-folder.ts";
import { RULES, replayAll } from "../../../bench/detection/replay-all.ts";
import { type CopyOutcome, type ReplayedSeries, replayDeploy } from "../../../bench/detection/replay-series.ts";
import { bakeSlots } from "../../../bench/detection/starts.ts";

/** A little more than sixty starts. */
const SLOTS = 49 * 12 + 12 + 90;
const SERIES = generateSeries(11, 1).map((one) => ({ ...one, values: one.values.slice(0, SLOTS) }));

/** All that comes after slot `last` is another: another level, turned upside down. What is missing stays missing, so that the same starts are eligible. */
function withFutureAltered(series: DetectionSeries, last: number): DetectionSeries {
  return { ...series, values: series.values.map((value, slot) => (slot <= last ? value : 1e6 / (1 + value))) };
}

function csvOf({ values }: DetectionSeries): string {
  const lines = values.flatMap((value, slot) => {
    const time = new Date(Date.UTC(2026, 0, 1) + slot * 300_000).toISOString();
    return Number.isNaN(value) ? [] : [`${time},${value}`];
  });
  return ["timestamp,value", ...lines].join("\n");
}

/** Slot after which a verdict was known. */
function decidedAt({ start, firedSlot }: CopyOutcome): number {
  return start + (firedSlot ?? bakeSlots(300) - 1);
}

describe("no rule sees what comes after its decision", () => {
  let folder = "";
  let [read, real]: [readonly DetectionSeries[], readonly ReplayedSeries[]] = [[], []];

  function replayedFrom(name: string, series: readonly DetectionSeries[]) {
    const inside = join(folder, name);
    mkdirSync(inside);
    for (const one of series) writeFileSync(join(inside, `${one.name}.csv`), csvOf(one));
    const { series: fromFiles } = readFolder(inside);
    return { fromFiles, replayed: replayAll(fromFiles, () => {}).replayed };
  }
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "no-peeking-"));
    const { fromFiles, replayed } = replayedFrom("real", SERIES);
    [read, real] = [fromFiles, replayed];
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(RULES.map((rule) => ({ rule, name: rule.name })))(
    "$name decides the same where the future is altered after each decision",
    ({ rule }) => {
      let fired = 0;
      for (const [index, series] of read.entries()) {
        const outcomes = real[index]?.outcomes[rule.name].filter((_, copy) => copy % 7 === 0) ?? [];
        expect(outcomes.length).toBeGreaterThan(0);
        for (const outcome of outcomes) {
          const [again] = replayDeploy(withFutureAltered(series, decidedAt(outcome)), outcome.start, rule).filter(
            ({ factor }) => factor === outcome.factor,
          );
          if (outcome.firedSlot !== null) fired++;
          expect(again).toEqual(outcome);
        }
      }
      expect(fired).toBeGreaterThan(5);
    },
  );

  it("a folder that is altered after a deploy has the same verdicts of all that was decided before, and others after it", () => {
    const last = 49 * 12 + 40;
    const { replayed } = replayedFrom(
      "altered",
      SERIES.map((series) => withFutureAltered(series, last)),
    );
    const known = (all: readonly ReplayedSeries[], isKnown: (slot: number) => boolean) =>
      all.map(({ outcomes }) => RULES.map((rule) => outcomes[rule.name].filter((outcome) => isKnown(decidedAt(outcome)))));
    const before = known(real, (slot) => slot <= last);

    expect(before.flat(2).length).toBeGreaterThan(300);
    expect(known(replayed, (slot) => slot <= last)).toEqual(before);
    expect(known(replayed, (slot) => slot > last)).not.toEqual(known(real, (slot) => slot > last));
  });
});
