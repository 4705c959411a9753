import { describe, expect, it } from "vitest";
import { InvalidInputError, PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { tuneAlarms } from "../../functions/entry/tune-alarms/tune-alarms.ts";
import { aMetricRef, aSignal, aTrigger } from "../support/builders/blueprint.ts";
import { aBaselineForm, aTunableAlarm, aTunableRatioAlarm, aTunedWatch } from "../support/builders/tuning.ts";
import { recordingLogger, silentLogger } from "../support/fakes/silent-logger.ts";
import { GOOD, NEXT, NOW, tuningScene } from "./support/tuning-scene.ts";

const NAME = "rollguard-checkout-latency-p95";
const pass = (scene: ReturnType<typeof tuningScene>, logger = silentLogger) => tuneAlarms(scene.ports)({}, { logger });
const none = { applied: 0, unchanged: 0, waiting: 0, leftOut: 0, superseded: 0, failed: 0 };

describe("a pass over the tuned alarms", () => {
  it("makes an alarm from the hour before the change, and never from what came after it", async () => {
    const scene = tuningScene();

    expect(await pass(scene)).toEqual({ ...none, applied: 1 });

    expect(scene.editor.alarms.get(NAME)).toMatchObject({ threshold: 240, evaluationPeriods: 3, datapointsToAlarm: 2 });
    const [record] = await scene.tunings.ofService("checkout");
    expect(record).toMatchObject({ threshold: 240, baseline: { value: 120, points: 60 }, appliedAt: NOW, revision: 1 });
  });

  it("does nothing the second time", async () => {
    const scene = tuningScene();
    await pass(scene);

    expect(await pass(scene)).toEqual({ ...none, unchanged: 1 });
    expect(scene.editor.puts).toHaveLength(1);
  });

  it("tunes anew when the release was marked good, from its own last hour", async () => {
    const scene = tuningScene();
    await pass(scene);
    scene.clock.set("2026-11-20T05:00:00.000Z");
    scene.ledger.releases = [{ ...NEXT, verdict: "good", lastSeenAt: "2026-11-20T05:00:00.000Z" }, GOOD];

    expect(await pass(scene)).toEqual({ ...none, applied: 1 });
    expect(scene.editor.alarms.get(NAME)?.threshold).toBe(1800);
  });

  it("makes no alarm without a baseline, and leaves an older one with its threshold", async () => {
    const [fresh, older] = [tuningScene(), tuningScene()];
    fresh.metrics.setMetric("Latency", () => null);
    await pass(older);
    older.metrics.setMetric("Latency", () => null);
    older.ledger.releases = [{ ...NEXT, verdict: "good" }, GOOD];
    const logger = recordingLogger();

    expect(await pass(fresh)).toEqual({ ...none, waiting: 1 });
    expect(await pass(older, logger)).toEqual({ ...none, unchanged: 1 });

    expect(fresh.editor.puts).toEqual([]);
    expect(older.editor.alarms.get(NAME)?.threshold).toBe(240);
    expect(logger.lines.map(({ message }) => message)).toEqual([
      `an alarm was not tuned: the last hour of the good release next: too few points; the threshold of ${NOW} stays`,
    ]);
  });

  it("counts minutes without an event as 0: an hour with no error or few has an alarm at the floor", async () => {
    const form = aBaselineForm({ floor: 10 });
    const signal = aSignal({ unit: "count", publishes: "on-event" });
    const scenes = [(): number | null => null, (second: number) => (second % 240 === 0 ? 500 : null)].map((latency) => {
      const scene = tuningScene([aTunableAlarm({ form, signal })]);
      scene.metrics.setMetric("Latency", latency);
      return scene;
    });

    for (const scene of scenes) expect(await pass(scene)).toEqual({ ...none, applied: 1 });

    expect(scenes.map(({ editor }) => editor.alarms.get(NAME)?.threshold)).toEqual([10, 10]);
  });

  it("does not touch somebody else's alarm of that name, and fails so that people hear of it", async () => {
    const [scene, model] = [tuningScene(), tuningScene()];
    await pass(model);
    const [ours] = model.editor.puts;
    if (ours === undefined) throw new Error("the alarm was not put");
    const theirs = { ...ours, threshold: 9, description: "of another team", alarmActions: ["arn:aws:sns:us-east-1:000000000000:pager"] };
    scene.editor.alarms.set(NAME, theirs);

    await expect(pass(scene)).rejects.toThrow(InvalidInputError);

    expect(scene.editor.alarms.get(NAME)).toEqual(theirs);
    expect(await scene.tunings.ofService("checkout")).toEqual([]);
  });

  it("puts back what somebody deleted or edited", async () => {
    const scene = tuningScene();
    await pass(scene);
    const ours = scene.editor.alarms.get(NAME);
    scene.editor.alarms.delete(NAME);

    expect(await pass(scene)).toEqual({ ...none, applied: 1 });
    expect(scene.editor.alarms.get(NAME)).toEqual(ours);
    scene.editor.edit(NAME, { actionsEnabled: false, threshold: 99_999 });
    expect(await pass(scene)).toEqual({ ...none, applied: 1 });
    expect(scene.editor.alarms.get(NAME)).toEqual(ours);
    expect((await scene.tunings.ofService("checkout"))[0]).toMatchObject({
      why: "the alarm was edited (actionsEnabled, threshold)",
      revision: 3,
    });
  });

  it("of two at once ends with one tuning and one alarm", async () => {
    const scene = tuningScene();

    const outcomes = await Promise.all([pass(scene), pass(scene)]);

    expect(outcomes.map(({ applied, superseded }) => [applied, superseded]).sort()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(await scene.tunings.ofService("checkout")).toHaveLength(1);
    expect(scene.editor.puts).toHaveLength(1);
  });

  it("finishes what died between the record and the alarm", async () => {
    const scene = tuningScene();
    const { editor } = scene.ports;
    const dying = { ...scene.ports, editor: { ...editor, configurations: async () => [], put: () => Promise.reject(new Error("killed")) } };
    await expect(tuneAlarms(dying)({}, { logger: silentLogger })).rejects.toThrow("killed");
    expect((await scene.tunings.ofService("checkout"))[0]).toMatchObject({ threshold: 240, appliedAt: null });
    // The points are gone by now: what was begun is finished from the record.
    scene.metrics.setMetric("Latency", () => null);

    expect(await pass(scene)).toEqual({ ...none, applied: 1 });
    expect(scene.editor.alarms.get(NAME)?.threshold).toBe(240);
  });

  it("takes back an alarm that the stack gave up while it was put", async () => {
    const scene = tuningScene();
    const put = scene.editor.put.bind(scene.editor);
    scene.editor.put = async (configuration) => {
      scene.tunings.records.clear();
      return put(configuration);
    };

    expect(await pass(scene)).toEqual({ ...none, superseded: 1 });
    expect(scene.editor.alarms.size).toBe(0);
  });

  it("tunes the other services and alarms when one is in trouble, then fails with what waiting does not cure", async () => {
    const other = aTunableAlarm({ service: "search", alarmName: "rollguard-search-latency-p95" });
    const refused = aTunableAlarm({
      alarmName: "rollguard-checkout-refused",
      trigger: aTrigger({ name: "refused", alarmName: "rollguard-checkout-refused", rule: null, periodSeconds: 60 }),
    });
    const scene = tuningScene([refused, aTunableAlarm(), other]);
    const put = scene.editor.put.bind(scene.editor);
    scene.editor.put = async (configuration) => {
      if (configuration.alarmName.endsWith("refused")) throw new PermissionError("cloudwatch:PutMetricAlarm was refused");
      return put(configuration);
    };
    const releases = scene.ports.ledger.releases;
    const ledger = {
      ...scene.ports.ledger,
      releases: (service: string) => (service === "search" ? Promise.reject(new TransientUpstreamError("throttled")) : releases(service)),
    };

    await expect(tuneAlarms({ ...scene.ports, ledger })({}, { logger: silentLogger })).rejects.toThrow(PermissionError);

    expect([...scene.editor.alarms.keys()]).toEqual([NAME]);
  });

  it("counts only periods with enough samples, of a ratio by its total", async () => {
    const form = aBaselineForm({ operator: ">", by: "points", amount: 1 });
    const guarded = aTunableAlarm({
      form,
      trigger: aTrigger({ rule: null, form, periodSeconds: 60, minimumSamples: 200 }),
      watch: aTunedWatch({
        leaves: [
          { id: "m1", metric: aMetricRef() },
          { id: "samples", metric: aMetricRef({ stat: "SampleCount" }) },
        ],
        expression: "IF(samples >= 200, m1)",
      }),
    });
    const ratio = aTunableRatioAlarm({ form });
    const scene = tuningScene([guarded, { ...ratio, trigger: { ...ratio.trigger, minimumSamples: 50 } }]);
    scene.metrics
      .setMetric("Latency", (second) => (second % 120 === 0 ? 300 : 120), "p95")
      .setMetric("Latency", (second) => (second % 120 === 0 ? 199 : 200), "SampleCount")
      .setMetric("ErrorCount", (second) => (second % 120 === 0 ? 9 : 1))
      .setMetric("RequestCount", (second) => (second % 120 === 0 ? 49 : 50));

    expect(await pass(scene)).toEqual({ ...none, applied: 2 });
    expect([...scene.editor.alarms.values()].map(({ threshold }) => threshold)).toEqual([121, 3]);
  });

  it("keeps the threshold and puts no alarm on metric math where that is left out, and once is enough", async () => {
    const scene = tuningScene([aTunableRatioAlarm()]);
    scene.metrics.setMetric("ErrorCount", 1).setMetric("RequestCount", 100);
    const withoutMath = { ...scene, ports: { ...scene.ports, metricMath: false } };

    expect([await pass(withoutMath), await pass(withoutMath)]).toEqual([
      { ...none, leftOut: 1 },
      { ...none, leftOut: 1 },
    ]);
    expect(scene.editor.puts).toEqual([]);
    expect((await scene.tunings.ofService("checkout"))[0]).toMatchObject({ threshold: 2, appliedAt: null, revision: 1 });
  });

  it("of a season takes a new threshold with every hour", async () => {
    const form = aBaselineForm({ against: "season", operator: "<", amount: 0.5 });
    const scene = tuningScene([aTunableAlarm({ form })]);
    scene.metrics.setMetric("Latency", (second) => 100 * new Date(second * 1000).getUTCHours());

    await pass(scene);
    const first = scene.editor.alarms.get(NAME)?.threshold;
    scene.clock.set("2026-11-20T04:00:30.000Z");
    await pass(scene);

    expect([first, scene.editor.alarms.get(NAME)?.threshold]).toEqual([100, 150]);
  });
});
