import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlueprintSchema, SEVERITIES, TRIGGER_CLASSES } from "../../functions/domain/blueprint.ts";
import { compileAlarms, worstDetectionSeconds } from "../../functions/domain/blueprint-alarms.ts";
import type { AuthoredBlueprint } from "../../functions/domain/blueprint-authored.ts";
import { anAuthoredBlueprint, anAuthoredTrigger, compiled } from "../blueprints/authored-blueprint.ts";
import { aBlueprint, aTrigger } from "../support/builders/index.ts";

function alarmsOf(authored: AuthoredBlueprint) {
  const { blueprint, problems } = compiled(authored);
  expect(problems).toEqual([]);
  return blueprint === null ? [] : compileAlarms(blueprint);
}

describe("compiled alarms", () => {
  it("carry trigger, signal and the rule in words with the worst detection time", () => {
    const [alarm] = alarmsOf(anAuthoredBlueprint());

    expect(alarm).toMatchObject({
      alarmName: "rollguard-checkout-latency-p95",
      service: "checkout",
      trigger: { name: "latency-p95" },
      signal: { name: "latency_p95" },
      existing: false,
      description:
        "Rollguard: latency_p95 >= 200 ms in 2 of 3 x 60 s, judged from 200 samples per period; checkout (performance, high). Detects a lasting breach within 240 s of its onset.",
    });
  });

  it("say from how many requests a ratio is judged", () => {
    expect(alarmsOf(anAuthoredBlueprint())[1]?.description).toBe(
      "Rollguard: error_rate >= 1% in 2 of 3 x 60 s, judged from 20 per period; checkout (performance, high). " +
        "Detects a lasting breach within 240 s of its onset.",
    );
  });

  it("include an alarm of somebody else's, marked as existing", () => {
    const triggers = [anAuthoredTrigger({ name: "pool", signal: "pool", class: "database", when: undefined })];

    expect(alarmsOf(anAuthoredBlueprint({ signals: { pool: { alarm: "team-pool" } }, triggers }))).toMatchObject([
      { alarmName: "team-pool", existing: true, description: "Rollguard listens to the alarm team-pool for checkout (database, high)." },
    ]);
  });

  it("are never left out in silence: a blueprint with an unknown signal throws", () => {
    expect(() => compileAlarms(aBlueprint({ triggers: [aTrigger({ signal: "gone" })] }))).toThrow(/names the unknown signal gone/);
  });
});

describe("worst detection", () => {
  it.each([
    { rule: "3 of 3 x 10 s", periodSeconds: 10, datapointsToAlarm: 3, resolutionSeconds: 10, seconds: 50 },
    { rule: "2 of 3 x 10 s", periodSeconds: 10, datapointsToAlarm: 2, resolutionSeconds: 10, seconds: 40 },
    { rule: "3 of 3 x 30 s", periodSeconds: 30, datapointsToAlarm: 3, resolutionSeconds: 10, seconds: 110 },
    { rule: "3 of 3 x 30 s", periodSeconds: 30, datapointsToAlarm: 3, resolutionSeconds: 30, seconds: 130 },
    { rule: "2 of 3 x 60 s", periodSeconds: 60, datapointsToAlarm: 2, resolutionSeconds: 60, seconds: 240 },
    { rule: "5 of 5 x 60 s", periodSeconds: 60, datapointsToAlarm: 5, resolutionSeconds: 60, seconds: 420 },
    { rule: "2 of 2 x 300 s", periodSeconds: 300, datapointsToAlarm: 2, resolutionSeconds: 60, seconds: 720 },
    { rule: "2 of 2 x 300 s", periodSeconds: 300, datapointsToAlarm: 2, resolutionSeconds: 300, seconds: 960 },
  ])(
    "of $rule, with a value every $resolutionSeconds s, is $seconds s",
    ({ periodSeconds, datapointsToAlarm, resolutionSeconds, seconds }) => {
      expect(worstDetectionSeconds(aTrigger({ periodSeconds, datapointsToAlarm }), { resolutionSeconds })).toBe(seconds);
    },
  );
});

describe("laws of compiling", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4}){0,2}$/);
  const trigger = fc.record({
    name,
    signal: fc.constantFrom("latency_p95", "latency_p99"),
    class: fc.constantFrom(...TRIGGER_CLASSES),
    severity: fc.constantFrom(...SEVERITIES),
    when: fc.integer({ min: 1, max: 5000 }).map((milliseconds) => `> ${milliseconds}ms`),
    period: fc.constantFrom("10s", "30s", "60s", "5m"),
    datapoints_to_alarm: fc.integer({ min: 1, max: 4 }),
  });
  const authored = fc
    .record({ service: name, triggers: fc.uniqueArray(trigger, { selector: (candidate) => candidate.name, maxLength: 5 }) })
    .map(({ service, triggers }) => anAuthoredBlueprint({ triggers }, { metadata: { name: service, version: "1" } }));

  it("every good blueprint compiles to one that fits the schema, byte for byte the same twice", () => {
    fc.assert(
      fc.property(authored, (blueprint) => {
        const first = compiled(blueprint);

        expect(first.problems).toEqual([]);
        expect(BlueprintSchema.safeParse(first.blueprint).error).toBeUndefined();
        expect(JSON.stringify(compiled(structuredClone(blueprint)))).toBe(JSON.stringify(first));
      }),
    );
  });

  it("every trigger has an alarm of its own, named after service and trigger", () => {
    fc.assert(
      fc.property(authored, (blueprint) => {
        const alarms = alarmsOf(blueprint);

        expect(alarms.map(({ alarmName }) => alarmName)).toEqual(
          blueprint.spec?.triggers?.map((written) => `rollguard-${blueprint.metadata.name}-${written.name}`),
        );
        expect(new Set(alarms.map(({ alarmName }) => alarmName)).size).toBe(alarms.length);
      }),
    );
  });
});
