import { describe, expect, it } from "vitest";
import { assess } from "../../functions/domain/assess.ts";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import { judgedReading } from "../../functions/domain/judged-reading.ts";
import type { SignalData } from "../../functions/domain/signal-readings.ts";
import type { BaselineForm } from "../../functions/domain/trigger-form.ts";
import { aBlueprint, aChange, aRollbackTrigger, aSignal, aTrigger } from "../support/builders/index.ts";
import { facts } from "./support/assessment-facts.ts";

const CHANGE_AT = "2026-11-20T03:00:00.000Z";
const ONSET_AT = "2026-11-20T03:05:00.000Z";
const NOW = "2026-11-20T03:10:00.000Z";
const data = (name: string, of: (minute: number) => number): SignalData => ({
  signal: aSignal({ name }),
  series: {
    startEpochSeconds: Date.parse(CHANGE_AT) / 1000 - 3000,
    periodSeconds: 60,
    values: Array.from({ length: 60 }, (_, index) => of(index - 50)),
  },
});
const form = (overrides: Partial<BaselineForm> = {}): BaselineForm => ({
  ...{ type: "baseline", operator: ">", against: "before", by: "factor", amount: 1.5, floor: null, control: null },
  ...overrides,
});
const given = (trigger: Partial<Trigger>, signals: readonly SignalData[], threshold: number | null = 180) => ({
  ...{ trigger: aRollbackTrigger({ threshold }), triggerName: "latency-p95", onsetAt: ONSET_AT, now: NOW, signals },
  blueprint: aBlueprint({ triggers: [aTrigger({ rule: null, ...trigger })] }),
});
const change = aChange({ earliestAt: CHANGE_AT });
const slower = data("latency_p95", (minute) => (minute < 5 ? 120 : 280 + minute));

describe("the judge's sentence at an assessment", () => {
  it("holds what is since the onset to the hour before the change, at the threshold of the alarm", () => {
    expect(judgedReading(given({ form: form() }, [slower]), change)).toEqual({
      signal: "latency_p95",
      sentence: "286.5ms against 120ms before the change, limit 180ms",
    });
  });

  it("holds an arm to the other one, and says whether that may be chance", () => {
    const both = [slower, data("latency_stable", (minute) => 120 + (minute % 3))];
    const trigger = { form: form({ against: "control", control: "latency_stable" }) };

    expect(judgedReading(given(trigger, both, null), change)?.sentence).toMatch(
      /^286\.5ms against 121ms of the other arm: may be chance, p = 0\.022, proven at 0\.01 or less$/,
    );
    expect(judgedReading(given(trigger, [slower], null), change)).toBeNull();
  });

  it("says nothing of other triggers, of an unknown threshold, or without an onset", () => {
    const fixed = given({ rule: { operator: ">", threshold: 200 }, form: undefined }, [slower]);
    const previous = given({ form: form({ against: "previous" }) }, [slower]);

    expect([
      judgedReading(fixed, change),
      judgedReading(previous, change),
      judgedReading(given({ form: form() }, [slower], null), change),
      judgedReading({ ...given({ form: form() }, [slower]), onsetAt: null }, change),
    ]).toEqual([null, null, null, null]);
  });

  it("says so where there are too few values yet", () => {
    expect(judgedReading({ ...given({ form: form() }, [slower]), now: "2026-11-20T03:05:30.000Z" }, change)?.sentence).toContain(
      "1 values against 50 before the change",
    );
  });

  it("stands beside the reading of its signal in the assessment, and of no other", () => {
    const other = data("error_rate", () => 0);
    const { signals } = assess(facts({ ...given({ form: form() }, [slower, other]) }));

    expect(signals.map(({ signal, judged }) => [signal, judged === undefined])).toEqual([
      ["latency_p95", false],
      ["error_rate", true],
    ]);
  });
});
