import { describe, expect, it } from "vitest";
import { compiled, entryOf, fixture, imported } from "./imported.ts";

const CONFIG = fixture("kayenta-canary.json");

describe("a canary configuration of Kayenta", () => {
  it("becomes triggers that compare with the baseline, in the direction that is worse", () => {
    const { triggers } = compiled(imported(CONFIG));

    expect(triggers.map(({ name, signal, severity, form }) => ({ name, signal, severity, form }))).toMatchObject([
      {
        name: "error-rate",
        signal: "error_rate",
        severity: "critical",
        form: { operator: ">", against: "before", by: "factor", amount: 1.1 },
      },
      { name: "p95-latency", signal: "latency_p95", severity: "high", form: { operator: ">", amount: 1.5 } },
      { name: "conversion-rate", signal: "conversion_rate", form: { operator: "<", against: "season", amount: 0.85 } },
      { name: "cpu", signal: "cpu_utilization", form: { operator: ">", amount: 1.5 } },
    ]);
  });

  it("is known by its contents, and named after its application", () => {
    expect(imported(CONFIG, { service: null })).toMatchObject({ format: "kayenta", service: "checkout" });
    expect(imported(CONFIG.replace('"applications": ["checkout"],', ""), { service: null }).service).toBe("checkout-golden-signals");
    expect(imported(CONFIG.replace('["checkout"]', '["ad-hoc"]'), { service: null }).service).toBe("checkout-golden-signals");
  });

  it("starts in observe and asks what was assumed", () => {
    const { yaml } = imported(CONFIG);

    expect(yaml).toContain("mode: observe");
    expect(yaml).toContain("DECIDE: Kayenta fails any proven difference here; 1.5x is assumed: is it right?");
    expect(yaml).toContain("DECIDE: Kayenta compares the canary with a control at the same time");
  });

  it.each([
    ["metrics[4]", "describe the metric in spec.signals.heap_after_gc"],
    ["classifier", "no score decides here"],
    ["metrics[0].groups", "each trigger acts by itself"],
    ["metrics[0].query", "spec.signals, says what is read"],
    ["metrics[0].analysisConfigurations.canary.effectSize.criticalIncrease", "one threshold"],
    ["metrics[0].analysisConfigurations.canary.nanStrategy", "silence alone never starts a rollback"],
    ["metrics[1].analysisConfigurations.canary.outliers", "not minded by one outlier"],
    ["metrics[2].analysisConfigurations.canary.mustHaveData", "absent: true"],
    ["metrics[3].analysisConfigurations.canary.effectSize.measure", "no factor"],
  ])("lists %s as not mapped, with the reason", (source, note) => {
    expect(entryOf(imported(CONFIG), source)).toMatchObject({ status: "not-mapped", note: expect.stringContaining(note) });
  });

  it("speaks of every part, and leaves none to be unknown", () => {
    const { mapping } = imported(CONFIG);

    expect(mapping.length).toBeGreaterThan(30);
    expect(mapping.filter(({ note }) => note?.startsWith("unknown key"))).toEqual([]);
  });

  it("makes no trigger of a direction that is no trouble", () => {
    const result = imported(CONFIG.replace('"direction": "increase"', '"direction": "decrease"'));

    expect(entryOf(result, "metrics[0]").note).toContain("error_rate is better lower");
    expect(compiled(result).triggers).toHaveLength(3);
  });

  it.each([
    ['"direction": "either"', '"direction": "sideways"', '"sideways" is no direction'],
    ['"name": "cpu"', '"title": "cpu"', "a metric has no name"],
    ['"allowedIncrease": 1.1', '"allowedIncrease": "much"', 'expected a number, got "much"'],
  ])("is refused with a place where %j is written as %j", (from, to, message) => {
    expect(() => imported(CONFIG.replace(from, to))).toThrow(new RegExp(`^source\\.yml:\\d+:\\d+ metrics.*${message}`));
  });
});
