import { describe, expect, it } from "vitest";
import { TriggerSchema } from "../../functions/domain/blueprint.ts";
import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import { chooseStrategy } from "../../functions/domain/strategy.ts";
import { TRIGGER_PRESET_NAMES } from "../../functions/domain/trigger-preset-names.ts";
import { TRIGGER_PRESETS } from "../../functions/domain/trigger-presets.ts";
import { wellKnownSignal } from "../../functions/domain/well-known-signals.ts";
import { anAuthoredBlueprint, anAuthoredSignal, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

const PRESET_SIGNALS = [...new Set(Object.values(TRIGGER_PRESETS).flatMap(({ alarms }) => alarms.map(({ signal }) => signal)))];

/** Every signal that a preset takes by itself, each one metric; counters of failures are read as sums every 10 s. */
const SIGNALS: Readonly<Record<string, AuthoredSignal>> = Object.fromEntries(
  PRESET_SIGNALS.map((name) => {
    const known = wellKnownSignal(name);
    const percentile = /p\d\d$/.exec(name)?.[0];
    const counter = known?.publishes === "on-event";
    const stat = percentile ?? (counter ? "Sum" : "Average");
    const metric = { namespace: "Shop", name, stat };
    const ratio = { part: { ...metric, stat: "Sum" }, total: { ...metric, stat: "Sum" }, minimum_total: 100 };
    const common = { unit: known?.unit ?? "count", better: known?.better ?? "lower" } as const;
    if (name === "error_rate" || name === "auth_failure_rate") return [name, { ...common, ratio }];
    return [name, { ...common, metric, ...(name === "health_failures" ? { resolution: "10s" } : {}) }];
  }),
);

function triggersOf(trigger: AuthoredTrigger, signals: Readonly<Record<string, AuthoredSignal>> = SIGNALS) {
  const { blueprint, problems } = compiled(anAuthoredBlueprint({ signals: { ...signals }, triggers: [trigger] }));
  expect(problems).toEqual([]);
  return blueprint?.triggers ?? [];
}

/** Rule and window in one line. */
function shapesOf(trigger: AuthoredTrigger, signals: Readonly<Record<string, AuthoredSignal>> = SIGNALS) {
  return triggersOf(trigger, signals).map(({ signal, rule, form, periodSeconds, datapointsToAlarm, evaluationPeriods, minimumSamples }) => {
    const baseline =
      form?.type === "baseline"
        ? `${form.operator} ${form.by} ${form.amount} ${form.against}${form.floor === null ? "" : ` floor ${form.floor}`}`
        : "";
    const condition = rule === null ? baseline : `${rule.operator} ${rule.threshold}`;
    const samples = minimumSamples === undefined ? "" : ` from ${minimumSamples}`;
    return `${signal} ${condition} ${datapointsToAlarm} of ${evaluationPeriods} x ${periodSeconds}${samples}`;
  });
}

/** The figures of the seeds: every name, its rule, and class and severity. */
const FIGURES: readonly (readonly [AuthoredTrigger["preset"] & string, string, readonly string[]])[] = [
  ["health-critical", "health critical", ["unhealthy_hosts >= 1 3 of 3 x 60"]],
  ["health-non-critical", "health high", ["unhealthy_hosts >= 1 5 of 5 x 60"]],
  ["health-deploy", "health high", ["health_failures >= 1 3 of 3 x 10"]],
  ["health-count", "health high", ["health_failures >= 3 1 of 1 x 300"]],
  ["error-rate-slo", "performance high", ["error_rate >= 1 2 of 3 x 60"]],
  ["error-rate-deploy", "performance high", ["error_rate > 10 1 of 2 x 600"]],
  ["error-rate-2x", "performance critical", ["error_count > factor 2 before floor 10 1 of 1 x 300"]],
  ["error-rate-plus-5", "performance high", ["error_rate > points 5 before 2 of 3 x 300"]],
  ["latency-1.5x", "performance high", ["latency_p95 > factor 1.5 before 1 of 1 x 300 from 200"]],
  ["latency-frontend", "performance high", ["latency_p95 > 2000 2 of 2 x 300 from 200", "latency_p99 > 5000 2 of 2 x 300 from 1000"]],
  ["latency-backend", "performance high", ["latency_p95 > 1000 2 of 2 x 300 from 200", "latency_p99 > 3000 2 of 2 x 300 from 1000"]],
  ["latency-api", "performance high", ["latency_p95 > 1500 2 of 2 x 300 from 200", "latency_p99 > 4000 2 of 2 x 300 from 1000"]],
  ["throughput-drop", "performance medium", ["request_count < percent 30 season 2 of 2 x 300"]],
  ["queue-backlog", "performance medium", ["queue_length > 1000 2 of 2 x 300"]],
  ["memory-90", "infrastructure critical", ["memory_utilization > 90 10 of 10 x 60"]],
  ["infra-cpu-90", "infrastructure high", ["cpu_utilization > 90 2 of 2 x 180"]],
  ["infra-memory-85", "infrastructure high", ["memory_utilization > 85 2 of 2 x 180"]],
  ["infra-disk-80", "infrastructure high", ["disk_utilization > 80 2 of 2 x 180"]],
  ["infra-connections-80", "infrastructure high", ["db_connections_utilization > 80 2 of 2 x 180"]],
  ["db-errors", "database high", ["db_errors > 10 1 of 1 x 120"]],
  ["business-satisfaction-20", "business medium", ["user_satisfaction < percent 20 season 3 of 3 x 900"]],
  ["business-conversion-15", "business medium", ["conversion_rate < percent 15 season 3 of 3 x 900"]],
  ["business-errors-10", "business medium", ["business_error_rate > percent 10 season 3 of 3 x 900"]],
  ["business-session-25", "business medium", ["session_duration < percent 25 season 3 of 3 x 900"]],
  ["security-auth-failures", "security critical", ["auth_failure_rate > 10 2 of 3 x 60"]],
];

describe("the presets", () => {
  it("are those of the seeds' figures, by name", () => {
    expect(FIGURES.map(([name]) => name)).toEqual([...TRIGGER_PRESET_NAMES]);
    expect(Object.keys(TRIGGER_PRESETS).toSorted()).toEqual(TRIGGER_PRESET_NAMES.toSorted());
  });

  it.each(FIGURES)("%s is %s: %j", (preset, kind, shapes) => {
    expect(shapesOf({ preset })).toEqual(shapes);
    expect(triggersOf({ preset }).map((trigger) => `${trigger.class} ${trigger.severity}`)).toEqual(shapes.map(() => kind));
  });

  it.each(TRIGGER_PRESET_NAMES)("%s fits the schema and starts in observe, with the reason", (preset) => {
    for (const trigger of triggersOf({ preset })) {
      expect(TriggerSchema.safeParse(trigger).error).toBeUndefined();
      expect(trigger).toMatchObject({
        preset,
        mode: "observe",
        modeReason: `preset ${preset}: compare rollguard incidents --observed before arming`,
        missingData: "notBreaching",
      });
    }
  });

  it.each(TRIGGER_PRESET_NAMES)("%s uses only signals that mean something everywhere", (preset) => {
    expect(TRIGGER_PRESETS[preset].alarms.map(({ signal }) => wellKnownSignal(signal))).not.toContain(null);
  });

  it.each([
    ["immediate", ["health-critical", "error-rate-2x", "memory-90", "security-auth-failures"]],
    [
      "fast",
      ["health-non-critical", "latency-1.5x", "latency-api", "error-rate-plus-5", "infra-cpu-90", "infra-connections-80", "db-errors"],
    ],
    ["gradual", ["throughput-drop", "queue-backlog", "business-errors-10", "business-session-25"]],
  ] as const)("are answered by %s: %j", (strategy, presets) => {
    const chosen = presets.map((preset) => {
      const { class: kind, severity } = TRIGGER_PRESETS[preset];
      return chooseStrategy([kind], severity, DEFAULT_ROLLBACK_POLICY.strategies).strategy;
    });

    expect(chosen).toEqual(presets.map(() => strategy));
  });

  it("give a trigger the preset's name; a dot becomes a dash, and two alarms get an ending each", () => {
    expect(triggersOf({ preset: "latency-1.5x" })[0]).toMatchObject({
      name: "latency-1-5x",
      alarmName: "rollguard-checkout-latency-1-5x-tuned",
    });
    expect(triggersOf({ preset: "latency-api" }).map(({ name }) => name)).toEqual(["latency-api-p95", "latency-api-p99"]);
    expect(triggersOf({ preset: "latency-api", name: "slow" }).map(({ name }) => name)).toEqual(["slow-p95", "slow-p99"]);
  });

  it.each<{ preset: AuthoredTrigger["preset"] & string; armed: object | undefined }>([
    { preset: "error-rate-2x", armed: { afterChangeMinutes: 60 } },
    { preset: "latency-1.5x", armed: { afterChangeMinutes: 60 } },
    { preset: "error-rate-plus-5", armed: { afterChangeMinutes: 60 } },
    { preset: "throughput-drop", armed: undefined },
    { preset: "memory-90", armed: undefined },
  ])("are armed for an hour after a change where their baseline is the one before it: $preset", ({ preset, armed }) => {
    expect(triggersOf({ preset })[0]?.armed).toEqual(armed);
  });
});

describe("shapes by the signal", () => {
  const failures = (overrides: Partial<AuthoredSignal>) => ({
    ...SIGNALS,
    failing: anAuthoredSignal({ metric: { namespace: "Shop", name: "Failing", stat: "Maximum" }, ...overrides }),
  });
  const rate: AuthoredSignal = {
    unit: "%",
    better: "higher",
    ratio: {
      part: { namespace: "Shop", name: "Sold", stat: "Sum" },
      total: { namespace: "Shop", name: "Visits", stat: "Sum" },
      minimum_total: 50,
    },
  };

  it("health-critical looks every 30 s where the signal has a value that often", () => {
    expect(shapesOf({ preset: "health-critical", signal: "failing" }, failures({ resolution: "30s" }))).toEqual([
      "failing >= 1 3 of 3 x 30",
    ]);
    expect(shapesOf({ preset: "health-critical", signal: "failing" }, failures({ resolution: "60s" }))).toEqual([
      "failing >= 1 3 of 3 x 60",
    ]);
  });

  it("health-count sums a counter and looks at a level minute by minute", () => {
    const sum = { metric: { namespace: "Shop", name: "Failing", stat: "Sum" } } as const;

    expect(shapesOf({ preset: "health-count", signal: "failing" }, failures(sum))).toEqual(["failing >= 3 1 of 1 x 300"]);
    expect(shapesOf({ preset: "health-count", signal: "failing" }, failures({}))).toEqual(["failing >= 1 3 of 5 x 60"]);
  });

  it("error-rate-2x has a floor in percent on a rate", () => {
    expect(shapesOf({ preset: "error-rate-2x", signal: "error_rate" })).toEqual(["error_rate > factor 2 before floor 1 1 of 2 x 300"]);
  });

  it("on a ratio one more period is looked at, since its newest point may be late", () => {
    expect(shapesOf({ preset: "business-conversion-15" }, { ...SIGNALS, conversion_rate: rate })).toEqual([
      "conversion_rate < percent 15 season 3 of 4 x 900",
    ]);
  });

  it("against the hour before, the period is the hour, and one is enough", () => {
    expect(shapesOf({ preset: "business-conversion-15", against: "previous-period" })).toEqual([
      "conversion_rate < percent 15 previous 1 of 1 x 3600",
    ]);
  });
});

describe("what is written", () => {
  it("overrides the preset", () => {
    const written: AuthoredTrigger = {
      preset: "latency-1.5x",
      name: "slower",
      severity: "medium",
      when: "> 3x baseline",
      floor: "250ms",
      period: "60s",
      evaluation_periods: 2,
      minimum_samples: 50,
      mode: "auto",
      armed: "always",
    };

    expect(triggersOf(written)).toEqual([
      {
        name: "slower",
        alarmName: "rollguard-checkout-slower-tuned",
        signal: "latency_p95",
        class: "performance",
        severity: "medium",
        rule: null,
        form: { type: "baseline", operator: ">", against: "before", by: "factor", amount: 3, floor: 250, control: null },
        periodSeconds: 60,
        datapointsToAlarm: 1,
        evaluationPeriods: 2,
        missingData: "notBreaching",
        minimumSamples: 50,
        preset: "latency-1.5x",
        mode: "auto",
      },
    ]);
  });

  it("as a fixed value takes the place of a baseline, with its floor", () => {
    expect(shapesOf({ preset: "error-rate-2x", when: "> 30" })).toEqual(["error_count > 30 1 of 1 x 300"]);
  });
});

describe("presets that cannot be", () => {
  const problems = (trigger: AuthoredTrigger, signals = SIGNALS) =>
    problemsOf(anAuthoredBlueprint({ signals: { ...signals }, triggers: [trigger] }));

  it.each<{ given: AuthoredTrigger; problem: string }>([
    {
      given: { preset: "manual" },
      problem: "preset: manual is no alarm and is always there: a person asks with rollguard rollback and a reason",
    },
    { given: { preset: "api" }, problem: "preset: api is no alarm and is always there: a caller starts the state machine with a request" },
    {
      given: { preset: "deploy-step" },
      problem:
        "preset: deploy-step is no alarm and is always there: a deployment that fails asks with rollguard rollback in its failure step",
    },
    {
      given: { preset: "verification" },
      problem: "preset: verification is no alarm and is always there: checks with rollback_trigger in verification.checks do it",
    },
    {
      given: { preset: "latency-api", when: "> 2s" },
      problem: "when: preset latency-api has the alarms p95 and p99, and one when cannot be that of both",
    },
    {
      given: { preset: "memory-90", absent: true },
      problem: "absent: preset memory-90 is a rule already, and absent is another",
    },
    {
      given: { preset: "memory-90", when: "< 10%" },
      problem: 'when: "< 10%" would alarm on a good value: lower is better for memory_utilization',
    },
    {
      given: { preset: "memory-90", signal: "latency_p95" },
      problem: 'preset: "> 90%" has the wrong unit: latency_p95 is in ms',
    },
    {
      given: { preset: "memory-90", expires: "2027-02-30" },
      problem: 'expires: "2027-02-30" is not a day of the calendar',
    },
    {
      given: { preset: "health-deploy", signal: "unhealthy_hosts" },
      problem: "preset: preset health-deploy looks every 10 s, and unhealthy_hosts has a value every 60 s",
    },
  ])("$given", ({ given, problem }) => {
    expect(problems(given)).toEqual([`spec.triggers.0.${problem}`]);
  });

  it("say which preset to take instead of one that looks too often", () => {
    const authored = anAuthoredBlueprint({ signals: { ...SIGNALS }, triggers: [{ preset: "health-deploy", signal: "unhealthy_hosts" }] });

    expect(compiled(authored).problems.map(({ fix }) => fix)).toEqual([
      "use preset health-critical, which takes such a signal, or a signal with a value every 10 s",
    ]);
  });

  it("name the preset where its signal is not measured", () => {
    const authored = anAuthoredBlueprint({ triggers: [{ preset: "infra-disk-80" }] });

    expect(compiled(authored, { target: { cluster: "c", namespace: "n" }, metricPreset: "none" }).problems).toContainEqual(
      expect.objectContaining({ path: ["spec", "triggers", 0, "preset"], stage: "arming" }),
    );
  });
});
