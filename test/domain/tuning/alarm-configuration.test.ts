import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import {
  type AlarmConfiguration,
  alarmConfiguration,
  configurationHash,
  differences,
} from "../../../functions/domain/tuning/alarm-configuration.ts";
import { aTunableAlarm, aTunableRatioAlarm, aTunedWatch } from "../../support/builders/tuning.ts";

const of = (alarm = aTunableRatioAlarm(), threshold = 5) => alarmConfiguration(alarm, alarm.watch, threshold, "Tuned: a test.");
const hash = (configuration: AlarmConfiguration) => configurationHash(configuration, sha256Hex);

describe("the configuration of an alarm", () => {
  it("of one metric watches that metric, with the rule for few samples of a percentile", () => {
    const watch = aTunedWatch({ lowSamples: "ignore" });

    const configuration = alarmConfiguration(aTunableAlarm(), watch, 240, "Tuned: twice.");

    expect(configuration).toEqual({
      alarmName: "rollguard-checkout-latency-p95",
      description: "Rollguard: latency_p95 against the hour before a change. Tuned: twice.",
      actionsEnabled: true,
      okActions: [],
      alarmActions: [],
      insufficientDataActions: [],
      comparisonOperator: "GreaterThanThreshold",
      threshold: 240,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: "notBreaching",
      evaluateLowSampleCountPercentile: "ignore",
      metric: { namespace: "Demo/checkout", name: "Latency", dimensions: [], stat: "p95", periodSeconds: 60, unit: null },
      queries: [],
      others: null,
    });
  });

  it("of metric math has the expression as the one that is watched, and the metrics that it needs", () => {
    const { metric, queries, evaluateLowSampleCountPercentile } = of();

    expect(metric).toBeNull();
    expect(evaluateLowSampleCountPercentile).toBe("evaluate");
    expect(queries.map(({ id, expression, returnData, metric: leaf }) => [id, expression, returnData, leaf?.name ?? null])).toEqual([
      ["ratio", "IF(total >= 20, 100 * FILL(part, 0) / total)", true, null],
      ["part", null, false, "ErrorCount"],
      ["total", null, false, "RequestCount"],
    ]);
  });

  it("hashes the same in whatever order its queries, dimensions and actions are", () => {
    const base: AlarmConfiguration = { ...of(), alarmActions: ["arn:a", "arn:b", "arn:c"] };
    const shuffled = fc.record({
      queries: fc.shuffledSubarray([...base.queries], { minLength: 3 }),
      alarmActions: fc.shuffledSubarray([...base.alarmActions], { minLength: 3 }),
      turn: fc.boolean(),
    });
    fc.assert(
      fc.property(shuffled, ({ queries, alarmActions, turn }) => {
        const turned = queries.map((query) => {
          const { metric } = query;
          return metric === null
            ? query
            : { ...query, metric: { ...metric, dimensions: turn ? metric.dimensions.toReversed() : metric.dimensions } };
        });

        expect(hash({ ...base, queries: turned, alarmActions })).toBe(hash(base));
      }),
    );
  });

  it.each<[keyof AlarmConfiguration, Partial<AlarmConfiguration>]>([
    ["threshold", { threshold: 5.00001 }],
    ["description", { description: "mine" }],
    ["actionsEnabled", { actionsEnabled: false }],
    ["okActions", { okActions: ["arn:x"] }],
    ["alarmActions", { alarmActions: ["arn:x"] }],
    ["insufficientDataActions", { insufficientDataActions: ["arn:x"] }],
    ["comparisonOperator", { comparisonOperator: "LessThanThreshold" }],
    ["evaluationPeriods", { evaluationPeriods: 4 }],
    ["datapointsToAlarm", { datapointsToAlarm: 1 }],
    ["treatMissingData", { treatMissingData: "ignore" }],
    ["evaluateLowSampleCountPercentile", { evaluateLowSampleCountPercentile: "ignore" }],
    ["queries", { queries: of().queries.slice(1) }],
    ["others", { others: '{"warmUp":1}' }],
  ])("hashes differently with another %s, and names it", (name, change) => {
    const other = { ...of(), ...change };

    expect(hash(other)).not.toBe(hash(of()));
    expect(differences(of(), other)).toEqual([name]);
  });
});
