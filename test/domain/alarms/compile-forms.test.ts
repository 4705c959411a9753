import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompiledAlarm, compileAlarms, type MetricWatch } from "../../../functions/domain/blueprint-alarms.ts";
import type { BaselineForm, BurnRateForm } from "../../../functions/domain/trigger-form.ts";
import { TRIGGER_PRESET_NAMES } from "../../../functions/domain/trigger-preset-names.ts";
import { aBlueprint, aMetricRef, aRatioSignal, aSignal, aTrigger } from "../../support/builders/index.ts";
import { alarmOf, presetAlarms, presetBlueprints } from "./support/preset-alarms.ts";
import { randomTriggers } from "./support/random-triggers.ts";

function metricOf({ alarmName, watch }: CompiledAlarm): MetricWatch {
  if (watch?.kind !== "metric") throw new Error(`${alarmName} watches no metric`);
  return watch;
}

const stats = (watch: MetricWatch) => watch.leaves.map(({ id, metric }) => `${id} ${metric.name} ${metric.stat}`);

describe("a compiled alarm", () => {
  it("of a percentile with a minimum of samples has no value in a period with fewer", () => {
    const watch = metricOf(alarmOf("latency-frontend-p99"));

    expect(watch).toMatchObject({ expression: "IF(samples >= 1000, m1)", threshold: 5000, operator: ">", lowSamples: "evaluate" });
    expect(stats(watch)).toEqual(["m1 Latency p99", "samples Latency SampleCount"]);
  });

  it.each([
    [undefined, "IF(total >= 20, 100 * FILL(part, 0) / total)"],
    [5, "IF(total >= 20, 100 * FILL(part, 0) / total)"],
    [300, "IF(total >= 300, 100 * FILL(part, 0) / total)"],
  ])("of a ratio is guarded by the greater of its own minimum and the trigger's (%s)", (minimumSamples, expression) => {
    const trigger = aTrigger({ signal: "error_rate", minimumSamples });
    const [alarm] = compileAlarms(aBlueprint({ signals: [aRatioSignal()], triggers: [trigger] }));

    expect(alarm?.watch).toMatchObject({ expression });
  });

  it("never divides by nothing, even where a signal has no minimum", () => {
    const ratio = { kind: "ratio", part: aMetricRef(), total: aMetricRef(), minimumTotal: 0 } as const;
    const signals = [aRatioSignal({ source: ratio })];
    const [alarm] = compileAlarms(aBlueprint({ signals, triggers: [aTrigger({ signal: "error_rate" })] }));

    expect(alarm?.watch).toMatchObject({ expression: "IF(total > 0, 100 * FILL(part, 0) / total)" });
  });

  it.each(["error-rate-2x", "error-rate-plus-5", "latency-half-more", "throughput-drop", "business-conversion-15"])(
    "of %s is the pipeline's, which tunes its threshold",
    (name) => {
      const { owner, role, watch } = alarmOf(name);

      expect({ owner, role }).toEqual({ owner: "pipeline", role: "acting" });
      expect(watch).toMatchObject({ kind: "metric", threshold: null });
    },
  );

  it("against a control or the period before has a fixed threshold: its margin is over 0", () => {
    const [errors, latency, drop] = ["canary-errors", "canary-latency", "orders-drop"].map(alarmOf);

    expect([errors, latency, drop].map((alarm) => alarm?.owner)).toEqual(["cdk", "cdk", "cdk"]);
    expect(errors?.watch).toMatchObject({ operator: ">", threshold: 0 });
    expect(latency?.watch).toMatchObject({
      expression: "IF(samples >= 200 AND controlSamples >= 200, m1 - IF(c1 + 50 > 100, c1 + 50, 100))",
      threshold: 0,
    });
    expect(drop?.watch).toMatchObject({
      expression: "IF(ABS(RATE(m1)) >= 0, m1 - (0.7 * (m1 - RATE(m1) * PERIOD(m1))))",
      operator: "<",
      threshold: 0,
      periodSeconds: 3600,
    });
  });

  it("of a burn rate is made of two parts for each pair of windows, in front of their composite", () => {
    const made = presetAlarms.filter(({ trigger }) => trigger.name === "burn");

    expect(made.map(({ alarmName, role, owner }) => [alarmName, role, owner])).toEqual([
      ["rgpart-preset-forms-burn-1-long", "part", "cdk"],
      ["rgpart-preset-forms-burn-1-short", "part", "cdk"],
      ["rgpart-preset-forms-burn-2-long", "part", "cdk"],
      ["rgpart-preset-forms-burn-2-short", "part", "cdk"],
      ["rollguard-preset-forms-burn", "acting", "cdk"],
    ]);
    expect(made.slice(0, 4).map((alarm) => [metricOf(alarm).periodSeconds, metricOf(alarm).threshold])).toEqual([
      [3600, 1.44],
      [300, 1.44],
      [21_600, 0.6],
      [1800, 0.6],
    ]);
    expect(made[0]?.watch).toMatchObject({ operator: ">", datapointsToAlarm: 1, evaluationPeriods: 1, missingData: "notBreaching" });
    expect(made[4]?.watch).toEqual({
      kind: "composite",
      rule: '(ALARM("rgpart-preset-forms-burn-1-long") AND ALARM("rgpart-preset-forms-burn-1-short")) OR (ALARM("rgpart-preset-forms-burn-2-long") AND ALARM("rgpart-preset-forms-burn-2-short"))',
      parts: made.slice(0, 4).map(({ alarmName }) => alarmName),
    });
  });

  it("of a share of good requests burns with those that are not", () => {
    const signal = aRatioSignal({ better: "higher" });
    const windows = [{ longSeconds: 3600, shortSeconds: 300, burn: 14.4 }];
    const trigger = aTrigger({ signal: signal.name, rule: null, form: { type: "burn-rate", objectivePercent: 99.9, windows } });
    const [part] = compileAlarms(aBlueprint({ signals: [signal], triggers: [trigger] }));

    expect(part?.watch).toMatchObject({
      expression: "IF(total >= 20 AND FILL(part, -1) >= 0, 100 - 100 * part / total)",
      operator: ">",
    });
  });

  it("of a trend is its entry condition, of absence the number of samples, with nothing as breaching", () => {
    expect(alarmOf("leak").watch).toMatchObject({ operator: ">", threshold: 70, expression: null });
    expect(alarmOf("silent").watch).toMatchObject({ operator: "<", threshold: 1, expression: null, missingData: "breaching" });
    expect(stats(metricOf(alarmOf("silent")))).toEqual(["m1 Orders SampleCount"]);
    const signals = [aRatioSignal()];
    const [quiet] = compileAlarms(
      aBlueprint({ signals, triggers: [aTrigger({ signal: "error_rate", rule: null, form: { type: "absence" } })] }),
    );
    expect(quiet === undefined ? null : stats(metricOf(quiet))).toEqual(["m1 RequestCount SampleCount"]);
  });

  it("of a capacity is the used percentage, whatever the metric counts", () => {
    expect(alarmOf("infra-disk-80").watch).toMatchObject({ expression: "100 - 100 * m1 / 107374182400", threshold: 80 });
    expect(alarmOf("infra-connections-80").watch).toMatchObject({ expression: "100 * m1 / 500", threshold: 80 });
  });

  it("of somebody else is only listened to", () => {
    expect(alarmOf("theirs")).toMatchObject({ alarmName: "team-5xx", existing: true, owner: "other", role: "acting", watch: null });
  });
});

describe("compiling", () => {
  it("gives the same alarms in the same order every time, each under a name of its own", () => {
    fc.assert(
      fc.property(randomTriggers, ({ blueprint }) => {
        const alarms = compileAlarms(blueprint);
        const names = alarms.map(({ alarmName }) => alarmName);

        expect(JSON.stringify(compileAlarms(structuredClone(blueprint)))).toBe(JSON.stringify(alarms));
        expect(new Set(names).size).toBe(names.length);
        expect(alarms.filter(({ role }) => role === "acting").map(({ alarmName }) => alarmName)).toEqual([
          blueprint.triggers[0]?.alarmName,
        ]);
        expect(alarms.at(-1)?.role).toBe("acting");
      }),
    );
  });

  it("takes every preset of the seeds, each on a signal", () => {
    const presets = new Set(presetBlueprints.flatMap(({ triggers }) => triggers.flatMap(({ preset }) => preset ?? [])));

    expect([...presets].sort()).toEqual([...TRIGGER_PRESET_NAMES].sort());
    expect(presetAlarms.filter(({ watch, existing }) => watch === null && !existing)).toEqual([]);
  });

  it.each([
    ["a trigger without threshold or form", { rule: null }, /has no threshold/],
    [
      "a control that the blueprint does not hold",
      { rule: null, form: form({ against: "control", control: "gone" }) },
      /unknown signal gone/,
    ],
    [
      "a control that nobody named",
      { rule: null, form: form({ against: "control", control: null }) },
      /does not say what it is compared with/,
    ],
    ["a burn rate of what is no ratio", { rule: null, form: burn(99.9) }, /needs a ratio, which latency_p95 is not/],
    ["a burn rate that nothing can reach", { rule: null, form: burn(90) }, /can never fire/],
    ["a name that is too long", { alarmName: `rollguard-${"x".repeat(250)}` }, /its name has 260 characters, 255 are allowed/],
    ["a window that CloudWatch does not have", { periodSeconds: 900, evaluationPeriods: 100 }, /100 x 900 s is longer than 86400 s/],
  ])("fails on %s instead of leaving an alarm out", (_name, overrides, message) => {
    const blueprint = aBlueprint({ signals: [aSignal()], triggers: [aTrigger(overrides)] });

    expect(() => compileAlarms(blueprint)).toThrow(message);
  });
});

function form(overrides: Pick<BaselineForm, "against" | "control">): BaselineForm {
  return { type: "baseline", operator: ">", by: "factor", amount: 2, floor: null, ...overrides };
}

function burn(objectivePercent: number): BurnRateForm {
  return { type: "burn-rate", objectivePercent, windows: [{ longSeconds: 3600, shortSeconds: 300, burn: 14.4 }] };
}
