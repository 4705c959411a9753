import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import type { IncidentMeta } from "../../functions/domain/incident.ts";
import { TREND_PAUSE_SECONDS } from "../../functions/domain/judged-anew.ts";
import { secondsAfter } from "../../functions/domain/time.ts";
import { reconcileAlarms } from "../../functions/entry/reconcile-alarms/reconcile-alarms.ts";
import { aBlueprint, aReleaseObservation, aSignal, aTrigger, BAD_HASH, GOOD_HASH } from "../support/builders/index.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const RED_SINCE = "2026-11-20T09:00:00.000Z";
const DEPLOYED_AT = "2026-11-20T12:00:00.000Z";
const ALARM = "rollguard-checkout-latency-p95";
const armed: Partial<Trigger> = { armed: { afterChangeMinutes: 60 }, periodSeconds: 60, datapointsToAlarm: 2 };
const trend: Partial<Trigger> = {
  ...{ signal: "memory", periodSeconds: 60, rule: { operator: ">=", threshold: 60 } },
  form: { type: "trend", limit: 90, withinSeconds: 3600 },
};

/** An alarm of `checkout` that is red since 09:00; v1 has been live since 06:00. */
function scene(trigger: Partial<Trigger>) {
  const [starter, metrics, clock] = [new FakeStarter(), new FakeMetricSource(), fixedClock(RED_SINCE)];
  const v1 = aReleaseObservation({ templateHash: GOOD_HASH, liveSince: "2026-11-20T06:00:00.000Z", lastSeenAt: RED_SINCE, scales: [] });
  const ledger = new InMemoryReleaseLedger().seed(v1);
  const outcomes = new Map<string, Pick<IncidentMeta, "outcome" | "closedAt">>();
  const incidents = { readMeta: async (incidentId: string) => (outcomes.get(incidentId) as IncidentMeta | undefined) ?? null };
  const signals = [aSignal(), aSignal({ name: "memory", unit: "%" })];
  const ports = {
    ...{ starter, metrics, clock, ledger, incidents, sha256: sha256Hex, wouldHaves: new InMemoryWouldHaves() },
    ...{ muteRules: { isMuted: async () => false }, blueprints: registryOf(aBlueprint({ triggers: [aTrigger(trigger)], signals })) },
  };
  metrics.setAlarm({ alarmName: ALARM, state: "ALARM", since: RED_SINCE, datapoints: [{ at: RED_SINCE, value: 61 }] });
  return {
    ...{ starter, metrics, clock, outcomes },
    /** A pass of the reconciler; answers how many executions there are. */
    async pass(at: string) {
      clock.set(at);
      const live = (await ledger.observations("checkout"))[0];
      if (live !== undefined) ledger.seed({ ...live, lastSeenAt: at });
      await reconcileAlarms(ports)({}, { logger: silentLogger });
      return starter.started.length;
    },
    deploy: (templateHash = BAD_HASH, liveSince = DEPLOYED_AT) =>
      ledger.seed(aReleaseObservation({ templateHash, liveSince, lastSeenAt: liveSince, verdict: "candidate", scales: [] })),
    /** The newest incident ends. */
    end(outcome: IncidentMeta["outcome"], closedAt: string) {
      const { incidentId = "" } = starter.started.at(-1) ?? {};
      outcomes.set(incidentId, { outcome, closedAt });
    },
    /** Memory at 65 %, and so much more each minute. */
    climb: (perMinute: number) => metrics.setMetric("Latency", (second) => 65 + (perMinute * (second - Date.parse(RED_SINCE) / 1000)) / 60),
  };
}

describe("an armed alarm that turned red when it could not act", () => {
  it("is judged once for each release that goes live since, as soon as that can have turned it red", async () => {
    const { pass, deploy, starter } = scene(armed);

    expect(await pass("2026-11-20T11:58:00.000Z")).toBe(0);
    deploy();
    expect(await pass("2026-11-20T12:02:00.000Z")).toBe(0);
    for (const minute of ["04", "06", "08", "40"]) expect(await pass(`2026-11-20T12:${minute}:00.000Z`)).toBe(1);
    deploy("v3", "2026-11-20T12:45:00.000Z");
    for (const minute of ["48", "50"]) expect(await pass(`2026-11-20T12:${minute}:00.000Z`)).toBe(2);

    expect(starter.started.map(({ trigger }) => [trigger.at, trigger.alarmName])).toEqual([
      ["2026-11-20T12:02:00.000Z", ALARM],
      ["2026-11-20T12:47:00.000Z", ALARM],
    ]);
    expect(new Set(starter.started.map(({ execution }) => execution.name)).size).toBe(2);
    expect(starter.started[0]?.trigger.reason).toContain(`in ALARM since ${RED_SINCE}, judged anew`);
  });

  it.each([
    ["observe", { mode: "observe" } as const],
    ["silence", { rule: null, form: { type: "absence" } } as const],
    ["no time of its own", { armed: undefined }],
  ])("and is one of %s is not", async (_what, more) => {
    const { pass, deploy, starter } = scene({ ...armed, ...more });

    const before = await pass("2026-11-20T11:58:00.000Z");
    deploy();

    expect(await pass("2026-11-20T12:10:00.000Z")).toBe(before);
    expect(starter.started.every(({ trigger }) => trigger.at === RED_SINCE)).toBe(true);
  });

  it("and was handled for one release stays handled for the one that came back", async () => {
    const { pass, deploy, end } = scene(armed);
    await pass("2026-11-20T11:58:00.000Z");
    deploy();
    await pass("2026-11-20T12:04:00.000Z");
    end("not-recovered", "2026-11-20T12:10:00.000Z");
    deploy("v0", "2026-11-20T12:06:00.000Z");

    expect(await pass("2026-11-20T12:20:00.000Z")).toBe(1);
  });
});

describe("a trend that was not confirmed when its alarm turned red", () => {
  it("is judged anew when it is confirmed, and not while it is not", async () => {
    const { pass, climb, end, starter } = scene(trend);
    climb(0);
    expect(await pass("2026-11-20T09:02:00.000Z")).toBe(1);
    end("stand-down", "2026-11-20T09:03:00.000Z");
    for (const hour of ["09:30", "10:00", "11:00"]) expect(await pass(`2026-11-20T${hour}:00.000Z`)).toBe(1);
    climb(0.13);

    for (const minute of ["40", "42", "44"]) expect(await pass(`2026-11-20T11:${minute}:00.000Z`)).toBe(2);

    expect(starter.started[1]?.trigger).toMatchObject({ at: "2026-11-20T11:40:00.000Z", datapoints: [], source: "reconciler" });
  });

  it("is assessed at most once in a quarter of an hour, and never again after an incident that came to something", async () => {
    const { pass, climb, end, starter } = scene(trend);
    climb(0.13);
    await pass("2026-11-20T09:02:00.000Z");
    end("stand-down", "2026-11-20T09:03:00.000Z");
    const first = "2026-11-20T11:40:00.000Z";
    await pass(first);
    end("stand-down", first);

    expect(await pass(secondsAfter(first, TREND_PAUSE_SECONDS - 1))).toBe(2);
    expect(await pass(secondsAfter(first, TREND_PAUSE_SECONDS))).toBe(3);
    end("escalated", secondsAfter(first, TREND_PAUSE_SECONDS + 60));
    for (const hours of [1, 2, 5]) expect(await pass(secondsAfter(first, 3600 * hours))).toBe(3);

    expect(new Set(starter.started.map(({ execution }) => execution.name)).size).toBe(3);
  });

  it.each(["recovered", "escalated", "error", null] as const)("is left alone where its incident ended as %s", async (outcome) => {
    const { pass, climb, end } = scene(trend);
    climb(0.13);
    await pass("2026-11-20T09:02:00.000Z");
    end(outcome, "2026-11-20T09:10:00.000Z");

    expect(await pass("2026-11-20T11:40:00.000Z")).toBe(1);
  });

  it("is left alone where its alarm joined another incident", async () => {
    const { pass, climb } = scene(trend);
    climb(0.13);
    await pass("2026-11-20T09:02:00.000Z");

    expect(await pass("2026-11-20T11:40:00.000Z")).toBe(1);
  });
});
