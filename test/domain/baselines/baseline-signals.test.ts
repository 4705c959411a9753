import { describe, expect, it } from "vitest";
import { parseBlueprintText } from "../../../blueprints/load-blueprints.ts";
import { baselineReads } from "../../../functions/domain/baselines/baseline-reads.ts";
import { BASELINE_SIGNALS } from "../../../functions/domain/baselines/baseline-signals.ts";
import { leafMetrics } from "../../../functions/domain/signal-series.ts";
import { aSignal, aTrigger } from "../../support/builders/index.ts";

const yaml = `
metadata: { name: checkout, version: 1.0.0 }
spec:
  target: { cluster: prod, namespace: shop }
  triggers:
    - { name: slow, signal: latency_p95, class: performance, severity: high, when: "> 400ms", period: 60s }
`;
const compiled = (metricPreset: "eks" | "demo" | "none") => {
  const { blueprint, problems } = parseBlueprintText(yaml, "checkout.yaml", { metricPreset });
  return blueprint ?? expect.fail(JSON.stringify(problems));
};

describe("the seven metrics of a baseline", () => {
  it("are bound by the stack's preset where the blueprint does not name them, and asked for eight metrics in all", () => {
    const blueprint = compiled("eks");
    const reads = baselineReads(blueprint);

    expect(blueprint.baselineSignals?.map(({ name }) => name)).toEqual(BASELINE_SIGNALS.filter((name) => name !== "latency_p95"));
    expect(reads.map(({ signal }) => signal.name).toSorted()).toEqual([...BASELINE_SIGNALS]);
    expect(reads.filter(({ isJudged }) => isJudged).map(({ signal }) => signal.name)).toEqual(["latency_p95"]);
    expect(reads.flatMap(({ signal }) => leafMetrics(signal))).toHaveLength(8);
  });

  it("are as many as the stack measures", () => {
    expect(compiled("demo").baselineSignals?.length).toBeGreaterThan(0);
  });
});

describe("what is read for baselines", () => {
  it("is read in the period of the signal's alarm, with the largest minimum of samples, and never of somebody else's alarm", () => {
    const signal = aSignal({ name: "latency_p95", resolutionSeconds: 60 });
    const theirs = aSignal({ name: "theirs", source: { kind: "alarm", alarmName: "team-5xx" } });
    const trigger = aTrigger({ signal: "latency_p95", periodSeconds: 300, minimumSamples: 100 });

    expect(baselineReads({ signals: [signal, theirs], triggers: [trigger, { ...trigger, minimumSamples: 200 }] })).toEqual([
      { signal, isJudged: true, periodSeconds: 300, minimumSamples: 200 },
    ]);
    expect(baselineReads({ signals: [signal], triggers: [] })).toMatchObject([{ periodSeconds: 60, minimumSamples: null }]);
  });
});
