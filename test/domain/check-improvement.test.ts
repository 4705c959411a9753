import { describe, expect, it } from "vitest";
import { improvementChecks } from "../../functions/domain/check-improvement.ts";
import { ALARM_NAME, aBlueprint, anAssessment, aRatioSignal, aSignal, aTrigger } from "../support/builders/index.ts";

const requests = aSignal({ name: "request_count", unit: "count", better: "higher" });
const blueprint = aBlueprint({
  signals: [aSignal(), aRatioSignal(), requests],
  triggers: [
    aTrigger(),
    aTrigger({ name: "errors", alarmName: "errors", signal: "error_rate" }),
    aTrigger({ name: "traffic", alarmName: "traffic", signal: "request_count" }),
  ],
});
const assessment = (red: readonly string[], during: { latency?: number | null; errors?: number; requests?: number } = {}) =>
  anAssessment({
    alarms: red.map((alarmName) => ({ alarmName, trigger: alarmName, state: "ALARM" as const })),
    signals: [
      { signal: "latency_p95", unit: "ms", before: 120, baseline: 120, during: during.latency === undefined ? 1000 : during.latency },
      { signal: "error_rate", unit: "%", before: 0.2, baseline: 0.2, during: during.errors ?? 10 },
      { signal: "request_count", unit: "count", before: 100, baseline: 100, during: during.requests ?? 20 },
    ],
  });
const read = (latency: number | null, errors: number | null = 0.2, count: number | null = 100) => [
  { signal: "latency_p95", value: latency },
  { signal: "error_rate", value: errors },
  { signal: "request_count", value: count },
];
const verdicts = (phase: "performance" | "business", red: readonly string[], readings: ReturnType<typeof read>, of = assessment(red)) =>
  improvementChecks(phase, { blueprint, assessment: of, firedAlarm: null, readings }).map(({ check, verdict }) => [check, verdict]);

describe("what had breached has to become better (seed 003):", () => {
  it.each<[string, ReturnType<typeof read>, string[], string[]]>([
    ["response time by more than 20 %", read(799), [ALARM_NAME], ["improvement latency_p95", "pass"]],
    ["not by 20 %", read(800), [ALARM_NAME], ["improvement latency_p95", "fail"]],
    ["errors by more than 50 %", read(120, 4.9), ["errors"], ["improvement error_rate", "pass"]],
    ["not by 50 %", read(120, 5), ["errors"], ["improvement error_rate", "fail"]],
    ["throughput back over 90 %", read(120, 0.2, 91), ["traffic"], ["improvement request_count", "pass"]],
    ["not under 90 %", read(120, 0.2, 89), ["traffic"], ["improvement request_count", "fail"]],
    ["without data nobody can tell", read(null), [ALARM_NAME], ["improvement latency_p95", "inconclusive"]],
  ])("%s", (_name, readings, red, expected) => {
    expect(verdicts("performance", red, readings)).toEqual([expected]);
  });
});

it("what had not breached is not asked, whatever it is like", () => {
  expect(verdicts("performance", [], read(9999, 99, 0))).toEqual([]);
});

it("the business phase asks errors alone once more", () => {
  expect(verdicts("business", [ALARM_NAME, "errors", "traffic"], read(9999, 4.9, 0))).toEqual([["improvement error_rate", "pass"]]);
});

it("the alarm that started the incident counts, also if it was green when it was assessed", () => {
  const facts = { blueprint, assessment: assessment([]), firedAlarm: ALARM_NAME, readings: read(120) };

  expect(improvementChecks("performance", facts)).toMatchObject([{ check: "improvement latency_p95", verdict: "pass", critical: true }]);
});

it("what failed a look has to become better too, although no alarm was red", () => {
  const facts = { blueprint, assessment: assessment([]), firedAlarm: null, lookedSignal: "latency_p95", readings: read(900) };

  expect(improvementChecks("performance", facts)).toMatchObject([{ check: "improvement latency_p95", verdict: "fail", critical: true }]);
});

it("what is as before the change has improved, however little it had moved", () => {
  expect(verdicts("performance", [ALARM_NAME], read(125), assessment([ALARM_NAME], { latency: 130 }))).toEqual([
    ["improvement latency_p95", "pass"],
  ]);
});

it("a signal without a value in the incident is shown, and decides nothing", () => {
  const facts = { blueprint, assessment: assessment([ALARM_NAME], { latency: null }), firedAlarm: null, readings: read(120) };

  expect(improvementChecks("performance", facts)).toMatchObject([{ verdict: "inconclusive", critical: false, rollbackTrigger: false }]);
});
