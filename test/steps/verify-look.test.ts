import { describe, expect, it } from "vitest";
import type { Check } from "../../functions/domain/blueprint.ts";
import { lookAt, probeAll, readingsOf, signalsOf } from "../../functions/steps/verify-step/look.ts";
import {
  ALARM_NAME,
  aBlueprint,
  aPlanStep,
  aProgress,
  aSignal,
  aTarget,
  aThresholdCheck,
  aVerification,
} from "../support/builders/index.ts";

const blueprint = aBlueprint();
const now = new Date("2026-11-20T03:14:00.000Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
const applied = aProgress({ outcome: "applied", appliedAt: ago(100) });
const restore = aPlanStep();
const watch = (phase?: "performance") =>
  aPlanStep({
    id: "watch",
    kind: "watch",
    action: { kind: "watch", seconds: 60 },
    target: null,
    ...(phase === undefined ? {} : { phase }),
  });
const look = (step: ReturnType<typeof aPlanStep>, stableSince: string | null, progress = applied) =>
  lookAt(step, { ...progress, stepId: step.id }, aVerification({ stepId: step.id, stableSince }), { blueprint, now });

describe("a look", () => {
  it("at a restored release asks the health checks since it is stable, and probes once it has settled", () => {
    expect(look(restore, null)).toEqual({ phase: "health", alarms: true, since: null, probes: false });
    expect(look(restore, ago(9))).toMatchObject({ since: new Date(ago(9)), probes: false });
    expect(look(restore, ago(10))).toMatchObject({ probes: true });
  });

  it("at a watched phase asks that phase, its alarms and its probes", () => {
    expect(look(watch("performance"), ago(40))).toEqual({ phase: "performance", alarms: true, since: new Date(ago(40)), probes: true });
  });

  it("at a watch without a phase asks the alarms alone", () => {
    expect(look(watch(), ago(40))).toEqual({ phase: null, alarms: true, since: null, probes: false });
  });

  it("at a step that was not applied asks nothing", () => {
    expect(look(restore, ago(40), aProgress({ outcome: "refused" }))).toEqual({ phase: null, alarms: false, since: null, probes: false });
  });
});

describe("what is read", () => {
  const performance = aThresholdCheck({ name: "slow", signal: "cpu_utilization", phase: "performance" });
  const more = { ...blueprint, verification: { ...blueprint.verification, checks: [...blueprint.verification.checks, performance] } };

  it("are the signals of the phase's checks, in a watch also those that may have breached", () => {
    expect([...signalsOf(more, "health", null)]).toEqual(["latency_p95", "error_rate"]);
    expect([...signalsOf(more, "performance", null)]).toEqual(["cpu_utilization", "latency_p95", "error_rate"]);
  });

  it("are with the health checks also what had breached, or a recovery could be proven by silence", () => {
    const unchecked = { ...blueprint, verification: { ...blueprint.verification, checks: [] } };

    expect([...signalsOf(unchecked, "health", ALARM_NAME)]).toEqual(["latency_p95"]);
    expect([...signalsOf(unchecked, "health", "somebody-elses-alarm")]).toEqual([]);
  });

  it("are also what failed a look, in every phase: no alarm may watch it", () => {
    const unchecked = { ...blueprint, triggers: [], verification: { ...blueprint.verification, checks: [] } };

    expect([...signalsOf(unchecked, "health", null, "cpu_utilization")]).toEqual(["cpu_utilization"]);
    expect([...signalsOf(unchecked, "performance", null, "cpu_utilization")]).toEqual(["cpu_utilization"]);
  });

  it("are closed periods since the release was stable, in a watch the last minute of them", () => {
    const begin = now.getTime() / 1000 - 300;
    const series = { startEpochSeconds: begin, periodSeconds: 10, values: Array.from({ length: 30 }, (_, index) => index) };
    const value = (phase: "health" | "performance", stableSeconds: number) =>
      readingsOf([{ signal: aSignal(), series }], new Date(ago(stableSeconds)), now, phase)[0]?.value;

    expect(value("health", 300)).toBe(14.5);
    expect(value("performance", 300)).toBe(26.5);
    expect(value("performance", 20)).toBe(28.5);
    expect(value("health", 5)).toBeNull();
  });

  it("of what has points only on events are 0 while there is none, as long as something else is measured", () => {
    const [errors, latency] = [aSignal({ name: "errors", unit: "count", publishes: "on-event" }), aSignal()];
    const series = (value: number | null) => ({
      startEpochSeconds: now.getTime() / 1000 - 300,
      periodSeconds: 10,
      values: Array(30).fill(value),
    });
    const value = (ofErrors: number | null, ofLatency: number | null, stableSeconds = 300) =>
      readingsOf(
        [
          { signal: errors, series: series(ofErrors) },
          { signal: latency, series: series(ofLatency) },
        ],
        new Date(ago(stableSeconds)),
        now,
        "health",
      )[0]?.value;

    expect(value(null, 120)).toBe(0);
    expect(value(null, null)).toBeNull();
    expect(value(null, 120, 5)).toBeNull();
    expect(value(7, 120)).toBe(7);
  });

  it("are with what has points only on events also what always has some", () => {
    const signals = [aSignal({ publishes: "on-event" }), aSignal({ name: "request_count", unit: "count" })];

    expect([...signalsOf({ ...blueprint, signals }, "health", ALARM_NAME)]).toContain("request_count");
  });

  it("are all probes of the phase at the same time", async () => {
    const probe = (name: string, phase?: "performance"): Check => ({
      ...{ type: "db_connection", name, host: "db", port: 5432, timeoutSeconds: 1, critical: true, rollbackTrigger: false },
      ...(phase === undefined ? {} : { phase }),
    });
    const asked = {
      ...more,
      verification: { ...more.verification, checks: [...more.verification.checks, probe("a"), probe("b"), probe("later", "performance")] },
    };
    let open = 0;
    let most = 0;
    const probes = {
      run: async () => {
        open += 1;
        most = Math.max(most, open);
        await Promise.resolve();
        open -= 1;
        return { kind: "answer", value: 1, milliseconds: 1 } as const;
      },
    };

    const found = await probeAll(probes, asked, "health", { target: aTarget(), templateHash: null, since: now, execution: "rg" });

    expect(found.map(({ check }) => check)).toEqual(["a", "b"]);
    expect(most).toBe(2);
  });
});
