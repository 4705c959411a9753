import { describe, expect, it } from "vitest";
import { evaluateChecks } from "../../functions/domain/checks.ts";
import type { SignalReading } from "../../functions/domain/rollback-document.ts";
import { verificationReport } from "../../functions/domain/verification-report.ts";
import {
  aBlueprint,
  aDiagnosis,
  anAssessment,
  anExactCheck,
  aThresholdCheck,
  aVerification,
  GOOD_HASH,
} from "../support/builders/index.ts";
import { restored } from "./support/verification-facts.ts";

/** The worked example of seed 000: p95 120 -> 280 -> 125 ms, errors 0.2 -> 1.2 -> 0.3 %, CPU 35 -> 65 -> 38 %. */
const SIGNALS: readonly SignalReading[] = [
  { signal: "latency_p95", unit: "ms", before: 120, during: 280 },
  { signal: "error_rate", unit: "%", before: 0.2, during: 1.2 },
  { signal: "cpu_utilization", unit: "%", before: 35, during: 65 },
];
const percent = (name: string, target: number, rollbackTrigger: boolean) =>
  aThresholdCheck({ name, signal: name, unit: "%", target, rollbackTrigger, critical: rollbackTrigger });
const checks = [
  anExactCheck(),
  anExactCheck({ name: "pods_ready" }),
  percent("cpu_utilization", 80, false),
  aThresholdCheck(),
  percent("error_rate", 1, true),
];
const blueprint = aBlueprint({ verification: { ...aBlueprint().verification, checks } });
const looked = (latency: number, errors: number, cpu: number) =>
  evaluateChecks({
    blueprint,
    workload: restored,
    expected: { templateHash: GOOD_HASH, replicas: 3 },
    readings: [
      { signal: "latency_p95", value: latency },
      { signal: "error_rate", value: errors },
      { signal: "cpu_utilization", value: cpu },
    ],
    incident: SIGNALS,
    alarms: [],
    alarmsHadTime: true,
  });
const assessment = anAssessment({ signals: [...SIGNALS], onsetAt: "2026-11-20T03:10:00.000Z", severity: "high" });
const report = (verification: Parameters<typeof aVerification>[0], diagnosis = aDiagnosis({ hypothesis: "too few replicas" })) =>
  verificationReport({ assessment, verification: aVerification(verification), diagnosis });

describe("the worked example of seed 000", () => {
  it("fails with what became worse, in its own figures", () => {
    expect(looked(280, 1.2, 65).map(({ check, verdict, degradation }) => [check, verdict, degradation])).toEqual([
      ["replica_count", "pass", null],
      ["pods_ready", "pass", null],
      ["cpu_utilization", "pass", null],
      ["latency_p95", "fail", "133% increase (120ms -> 280ms)"],
      ["error_rate", "fail", "500% increase (0.2% -> 1.2%)"],
    ]);
  });

  it("passes after the rollback with what became better", () => {
    expect(looked(125, 0.3, 38).map(({ verdict, improvement }) => [verdict, improvement])).toEqual([
      ["pass", null],
      ["pass", null],
      ["pass", "Restored from 65% to 38%"],
      ["pass", "Restored from 280ms to 125ms"],
      ["pass", "Restored from 1.2% to 0.3%"],
    ]);
  });

  it("is summed up with its cause, its impact and how long people felt it", () => {
    const recovered = {
      checks: looked(125, 0.3, 38),
      recovery: "recovered",
      recoveredAt: "2026-11-20T03:13:30.000Z",
      recoverySeconds: 210,
    } as const;

    expect(report(recovered)).toEqual({
      summary: { total: 5, passed: 5, failed: 0, inconclusive: 0 },
      failure: {
        cause: "too few replicas",
        impact: [
          "latency_p95: 133% increase (120ms -> 280ms)",
          "error_rate: 500% increase (0.2% -> 1.2%)",
          "cpu_utilization: 86% increase (35% -> 65%)",
        ],
        severity: "high",
        userImpact: "answers were slow or failed",
      },
      recovery: {
        restored: true,
        signals: [
          { signal: "latency_p95", unit: "ms", before: 120, during: 280, after: 125, recovered: true },
          { signal: "error_rate", unit: "%", before: 0.2, during: 1.2, after: 0.3, recovered: true },
          { signal: "cpu_utilization", unit: "%", before: 35, during: 65, after: 38, recovered: true },
        ],
        recoverySeconds: 210,
        userImpactSeconds: 210,
      },
    });
  });
});

describe("the report", () => {
  it("says no where the release did not help, and that people feel it still", () => {
    const failed = { checks: looked(280, 1.2, 65), recovery: "not-recovered", recoveredAt: null, recoverySeconds: null } as const;

    expect(report(failed)?.recovery).toMatchObject({
      restored: false,
      userImpactSeconds: null,
      signals: [{ recovered: false }, { recovered: false }, { recovered: true }],
    });
  });

  it("says neither where a phase could not be judged", () => {
    expect(report({ recovery: "recovered", unjudged: ["performance"] })?.recovery.restored).toBeNull();
  });

  it("says nothing of a signal that no check asked", () => {
    expect(report({ checks: [] })?.recovery.signals[0]).toMatchObject({ after: null, recovered: null });
  });

  it("takes the first reason where nobody has diagnosed a cause, and is none where nothing was verified", () => {
    const verification = aVerification();

    expect(verificationReport({ assessment, verification, diagnosis: null })?.failure.cause).toBe(assessment.reasons[0]);
    expect(verificationReport({ assessment, verification: null, diagnosis: null })).toBeNull();
    expect(verificationReport({ assessment: null, verification, diagnosis: null })).toBeNull();
  });
});
