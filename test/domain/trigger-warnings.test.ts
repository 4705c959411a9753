import { describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { triggerWarnings } from "../../functions/domain/trigger-warnings.ts";
import { anAuthoredBlueprint, anAuthoredSignal, anAuthoredTrigger, compiled } from "../blueprints/authored-blueprint.ts";
import { aBlueprint } from "../support/builders/index.ts";

const TODAY = "2027-01-31";

const signals = { pool_pressure: anAuthoredSignal({ unit: "%" }) };

function blueprintWith(triggers: AuthoredTrigger[], mode: Blueprint["mode"] = "auto"): Blueprint {
  const { blueprint, problems } = compiled(anAuthoredBlueprint({ mode, signals, triggers }));
  expect(problems).toEqual([]);
  return blueprint ?? aBlueprint();
}

/** What is said of the triggers one by one. */
function warned(triggers: AuthoredTrigger[], mode: Blueprint["mode"] = "auto"): readonly string[] {
  return triggerWarnings(blueprintWith(triggers, mode), TODAY).flatMap(({ trigger, message }) =>
    trigger === null ? [] : `${trigger}: ${message}`,
  );
}

const guarded = anAuthoredTrigger({ minimum_samples: 200 });
const errors = anAuthoredTrigger({ name: "errors", signal: "error_rate", when: "> 1%" });

describe("windows and samples", () => {
  it("warn of M of M on a ratio, and say which window is meant", () => {
    const [warning] = triggerWarnings(blueprintWith([{ ...errors, datapoints_to_alarm: 3, evaluation_periods: 3 }]), TODAY);

    expect(warning).toEqual({
      trigger: "errors",
      message: "3 of 3 of a ratio: the newest point of error_rate may be late, and is then taken for one without errors",
      fix: "set evaluation_periods to 4",
    });
  });

  it("warn of a percentile without a number of samples, with the number", () => {
    const [warning] = triggerWarnings(blueprintWith([anAuthoredTrigger()]), TODAY);

    expect(warning).toEqual({
      trigger: "slow",
      message: "latency_p95 is a percentile, and with few requests a period one slow request is enough",
      fix: "set minimum_samples: 200, from where on a percentile means something",
    });
  });

  it("say nothing of what is guarded: M of M+1, a burn rate, samples, and triggers that are derived from checks", () => {
    const burnRate = anAuthoredTrigger({ name: "burn", signal: "error_rate", when: undefined, burn_rate: { objective: "99.9%" } });

    expect(warned([guarded, errors, burnRate])).toEqual([]);
    expect(
      triggerWarnings(compiled(anAuthoredBlueprint({ mode: "auto" })).blueprint ?? aBlueprint(), TODAY).map(({ trigger }) => trigger),
    ).toEqual([null]);
  });
});

describe("a mode with a day", () => {
  it.each([
    { expires: "2027-01-30", warnings: ["slow: its mode observe was to be decided by 2027-01-30, and is still observe"] },
    { expires: "2027-01-31", warnings: [] },
    { expires: "2027-02-01", warnings: [] },
  ])("that ends on $expires", ({ expires, warnings }) => {
    expect(warned([{ ...guarded, mode: "observe", expires }])).toEqual(warnings);
  });

  it("is reminded of for findings too", () => {
    expect(warned([{ preset: "security-finding", expires: "2026-12-31" }])).toEqual([
      "security-finding: its mode observe was to be decided by 2026-12-31, and is still observe",
    ]);
  });
});

describe("what acts unproven", () => {
  const RATES = "2x baseline fired falsely for 7.9 % of harmless changes within 1 h, and for 35 % within 24 h";

  it("is a preset that nobody has tried here, with the measured rates where it has a baseline", () => {
    expect(warned([{ preset: "latency-1.5x", mode: "auto" }])).toEqual([
      `latency-1-5x: preset latency-1.5x acts, and nobody has tried its values on this service; measured elsewhere: ${RATES}`,
    ]);
    expect(warned([{ preset: "error-rate-slo", mode: "auto" }])).toEqual([
      "error-rate-slo: preset error-rate-slo acts, and nobody has tried its values on this service",
    ]);
  });

  it("comes with what is known of the preset", () => {
    const triggers: AuthoredTrigger[] = [{ preset: "error-rate-2x", signal: "error_rate", mode: "auto", evaluation_periods: 2 }];

    expect(triggerWarnings(blueprintWith(triggers), TODAY)[0]?.fix).toBe(
      "keep it in observe until rollguard incidents --observed shows what it would have done; errors per minute grow with traffic: prefer error-rate-plus-5",
    );
  });

  it("is a baseline before the change that is compared with at any time", () => {
    const baseline = { ...guarded, when: "> 2x baseline" };

    expect(warned([{ ...baseline, armed: "always" }])).toEqual([`slow: it acts at any time against a baseline that grows old: ${RATES}`]);
    expect(warned([baseline])).toEqual([]);
    expect(warned([{ ...baseline, armed: "always", against: "season" }])).toEqual([]);
  });

  it.each<{ trigger: AuthoredTrigger["mode"]; service: Blueprint["mode"] }>([
    { trigger: undefined, service: "auto" },
    { trigger: "observe", service: "auto" },
    { trigger: "approve", service: "auto" },
    { trigger: "auto", service: "approve" },
    { trigger: "auto", service: "observe" },
  ])("is nothing that does not act by itself: a preset in $trigger of a service in $service", ({ trigger, service }) => {
    expect(warned([{ preset: "error-rate-slo", ...(trigger === undefined ? {} : { mode: trigger }) }], service)).toEqual([]);
  });
});

describe("a trend", () => {
  const leak = anAuthoredTrigger({ name: "leak", signal: "cpu_utilization", when: "> 60%", trend: { limit: "90%", within: "2h" } });

  it.each<{ armed: AuthoredTrigger["armed"]; warnings: readonly string[] }>([
    {
      armed: { after_change: "90m" },
      warnings: ["leak: it is armed for 90m after a change, and a trend may take 2h: what leaks slowly is left alone"],
    },
    { armed: { after_change: "2h" }, warnings: [] },
    { armed: "always", warnings: [] },
    { armed: undefined, warnings: [] },
  ])("that is armed $armed", ({ armed, warnings }) => {
    expect(warned([armed === undefined ? leak : { ...leak, armed }])).toEqual(warnings);
  });
});

describe("an alarm that needs its time", () => {
  const drifts: AuthoredTrigger = { ...guarded, when: "> 2x baseline", period: "15m", datapoints_to_alarm: 4, evaluation_periods: 4 };

  it("goes red after the trigger was disarmed: it says how long both take, and what to write", () => {
    expect(triggerWarnings(blueprintWith([drifts]), TODAY)[0]).toEqual({
      trigger: "slow",
      message: "it is armed for 1h after a change, and needs up to 62m to see a bad one: such a release is left alone",
      fix: "judge fewer or shorter periods, or write armed: { after_change: 124m }",
    });
  });

  it.each<{ armed: AuthoredTrigger["armed"] }>([{ armed: { after_change: "62m" } }, { armed: { after_change: "7d" } }])(
    "is seen in time when armed %o",
    ({ armed }) => {
      expect(warned([{ ...drifts, armed }])).toEqual([]);
    },
  );

  it("is seen at any time where nothing disarms it", () => {
    expect(warned([{ ...drifts, when: "> 2s" }])).toEqual([]);
    expect(warned([{ ...drifts, against: "season", armed: "always" }])).toEqual([]);
  });
});

describe("a multiple of what is often 0", () => {
  const rises = anAuthoredTrigger({ name: "rises", signal: "error_count", when: "> 2x baseline" });

  it.each(["error_count", "error_rate"])("has no alarm without a floor: %s", (signal) => {
    expect(warned([{ ...rises, signal }])).toEqual([
      `rises: nothing is a multiple of 0: where ${signal} was 0 before, this trigger has no alarm at all`,
    ]);
  });

  it.each<Partial<AuthoredTrigger>>([
    { floor: "10" },
    { when: "> baseline + 5" },
    { when: "> 5" },
    { signal: "latency_p95", minimum_samples: 200 },
    { signal: "request_count", when: "< 0.5x baseline" },
    { against: "previous-period" },
  ])("is none, or always has one: %o", (trigger) => {
    expect(warned([{ ...rises, ...trigger }])).toEqual([]);
  });
});

describe("a percentage over 100", () => {
  it("is pointed at, unless it is of a CPU, which may go over what was asked for", () => {
    const full = anAuthoredTrigger({ name: "full", signal: "pool_pressure", when: "> 150%" });

    expect(warned([full])).toEqual(["full: most percentages end at 100%, and pool_pressure over 150% may never be"]);
    expect(warned([{ ...full, when: "> 90%", trend: { limit: "120%", within: "1h" } }])).toEqual([
      "full: most percentages end at 100%, and pool_pressure over 120% may never be",
    ]);
    expect(warned([{ ...full, when: "> 100%" }])).toEqual([]);
    expect(warned([{ ...full, signal: "cpu_utilization" }])).toEqual([]);
  });
});

describe("silence", () => {
  const silenceOf = (triggers: AuthoredTrigger[]) =>
    triggerWarnings(blueprintWith(triggers), TODAY).filter(({ trigger }) => trigger === null);

  it("of continuous signals that nobody watches is one warning with their names", () => {
    const cpu = anAuthoredTrigger({ name: "cpu", signal: "cpu_utilization", when: "> 90%" });

    expect(silenceOf([guarded, cpu, errors])).toEqual([
      {
        trigger: null,
        message: "nobody is called when nothing is measured any more: latency_p95, cpu_utilization",
        fix: "add a trigger with absent: true on one of them",
      },
    ]);
  });

  it("is none where it is watched, where it breaches, and where there is nothing to measure", () => {
    const absent = anAuthoredTrigger({ name: "silent", when: undefined, absent: true });

    expect(silenceOf([guarded, absent])).toEqual([]);
    expect(silenceOf([anAuthoredTrigger({ missing_data: "breaching" })])).toEqual([]);
    expect(silenceOf([errors])).toEqual([]);
    expect(silenceOf([])).toEqual([]);
  });
});
