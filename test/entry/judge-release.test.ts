import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { dueAt } from "../../functions/domain/looks/look-times.ts";
import { anIncidentMeta, aRatioSignal, aRelease, aSignal, MOMENTS, secondsAfter } from "../support/builders/index.ts";
import { after, aLookScene, LATENCY_LOOKS, NEW_RELEASE, newRelease, steady } from "./support/look-scene.ts";

describe("judge-release", () => {
  it("starts the machine for a release that is two and a half times as slow, with the numbers in one sentence", async () => {
    const { lookAfter, starter, looks } = aLookScene();

    const result = await lookAfter(10);

    expect(result).toMatchObject({ outcome: "started", execution: starter.started[0]?.execution.name });
    expect(starter.started[0]).toMatchObject({
      incidentId: expect.stringMatching(/^inc-checkout-20261120T031205Z-/),
      trigger: {
        kind: "verification",
        source: "judge-release",
        service: "checkout",
        reason: expect.stringMatching(
          /^10 min after release ffee00112233 went live: latency_p95: at least half of 10 points since the release are 2\.\d\d times higher than expected \(it fails from 1\.\d\d times\); of \d+ pretended releases in its own history this rule fails 0?\.?\d.* %, and finds 100 % of regressions of 2x$/,
        ),
        look: {
          release: NEW_RELEASE,
          liveSince: MOMENTS.changeAt,
          minutes: 10,
          signal: "latency_p95",
          class: "performance",
          severity: "high",
        },
      },
    });
    expect(await looks.ofService("checkout")).toMatchObject([
      { verdict: "fail", minutes: 10, signals: [{ points: 10, expectedPoints: 10 }] },
    ]);
  });

  it("lets a release alone that is as the one before: inconclusive until the last look, which passes it", async () => {
    const { lookAfter, metrics, starter, looks } = aLookScene();
    metrics.setMetric("Latency", steady);

    for (const minutes of [5, 10, 25, 40, 60]) await lookAfter(minutes);

    expect(starter.calls).toBe(0);
    expect((await looks.ofService("checkout")).map(({ verdict }) => verdict)).toEqual([
      "inconclusive",
      "inconclusive",
      "inconclusive",
      "inconclusive",
      "pass",
    ]);
  });

  it("finds a drop where higher is better", async () => {
    const signals = [aSignal({ name: "latency_p95", better: "higher" })];
    const falling = aLookScene({ signals });
    falling.metrics.setMetric("Latency", after(1 / 3));
    const rising = aLookScene({ signals });

    expect(await falling.lookAfter(10)).toMatchObject({
      outcome: "started",
      look: { reason: expect.stringContaining("times lower than expected") },
    });
    expect(await rising.lookAfter(10)).toMatchObject({ outcome: "kept" });
  });

  it("calls no data and too short a history inconclusive, never bad and never well", async () => {
    const [silent, young] = [aLookScene(), aLookScene()];
    silent.metrics.setMetric("Latency", (at) => (at * 1000 < Date.parse(MOMENTS.changeAt) ? steady(at) : null));
    young.metrics.setMetric("Latency", (at) => (at * 1000 < Date.parse(MOMENTS.changeAt) - 24 * 3_600_000 ? null : after(3)(at)));

    for (const minutes of [10, 60]) {
      expect(await silent.lookAfter(minutes)).toMatchObject({
        outcome: "kept",
        look: { verdict: "inconclusive", reason: expect.stringContaining(`only 0 of ${minutes} points are there`) },
      });
      expect(await young.lookAfter(minutes)).toMatchObject({
        look: { verdict: "inconclusive", reason: expect.stringContaining("its history is shorter than 48 h") },
      });
    }
  });

  it("says of a signal that was never over 0 that this is why, and judges the others without it", async () => {
    const signals = [...LATENCY_LOOKS.signals, { signal: "error_rate", class: "health", severity: "critical" } as const];
    const { lookAfter, metrics } = aLookScene({ looks: { ...LATENCY_LOOKS, signals }, signals: [aSignal(), aRatioSignal()] });
    metrics.setMetric("Latency", steady).setMetric("RequestCount", 1_000);
    metrics.setMetric("ErrorCount", (at) => (at * 1000 < Date.parse(MOMENTS.changeAt) ? 0 : 80));

    expect(await lookAfter(60)).toMatchObject({
      look: {
        verdict: "inconclusive",
        reason: "error_rate: inconclusive, it was never over 0 in its history, which tells no usual level",
        signals: [
          { signal: "latency_p95", verdict: "pass" },
          { signal: "error_rate", verdict: "inconclusive" },
        ],
      },
    });
  });

  it("judges several signals in one budget, and lets the gravest that fails stand for the release", async () => {
    const looks = {
      ...LATENCY_LOOKS,
      signals: [...LATENCY_LOOKS.signals, { signal: "error_rate", class: "health", severity: "critical" }],
    } as const;
    const { lookAfter, metrics } = aLookScene({ looks: { ...looks, signals: [...looks.signals] }, signals: [aSignal(), aRatioSignal()] });
    metrics.setMetric("RequestCount", 1_000).setMetric("ErrorCount", after(8, 4));

    const result = await lookAfter(10);

    expect(result).toMatchObject({
      look: {
        gravest: { signal: "error_rate", class: "health", severity: "critical" },
        reason: expect.stringMatching(/went live: error_rate: .*; latency_p95 fails too$/),
        signals: [
          { signal: "latency_p95", verdict: "fail" },
          { signal: "error_rate", verdict: "fail" },
        ],
      },
    });
  });

  it("in mode observe starts nothing and records what it would have done, once", async () => {
    const { lookAfter, starter, wouldHaves } = aLookScene({ looks: { ...LATENCY_LOOKS, mode: "observe", modeReason: "one week first" } });

    expect(await lookAfter(10)).toMatchObject({ outcome: "recorded" });
    expect(await lookAfter(10)).toMatchObject({ outcome: "already-recorded" });

    expect(starter.calls).toBe(0);
    expect(await wouldHaves.list("checkout", 10)).toEqual([
      expect.objectContaining({
        trigger: "look:latency_p95",
        cause: "observe",
        because: "its mode is observe: one week first",
        strategy: "fast",
      }),
    ]);
  });
});

describe("a look happens once", () => {
  it("invoked twice, also at the same time, it starts one execution with the same bytes", async () => {
    const { lookAfter, starter, looks } = aLookScene();

    const results = await Promise.all([lookAfter(10), lookAfter(10), lookAfter(10)]);
    await lookAfter(10);

    expect(new Set(results.map((result) => JSON.stringify("look" in result ? result.look : null))).size).toBe(1);
    expect(starter.started).toHaveLength(1);
    expect(await looks.ofService("checkout")).toHaveLength(1);
  });

  it("that died after it was kept is carried out by the next try, whatever is measured or live by then", async () => {
    const scene = aLookScene();
    const dying = aLookScene(
      {},
      { ...scene, starter: { start: () => Promise.reject(new TransientUpstreamError("states:StartExecution failed")) } },
    );
    await expect(dying.lookAfter(10)).rejects.toThrow("StartExecution");
    scene.metrics.setMetric("Latency", steady);

    expect(await scene.lookAfter(10)).toMatchObject({ outcome: "started" });
  });

  it("after it failed, a later one judges nothing: one incident for a release", async () => {
    const { lookAfter, starter } = aLookScene();
    await lookAfter(10);

    expect(await lookAfter(25)).toMatchObject({
      outcome: "kept",
      look: { verdict: "not-judged", reason: `release ${NEW_RELEASE} has failed its look after 10 min` },
    });
    expect(starter.started).toHaveLength(1);
  });

  it.each([
    ["stood down", "stand-down", "started"],
    ["was denied by a person", "denied", "kept"],
    ["called somebody", "escalated", "kept"],
  ] as const)("that joined an alarm's incident which %s leaves it to a later one: %s, %s", async (_what, outcome, expected) => {
    const openedAt = secondsAfter(dueAt(aLookScene().request), 1);
    const joined = anIncidentMeta({ id: "inc-alarm", outcome, openedAt, closedAt: secondsAfter(openedAt, 60) });
    const { lookAfter, starter } = aLookScene({}, { store: { holder: async () => null, list: async () => [joined] } });
    await lookAfter(10);

    expect(await lookAfter(25)).toMatchObject({ outcome: expected });
    await Promise.all([lookAfter(25), lookAfter(10)]);

    const names = new Set(starter.started.map(({ execution }) => execution.name));
    expect(names.size).toBe(expected === "started" ? 2 : 1);
    expect(starter.started).toHaveLength(names.size);
  });

  it.each([
    [5, { outcome: "started" }],
    [6, { ignored: "the look after 10 min is due at 2026-11-20T03:24:05.000Z" }],
  ])("begun %i s before it is due, it is %o: two clocks never quite agree", async (early, result) => {
    const { request } = aLookScene();
    const clock = { now: () => new Date(Date.parse(dueAt(request)) - early * 1000) };

    expect(await aLookScene({}, { clock }).lookAfter(10)).toMatchObject(result);
  });

  it("is spent neither before its points are there nor where no blueprint asks for it", async () => {
    const scene = aLookScene();
    const early = aLookScene({}, { clock: { now: () => new Date(MOMENTS.changeAt) } });
    const without = aLookScene({ looks: undefined });

    expect(await early.lookAfter(10)).toEqual({ ignored: "the look after 10 min is due at 2026-11-20T03:24:05.000Z" });
    expect(await without.lookAfter(10)).toEqual({ ignored: "no blueprint with looks is deployed for checkout" });
    expect([...(await early.looks.ofService("checkout")), ...(await scene.looks.ofService("checkout"))]).toEqual([]);
  });
});

describe("a release is not judged", () => {
  it("while an incident of the service is handled; the look is kept with the reason", async () => {
    const { lookAfter, store, starter, clock } = aLookScene();
    await store.acquire("checkout", "rg-other", "inc-other", clock.now(), 24 * 3600);

    expect(await lookAfter(10)).toMatchObject({
      outcome: "kept",
      look: { verdict: "not-judged", reason: "incident inc-other is being handled" },
    });
    expect(starter.calls).toBe(0);
  });

  it.each([
    ["another release is live", [aRelease({ hash: "aa0011223344", lastSeenAt: "2026-11-20T05:00:00.000Z" })], "is not live any more"],
    ["it has been away since", [{ ...newRelease, liveSince: "2026-11-20T03:20:00.000Z" }], "another look is about that"],
    ["it is known to be bad", [{ ...newRelease, verdict: "bad" as const }], "is known to be bad"],
  ])("where %s", async (_why, releases, reason) => {
    const { lookAfter, ledger, starter } = aLookScene();
    ledger.seedReleases(...releases);

    expect(await lookAfter(10)).toMatchObject({ look: { verdict: "not-judged", reason: expect.stringContaining(reason) } });
    expect(starter.calls).toBe(0);
  });
});
