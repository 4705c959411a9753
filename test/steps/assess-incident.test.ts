import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { triggerOfLook } from "../../functions/domain/looks/look-outcome.ts";
import type { Assessment } from "../../functions/domain/rollback-document.ts";
import { assessIncident } from "../../functions/steps/assess-incident/step.ts";
import { openIncident } from "../../functions/steps/open-incident/step.ts";
import { aBaselineItem } from "../support/builders/baseline.ts";
import {
  ALARM_NAME,
  aBlueprint,
  aRatioSignal,
  aRollbackInput,
  aRollbackTrigger,
  aSignal,
  aTrigger,
  MOMENTS,
  secondsAfter,
} from "../support/builders/index.ts";
import { aLook } from "../support/builders/look.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

/** `checkout` of the latency regression, assessed once. */
async function assessed(
  change: (scene: ReturnType<typeof aScene>) => void,
  trigger = aRollbackTrigger(),
  options: SceneOptions = {},
): Promise<Assessment & { readonly points: Readonly<Record<string, number>> }> {
  const scene = aScene(options);
  const input = aRollbackInput({ trigger });
  change(scene);
  const opening = await openIncident(scene.ports)(input, { logger: silentLogger });
  scene.clock.set(MOMENTS.assessedAt);
  const result = await assessIncident(scene.ports)({ ...input, opening }, { logger: silentLogger });
  const incident = await scene.store.read(input.incidentId);
  const points = Object.fromEntries((incident?.series ?? []).map(({ signal, periodSeconds }) => [signal, periodSeconds]));
  return { ...result, points };
}

const seconds = (iso: string) => Date.parse(iso) / 1000;

describe("the baseline of a reading", () => {
  const signal = aBlueprint().signals[0] ?? aSignal();
  const stored = aBaselineItem({ signal: signal.name, source: signal.source, periodSeconds: 10, median: 118, to: MOMENTS.changeAt });

  it("is the stored one where there is one", async () => {
    const { signals, change } = await assessed((scene) => scene.ports.baselines.seed(stored));

    expect(change).not.toBeNull();
    expect(signals.find((reading) => reading.signal === signal.name)).toMatchObject({
      baseline: 118,
      baselineFrom: { release: stored.release },
    });
  });

  it("is read from the metric where the stored ones are away, and the assessment is the same", async () => {
    const away = await assessed((scene) => {
      scene.ports.baselines.ofService = async () => {
        throw new TransientUpstreamError("dynamodb:Query was throttled");
      };
    });

    expect(away).toEqual(await assessed(() => undefined));
    expect(away.signals.find((reading) => reading.signal === signal.name)).toMatchObject({ baseline: expect.any(Number) });
  });
});

describe("before a release that failed a look", () => {
  it("is the whole hour before it, however long ago that is", async () => {
    const hourBegan = secondsAfter(MOMENTS.changeAt, -3600);
    const trigger = triggerOfLook(aLook()) ?? aRollbackTrigger();
    const change = ({ metrics }: ReturnType<typeof aScene>) =>
      metrics.setMetric("Latency", (at) => (at < seconds(hourBegan) + 30 ? 120 : null));

    const before = ({ signals }: Assessment) => signals.find(({ signal }) => signal === "latency_p95")?.before;

    expect(before(await assessed(change, trigger))).toBe(120);
    expect(before(await assessed(change))).toBeNull();
  });
});

describe("the onset", () => {
  it("is the first bad point of the signal", async () => {
    expect((await assessed(() => undefined)).onsetAt).toBe(MOMENTS.onsetAt);
  });

  it("by a tuned threshold is where the points went over what the alarm says, where the event says nothing", async () => {
    const form = { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null } as const;
    const triggers = [aTrigger({ rule: null, form }), ...aBlueprint().triggers.slice(1)];
    const onsetAt = "2026-11-20T03:12:10.000Z"; // earlier than the alarm's periods tell
    const result = await assessed(
      (scene) => {
        scene.metrics.setMetric("Latency", (point) => (point >= seconds(onsetAt) ? 300 : 120));
        scene.metrics.setAlarm({ alarmName: ALARM_NAME, state: "ALARM", since: MOMENTS.alarmAt, threshold: 240 });
      },
      aRollbackTrigger({ threshold: null, datapoints: [] }),
      { blueprint: aBlueprint({ triggers }) },
    );

    expect(result).toMatchObject({ decision: "roll-back", onsetAt });
  });

  it("lies before the alarm although the whole hour that was read is bad: a deploy in between is not the cause", async () => {
    const trigger = aRollbackTrigger({ source: "reconciler", at: "2026-11-20T00:30:00.000Z", datapoints: [] });
    const result = await assessed((scene) => scene.metrics.setMetric("Latency", 480), trigger);

    expect(result).toMatchObject({ decision: "escalate", onsetAt: "2026-11-20T00:29:40.000Z", change: null });
  });

  it("is not later than the alarm, although missing points cut the run in two", async () => {
    const broken = (at: number) => (at >= seconds("2026-11-20T03:12:00.000Z") && at < seconds(MOMENTS.onsetAt) ? null : 480);
    const trigger = aRollbackTrigger({ at: "2026-11-20T03:11:40.000Z", datapoints: [] });
    const result = await assessed((scene) => scene.metrics.setMetric("Latency", broken), trigger);

    expect(result).toMatchObject({ decision: "escalate", onsetAt: "2026-11-20T03:11:20.000Z", change: null });
  });

  it("is the first bad one of the alarm's own points where the signal has none", async () => {
    const none = (scene: ReturnType<typeof aScene>) => scene.metrics.setMetric("Latency", () => null);

    expect((await assessed(none)).onsetAt).toBe(MOMENTS.onsetAt);
  });

  it("is that of the transition which started the run, although the alarm is OK again while another is red", async () => {
    const result = await assessed(
      (scene) => {
        scene.metrics.setMetric("Latency", () => null).setAlarm({ alarmName: ALARM_NAME, state: "OK", since: MOMENTS.openedAt });
        scene.metrics.setAlarm({ alarmName: "rollguard-checkout-error-rate", state: "ALARM", since: MOMENTS.alarmAt });
      },
      aRollbackTrigger({ datapoints: [] }),
    );

    expect(result).toMatchObject({ decision: "roll-back", onsetAt: MOMENTS.onsetAt });
  });
});

describe("signals", () => {
  it("are read in the period in which their alarm judges them, not second by second", async () => {
    const blueprint = aBlueprint({ signals: [aSignal({ resolutionSeconds: 1 }), aRatioSignal({ resolutionSeconds: 1 })] });
    const result = await assessed((scene) => scene.metrics.setMetric("RequestCount", 100).setMetric("ErrorCount", 1), aRollbackTrigger(), {
      blueprint,
    });

    expect(result.points).toEqual({ latency_p95: 10, error_rate: 10 });
    expect(result.signals).toContainEqual(expect.objectContaining({ signal: "error_rate", during: 1 }));
  });

  it("that fell silent with the onset have no value during the incident, rather than one from before", async () => {
    const silent = (at: number) => (at < seconds(MOMENTS.onsetAt) ? 2 : null);
    const result = await assessed((scene) => scene.metrics.setMetric("RequestCount", (at) => (silent(at) === null ? null : 1000)));

    expect(result.signals).toContainEqual({ signal: "error_rate", unit: "%", before: expect.closeTo(0.2), baseline: 0.2, during: null });
    expect(result.signals).toContainEqual({ signal: "latency_p95", unit: "ms", before: 120, baseline: 120, during: 480 });
  });

  it("of two alarms are read as the one that fired does, and those without an alarm at their own resolution", async () => {
    const triggers = [aTrigger({ name: "slow-burn", alarmName: "rollguard-checkout-slow-burn", periodSeconds: 60 }), aTrigger()];
    const blueprint = aBlueprint({ triggers: [...triggers].reverse() });

    expect((await assessed(() => undefined, aRollbackTrigger(), { blueprint })).points).toEqual({ latency_p95: 10, error_rate: 1 });
  });
});
