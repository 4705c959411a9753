import { describe, expect, it } from "vitest";
import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { anAuthoredBlueprint, anAuthoredSignal, anAuthoredTrigger, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

const SIGNALS: Readonly<Record<string, AuthoredSignal>> = {
  latency_stable: anAuthoredSignal({ unit: "ms", metric: { namespace: "Shop", name: "Stable", stat: "p95" } }),
  answers: anAuthoredSignal({ better: "higher", unit: "per-second" }),
  failures: anAuthoredSignal({ publishes: "on-event", metric: { namespace: "Shop", name: "Failures", stat: "Sum" } }),
  pool: { alarm: "team-pool" },
};

function compiledTrigger(overrides: Partial<AuthoredTrigger>) {
  const { blueprint, problems } = compiled(anAuthoredBlueprint({ signals: { ...SIGNALS }, triggers: [anAuthoredTrigger(overrides)] }));
  expect(problems).toEqual([]);
  return blueprint?.triggers[0];
}

function refused(overrides: Partial<AuthoredTrigger>): readonly string[] {
  return problemsOf(anAuthoredBlueprint({ signals: { ...SIGNALS }, triggers: [anAuthoredTrigger(overrides)] })).map((text) =>
    text.replace("spec.triggers.0", "~"),
  );
}

const burn = (overrides: Partial<NonNullable<AuthoredTrigger["burn_rate"]>> = {}): Partial<AuthoredTrigger> => ({
  signal: "error_rate",
  when: undefined,
  burn_rate: { objective: "99.9%", ...overrides },
});
const absent: Partial<AuthoredTrigger> = { signal: "request_count", when: undefined, absent: true };

describe("a comparison with the baseline", () => {
  it.each<{ given: Partial<AuthoredTrigger>; form: object }>([
    { given: { when: "> 2x baseline" }, form: { operator: ">", by: "factor", amount: 2, against: "before" } },
    { given: { when: ">=1.5x baseline" }, form: { operator: ">=", by: "factor", amount: 1.5 } },
    { given: { when: "> baseline + 50ms" }, form: { by: "points", amount: 50 } },
    { given: { when: "> baseline + 0.2s" }, form: { by: "points", amount: 200 } },
    { given: { when: "> baseline + 10%" }, form: { by: "percent", amount: 10 } },
    { given: { when: "> baseline+10 %" }, form: { by: "percent", amount: 10 } },
    { given: { signal: "error_rate", when: "> baseline + 5pp" }, form: { by: "points", amount: 5 } },
    { given: { signal: "error_rate", when: "> baseline + 5%" }, form: { by: "percent", amount: 5 } },
    { given: { signal: "answers", when: "< baseline - 30%" }, form: { operator: "<", by: "percent", amount: 30 } },
    { given: { signal: "answers", when: "< 0.5x baseline" }, form: { operator: "<", by: "factor", amount: 0.5 } },
    { given: { signal: "answers", when: "< baseline - 3/s", floor: "20/s" }, form: { by: "points", amount: 3, floor: 20 } },
    { given: { when: "> 2x baseline", floor: "0.3s" }, form: { floor: 300 } },
    { given: { when: "> 2x baseline", against: "season" }, form: { against: "season", control: null } },
    {
      given: { when: "> 2x baseline", against: "control", control: "latency_stable" },
      form: { against: "control", control: "latency_stable" },
    },
    { given: { when: "> 2x baseline", against: "previous-period" }, form: { against: "previous" } },
  ])("$given", ({ given, form }) => {
    expect(compiledTrigger(given)).toMatchObject({ rule: null, form: { type: "baseline", ...form } });
  });

  it("is armed for an hour after a change when the baseline is the one before it, and always against others", () => {
    expect(compiledTrigger({ when: "> 2x baseline" })?.armed).toEqual({ afterChangeMinutes: 60 });
    expect(compiledTrigger({ when: "> 2x baseline", armed: { after_change: "2h" } })?.armed).toEqual({ afterChangeMinutes: 120 });
    expect(compiledTrigger({ when: "> 2x baseline", armed: "always" })).not.toHaveProperty("armed");
    expect(compiledTrigger({ when: "> 2x baseline", against: "season" })).not.toHaveProperty("armed");
    expect(compiledTrigger({})).not.toHaveProperty("armed");
  });

  it("with the hour before has a period of that hour, and a step is in one of them", () => {
    const hourly = { when: "> 2x baseline", against: "previous-period" } as const;

    expect(compiledTrigger(hourly)).toMatchObject({ periodSeconds: 3600, datapointsToAlarm: 1, evaluationPeriods: 1 });
    expect(compiledTrigger({ ...hourly, signal: "error_rate" })).toMatchObject({ datapointsToAlarm: 1, evaluationPeriods: 2 });
  });

  it.each<{ given: Partial<AuthoredTrigger>; problems: readonly string[] }>([
    {
      given: { when: "< 2x baseline" },
      problems: ['~.when: "< 2x baseline" would alarm on a good value: lower is better for latency_p95'],
    },
    { given: { when: "> 1x baseline" }, problems: ['~.when: "> 1x baseline" is no trouble: a value as on the baseline would alarm'] },
    {
      given: { signal: "answers", when: "< 1x baseline" },
      problems: ['~.when: "< 1x baseline" is no trouble: a value as on the baseline would alarm'],
    },
    { given: { when: "> baseline - 5ms" }, problems: ['~.when: "> baseline - 5ms" is no trouble: a value as on the baseline would alarm'] },
    { given: { when: "> baseline + 0ms" }, problems: ['~.when: "> baseline + 0ms" is always or never true'] },
    { given: { signal: "answers", when: "< baseline - 100%" }, problems: ['~.when: "< baseline - 100%" is always or never true'] },
    { given: { signal: "error_rate", when: "> baseline + 100pp" }, problems: ['~.when: "> baseline + 100pp" is always or never true'] },
    { given: { when: "> baseline + 5pp" }, problems: ['~.when: "> baseline + 5pp" has the wrong unit: latency_p95 is in ms'] },
    { given: { when: "> baseline + 5" }, problems: ['~.when: "> baseline + 5" has the wrong unit: latency_p95 is in ms'] },
    { given: { when: "> 2x baseline", floor: "5%" }, problems: ['~.floor: floor "5%" has the wrong unit: latency_p95 is in ms'] },
    { given: { when: "> 2x baseline", floor: "0ms" }, problems: ["~.floor: a floor of 0 does nothing: no value is below it"] },
    {
      given: { signal: "answers", when: "< 0.5x baseline", floor: "0/s" },
      problems: ["~.floor: with a floor of 0 the trigger never fires: answers is never below it"],
    },
    {
      given: { signal: "error_rate", when: "> 2x baseline", floor: "100%" },
      problems: ["~.floor: with a floor of 100% the trigger never fires: error_rate is a share from 0% to 100%"],
    },
    { given: { floor: "100ms" }, problems: ["~.floor: floor belongs to a comparison with the baseline"] },
    { given: { against: "season" }, problems: ["~.against: against belongs to a comparison with the baseline"] },
    { given: { when: "> 2x baseline", control: "latency_stable" }, problems: ["~.control: control is not compared with"] },
    { given: { when: "> 2x baseline", against: "control" }, problems: ["~.against: against: control does not say what to compare with"] },
    {
      given: { when: "> 2x baseline", against: "control", control: "latency_p95" },
      problems: ["~.control: latency_p95 is compared with itself"],
    },
    {
      given: { when: "> 2x baseline", against: "control", control: "failures" },
      problems: ["~.control: failures is in count, and latency_p95 in ms"],
    },
    {
      given: { when: "> 2x baseline", against: "control", control: "pool" },
      problems: ["~.control: pool is an alarm and has no value"],
    },
    {
      given: { when: "> 2x baseline", against: "control", control: "latency_stabel" },
      problems: ["~.control: unknown signal latency_stabel"],
    },
    {
      given: { when: "> 2x baseline", against: "previous-period", period: "15m" },
      problems: ["~.period: against: previous-period compares with the hour before, and the period is 15m"],
    },
    {
      given: { when: "> 2x baseline", against: "previous-period", datapoints_to_alarm: 2 },
      problems: ["~.datapoints_to_alarm: against: previous-period sees a step in one period only, never in 2"],
    },
    {
      given: { when: "> 2x baseline", against: "season", period: "30s" },
      problems: ["~.period: the season of 30s datapoints is not known: CloudWatch keeps them for 3 h"],
    },
  ])("refuses $given", ({ given, problems }) => {
    expect(refused(given)).toEqual(problems);
  });
});

describe("a burn rate", () => {
  it("has the windows of the SRE workbook by default, and looks at its shortest one", () => {
    expect(compiledTrigger(burn())).toMatchObject({
      rule: null,
      form: {
        type: "burn-rate",
        objectivePercent: 99.9,
        windows: [
          { longSeconds: 3600, shortSeconds: 300, burn: 14.4 },
          { longSeconds: 21_600, shortSeconds: 1800, burn: 6 },
        ],
      },
      periodSeconds: 300,
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
    });
  });

  it("takes windows of the author's, the longest that CloudWatch has among them", () => {
    const windows = [{ long: "24h", short: "2h", burn: 3 }];

    expect(compiledTrigger(burn({ windows }))?.form).toMatchObject({ windows: [{ longSeconds: 86_400, shortSeconds: 7200, burn: 3 }] });
  });

  const pair = (long: string, short: string, rate = 2) => burn({ windows: [{ long, short, burn: rate }] });
  it.each<{ given: Partial<AuthoredTrigger>; problems: readonly string[] }>([
    {
      given: { ...burn(), signal: "latency_p95" },
      problems: ["~.signal: a burn rate is of a share of bad requests, and latency_p95 is no ratio"],
    },
    { given: burn({ objective: "0%" }), problems: ['~.burn_rate.objective: objective "0%" is not between 0% and 100%'] },
    { given: burn({ objective: "100%" }), problems: ['~.burn_rate.objective: objective "100%" is not between 0% and 100%'] },
    { given: burn({ objective: "0.999" }), problems: ['~.burn_rate.objective: objective "0.999" is not between 0% and 100%'] },
    {
      given: burn({ objective: "90%" }),
      problems: [
        "~.burn_rate.objective: a burn of 14.4 is never passed: with an objective of 90% the budget burns at most 10 times as fast as allowed",
      ],
    },
    {
      given: pair("5m", "1h"),
      problems: ["~.burn_rate.windows.0: the short window of 1h is not shorter than the long one of 5m"],
    },
    { given: pair("72h", "6h"), problems: ["~.burn_rate.windows.0: a window of 72h is not one that CloudWatch has for error_rate"] },
    { given: pair("1h", "30s"), problems: ["~.burn_rate.windows.0: a window of 30s is not one that CloudWatch has for error_rate"] },
    { given: pair("1h", "90s"), problems: ["~.burn_rate.windows.0: a window of 90s is not one that CloudWatch has for error_rate"] },
    {
      given: pair("1h", "5m", 1000),
      problems: [
        "~.burn_rate.windows.0: a burn of 1000 is never passed: with an objective of 99.9% the budget burns at most 1000 times as fast as allowed",
      ],
    },
    {
      given: burn({
        windows: [
          { long: "1h", short: "5m", burn: 14 },
          { long: "60m", short: "300s", burn: 6 },
        ],
      }),
      problems: ["~.burn_rate.windows.1: the same pair of windows is there twice"],
    },
    // Its parts have longer names than the alarm itself.
    { given: { ...burn(), name: "s".repeat(232) }, problems: ["~.name: the alarm's name would have 256 characters"] },
    { given: { ...burn(), period: "5m" }, problems: ["~.period: period is not of a burn rate, which has windows"] },
    { given: { ...burn(), minimum_samples: 100 }, problems: ["~.minimum_samples: minimum_samples is not of a ratio"] },
    { given: { ...burn(), when: "> 1%" }, problems: ["~.burn_rate: trigger slow has both when and burn_rate"] },
  ])("refuses $given", ({ given, problems }) => {
    expect(refused(given)).toEqual(problems);
  });
});

describe("a trend", () => {
  const trend = { limit: "90%", within: "60m" };
  const leak: Partial<AuthoredTrigger> = { signal: "cpu_utilization", when: "> 60%", trend };

  it("is asked from the value of `when` on, whenever a leak gets there", () => {
    expect(compiledTrigger(leak)).not.toHaveProperty("armed");
    expect(compiledTrigger(leak)).toMatchObject({
      rule: { operator: ">", threshold: 60 },
      form: { type: "trend", limit: 90, withinSeconds: 3600 },
    });
  });

  it.each<{ given: Partial<AuthoredTrigger>; problems: readonly string[] }>([
    { given: { ...leak, when: "> 90%" }, problems: ['~.when: "> 90%" begins where the limit of 90% is passed already'] },
    { given: { ...leak, when: "< 20%" }, problems: ['~.when: "< 20%" would alarm on a good value: lower is better for cpu_utilization'] },
    { given: { ...leak, when: "> 2x baseline" }, problems: ["~.when: a trend is asked from a fixed value on"] },
    { given: { ...leak, when: undefined }, problems: ["~.trend: trigger slow does not say from which value on its trend is asked"] },
    {
      given: { ...leak, trend: { ...trend, limit: "90ms" } },
      problems: ['~.trend.limit: "> 90ms" has the wrong unit: cpu_utilization is in %'],
    },
    { given: { ...leak, trend: { ...trend, within: "30s" } }, problems: ["~.trend.within: within 30s is out of range"] },
    { given: { ...leak, trend: { ...trend, within: "2d" } }, problems: ["~.trend.within: within 48h is out of range"] },
    { given: { ...leak, floor: "10%" }, problems: ["~.floor: floor belongs to a comparison with the baseline"] },
    {
      given: { ...absent, trend: { limit: "1", within: "1h" } },
      problems: ["~.trend: trigger slow has both absent and trend"],
    },
  ])("refuses $given", ({ given, problems }) => {
    expect(refused(given)).toEqual(problems);
  });
});

describe("absence", () => {
  it("is three silent minutes, and nothing counts as breaching", () => {
    expect(compiledTrigger(absent)).toMatchObject({
      rule: null,
      form: { type: "absence" },
      periodSeconds: 60,
      datapointsToAlarm: 3,
      evaluationPeriods: 3,
      missingData: "breaching",
    });
  });

  it.each<{ given: Partial<AuthoredTrigger>; problems: readonly string[] }>([
    {
      given: { ...absent, signal: "error_rate" },
      problems: ["~.signal: error_rate is a ratio, which has no value with little traffic either"],
    },
    {
      given: { ...absent, signal: "failures" },
      problems: ["~.signal: failures has points only when something happens: its silence is good news"],
    },
    {
      given: { ...absent, missing_data: "notBreaching" },
      problems: ["~.missing_data: with missing_data: notBreaching an absence is never noticed"],
    },
    {
      given: { ...absent, minimum_samples: 5 },
      problems: ["~.minimum_samples: minimum_samples means nothing where no sample is what is watched"],
    },
    { given: { ...absent, when: "< 1" }, problems: ["~.absent: trigger slow has both when and absent"] },
    {
      given: { ...absent, burn_rate: { objective: "99%" } },
      problems: expect.arrayContaining(["~.absent: trigger slow has both burn_rate and absent"]),
    },
  ])("refuses $given", ({ given, problems }) => {
    expect(refused(given)).toEqual(problems);
  });
});
