import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Check } from "../../functions/domain/blueprint.ts";
import { type CheckFacts, evaluateChecks, verdictOf } from "../../functions/domain/checks.ts";
import type { ProbeReading } from "../../functions/domain/probe.ts";
import type { SignalReading } from "../../functions/domain/rollback-document.ts";
import { aBlueprint, aCheckResult, anExactCheck, aThresholdCheck, GOOD_HASH } from "../support/builders/index.ts";
import { restored } from "./support/verification-facts.ts";

const common = { name: "asked", critical: true, rollbackTrigger: false };
const throughput: SignalReading = { signal: "request_count", unit: "count", before: 90, baseline: 100, during: 20 };
const baseline: Check = { type: "baseline", ...common, signal: "request_count", operator: ">", percentOfBaseline: 90, unit: "count" };
const queue: Check = { type: "queue_length", ...common, signal: "backlog", maximum: 1000 };
const http: Check = { type: "http", ...common, url: "https://shop", status: 200, timeoutSeconds: 10, latencyMs: 500 };
const endpoints: Check = { type: "endpoints_ready", ...common, kubernetesService: "web", minimum: 2 };
const log: Check = { type: "log_errors", ...common, maximum: 3, tailLines: 200 };
const database: Check = { type: "db_connection", ...common, host: "db", port: 5432, timeoutSeconds: 10 };
const slack: Check = aThresholdCheck({ name: "asked", target: 2000, orAsBefore: true, rollbackTrigger: false });

function asked(
  check: Check,
  { value, reading, incident = [throughput] }: { value?: number | null; reading?: ProbeReading; incident?: readonly SignalReading[] },
) {
  const blueprint = aBlueprint();
  const facts: CheckFacts = {
    blueprint: { ...blueprint, verification: { ...blueprint.verification, checks: [check] } },
    workload: restored,
    expected: { templateHash: GOOD_HASH, replicas: 3 },
    readings: "signal" in check && value !== undefined ? [{ signal: check.signal, value }] : [],
    probes: reading === undefined ? [] : [{ check: check.name, reading }],
    incident,
    alarms: [],
    alarmsHadTime: true,
  };
  const [result] = evaluateChecks(facts, check.phase ?? "health");
  return result;
}
const answer = (value: number, milliseconds = 12): ProbeReading => ({ kind: "answer", value, milliseconds });
const failed: ProbeReading = { kind: "failed", reason: "shop broke the connection: ECONNREFUSED" };
const unreachable: ProbeReading = { kind: "unreachable", reason: "shop cannot be reached from the function: ENOTFOUND" };

describe("each type of check has its three verdicts:", () => {
  it.each<[string, Check, Parameters<typeof asked>[1], object]>([
    ["exact_match, as planned", anExactCheck(), {}, { verdict: "pass", actual: "3", expected: "3" }],
    ["threshold within", aThresholdCheck(), { value: 125 }, { verdict: "pass", expected: "< 200ms", actual: "125ms" }],
    ["threshold over", aThresholdCheck(), { value: 280 }, { verdict: "fail", actual: "280ms" }],
    ["threshold without data", aThresholdCheck(), { value: null }, { verdict: "inconclusive", actual: "no data" }],
    ["baseline reached", baseline, { value: 95 }, { verdict: "pass", expected: "> 90% of before the change", actual: "95% (95 of 100)" }],
    ["baseline missed", baseline, { value: 85 }, { verdict: "fail", degradation: "6% decrease (90 -> 85)" }],
    ["baseline without data", baseline, { value: null }, { verdict: "inconclusive" }],
    ["baseline without a before", baseline, { value: 95, incident: [{ ...throughput, baseline: null }] }, { verdict: "inconclusive" }],
    ["baseline of nothing", baseline, { value: 95, incident: [{ ...throughput, baseline: 0 }] }, { verdict: "inconclusive" }],
    ["queue within", queue, { value: 1000 }, { verdict: "pass", expected: "<= 1000 waiting" }],
    ["queue over", queue, { value: 1001 }, { verdict: "fail", actual: "1001" }],
    ["queue without data", queue, { value: null }, { verdict: "inconclusive" }],
    [
      "http as expected",
      http,
      { reading: answer(200) },
      { verdict: "pass", expected: "HTTP 200 within 500ms", actual: "HTTP 200 in 12ms" },
    ],
    ["http with another status", http, { reading: answer(503) }, { verdict: "fail" }],
    ["http too slow", http, { reading: answer(200, 501) }, { verdict: "fail" }],
    ["http refused", http, { reading: failed }, { verdict: "fail", actual: failed.kind === "failed" ? failed.reason : "" }],
    ["http out of reach", http, { reading: unreachable }, { verdict: "inconclusive" }],
    ["endpoints ready", endpoints, { reading: answer(2) }, { verdict: "pass", actual: "2 ready" }],
    ["too few endpoints", endpoints, { reading: answer(1) }, { verdict: "fail", expected: ">= 2 ready behind web" }],
    ["endpoints not read", endpoints, {}, { verdict: "inconclusive", actual: "not asked" }],
    ["log quiet", log, { reading: answer(3) }, { verdict: "pass" }],
    ["log with errors", log, { reading: answer(4) }, { verdict: "fail", actual: "4 error lines" }],
    ["log not read", log, { reading: unreachable }, { verdict: "inconclusive" }],
    ["database listens", database, { reading: answer(1) }, { verdict: "pass", expected: "db:5432 accepts a connection" }],
    ["database refuses", database, { reading: failed }, { verdict: "fail" }],
    ["database out of reach", database, { reading: unreachable }, { verdict: "inconclusive" }],
  ])("%s", (_name, check, given, expected) => {
    expect(asked(check, given)).toMatchObject(expected);
  });
});

describe("a limit that the service did not choose", () => {
  const before = (baseline: number): readonly SignalReading[] => [
    { signal: "latency_p95", unit: "ms", before: baseline, baseline, during: 6000 },
  ];

  it("lets a service pass that is no worse than before the change, and says so", () => {
    expect(asked(slack, { value: 2500, incident: before(2400) })).toMatchObject({
      verdict: "pass",
      actual: "2500ms, as before the change (2400ms)",
    });
  });

  it("fails one that is", () => {
    expect(asked(slack, { value: 2700, incident: before(2400) })).toMatchObject({ verdict: "fail" });
    expect(asked(slack, { value: 2500, incident: [] })).toMatchObject({ verdict: "fail" });
  });
});

it("a phase asks its own checks and no others; a script has a step of its own", () => {
  const script: Check = { type: "script", ...common, job: "smoke", timeoutSeconds: 60 };

  expect(asked({ ...queue, phase: "business" }, { value: 5 })).toMatchObject({ check: "asked" });
  expect(asked(script, {})).toBeUndefined();
});

describe("laws", () => {
  const types = fc.constantFrom<Check>(baseline, queue, http, endpoints, log, database, aThresholdCheck(), slack);

  it("no data never gives pass nor fail", () => {
    fc.assert(
      fc.property(types, fc.constantFrom(undefined, unreachable), (check, reading) => {
        expect(asked(check, { value: null, ...(reading === undefined ? {} : { reading }) })?.verdict).toBe("inconclusive");
      }),
    );
  });

  it("one more failing check that decides never makes the verdict better", () => {
    const rank = { pass: 0, inconclusive: 1, fail: 2 };
    const verdict = fc.constantFrom("pass" as const, "fail" as const, "inconclusive" as const);
    const result = fc.record({ verdict, critical: fc.boolean(), rollbackTrigger: fc.boolean() }).map((some) => aCheckResult(some));
    fc.assert(
      fc.property(fc.array(result), fc.boolean(), (results, policy) => {
        const worse = verdictOf([...results, aCheckResult({ verdict: "fail", rollbackTrigger: true })], policy);
        expect(rank[worse]).toBeGreaterThanOrEqual(rank[verdictOf(results, policy)]);
        expect(worse).toBe("fail");
      }),
    );
  });
});
