import { describe, expect, it } from "vitest";
import { evaluateChecks } from "../../functions/domain/checks.ts";
import type { Signal } from "../../functions/domain/signal.ts";
import { verify } from "../../functions/domain/verify.ts";
import { ALARM_NAME, aBlueprint, anExactCheck, GOOD_HASH } from "../support/builders/index.ts";
import { at, facts, good, restored } from "./support/verification-facts.ts";

const whole = aBlueprint();
/** Its health checks count pods alone. */
const blueprint = aBlueprint({
  verification: { ...whole.verification, checks: [anExactCheck(), anExactCheck({ name: "pods_ready" })] },
});

const onEvents = (signal: Signal) => ({ ...signal, publishes: "on-event" as const });
const spoke = { signal: "latency_p95", unit: "ms" as const, before: 120, during: 480 };

describe("a restored release of which nothing is measured", () => {
  it("is not proven by an alarm that went to OK for want of data", () => {
    const silent = { blueprint, readings: [{ signal: "latency_p95", value: null }] };

    expect(verify(facts(silent))).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
    const late = verify(facts({ ...silent, now: at(700) }));
    expect(late).toMatchObject({ verdict: "inconclusive", recovery: "not-recovered" });
    expect(late.reason).toContain("data of latency_p95 inconclusive: expected a value since the service is stable, is no data");
  });

  it("is not proven either where the threshold was tuned: such an alarm is ours", () => {
    const form = { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null } as const;
    const tuned = { ...blueprint, triggers: whole.triggers.map((trigger) => ({ ...trigger, rule: null, form })) };

    expect(verify(facts({ blueprint: tuned, readings: [{ signal: "latency_p95", value: null }] })).verdict).toBe("inconclusive");
    expect(verify(facts({ blueprint: tuned, readings: good })).verdict).toBe("pass");
  });

  it("is proven once what had breached has a value", () => {
    expect(verify(facts({ blueprint, readings: good }))).toMatchObject({ verdict: "pass", recovery: "recovered" });
  });

  const theirs = { kind: "alarm" as const, alarmName: ALARM_NAME };
  it.each([
    ["the alarm that fired is only listened to", { signals: whole.signals.map((signal) => ({ ...signal, source: theirs })) }, {}],
    ["a person asked for the rollback", {}, { firedAlarm: null }],
    ["all traffic is at the maintenance page", {}, { maintained: true }],
    ["it has points only on events, and nothing else is measured", { signals: whole.signals.map(onEvents) }, {}],
    ["it was silent before the change too", {}, { incident: [{ ...spoke, before: null }] }],
  ])("is not held up where %s", (_name, some, others) => {
    const results = evaluateChecks({
      blueprint: { ...blueprint, ...some },
      workload: restored,
      expected: { templateHash: GOOD_HASH, replicas: 3 },
      readings: [],
      incident: [spoke],
      alarms: [],
      alarmsHadTime: true,
      firedAlarm: ALARM_NAME,
      ...others,
    });

    expect(results.map(({ check, verdict }) => [check, verdict])).toEqual([
      ["replica_count", "pass"],
      ["pods_ready", "pass"],
    ]);
  });

  it.each<[string, typeof spoke | ({ readonly unit: "count" } & Omit<typeof spoke, "unit">), string[]]>([
    ["it counts what never stops, such as requests", { ...spoke, unit: "count" as const }, []],
    ["it has points only on events, and what always has some went silent with it", { ...spoke, before: 0 }, ["latency_p95"]],
  ])("is held up where %s", (_name, reading, quiet) => {
    const signals = whole.signals.map((signal) => (quiet.includes(signal.name) ? onEvents(signal) : signal));
    const results = evaluateChecks({
      ...{ blueprint: { ...blueprint, signals }, workload: restored, expected: { templateHash: GOOD_HASH, replicas: 3 } },
      ...{ readings: [], alarms: [], alarmsHadTime: true, firedAlarm: ALARM_NAME },
      incident: [reading, { signal: "error_rate", unit: "%" as const, before: 0.2, during: 3 }],
    });

    expect(results.at(-1)).toMatchObject({ check: "data of latency_p95", verdict: "inconclusive", rollbackTrigger: true });
  });
});
