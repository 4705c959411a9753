import { describe, expect, it } from "vitest";
import { compiled, entryOf, fixture, imported } from "./imported.ts";

const CANARY = fixture("flagger-canary.yaml");

describe("a Flagger Canary", () => {
  it("becomes a trigger for each bound of a metric that is known here", () => {
    const { triggers, target } = compiled(imported(CANARY));

    expect(triggers.map(({ name, signal, rule }) => [name, signal, rule])).toEqual([
      ["request-success-rate", "error_rate", { operator: ">", threshold: 1 }],
      ["request-duration", "latency_p99", { operator: ">", threshold: 500 }],
      ["queue-length", "queue_length", { operator: ">", threshold: 1000 }],
    ]);
    expect(target).toMatchObject({ namespace: "shop", kind: "Deployment", name: "podinfo" });
  });

  it("needs as many bad periods as Flagger takes failed checks; a ratio may miss one", () => {
    expect(
      compiled(imported(CANARY)).triggers.map((trigger) => [trigger.datapointsToAlarm, trigger.evaluationPeriods, trigger.periodSeconds]),
    ).toEqual([
      [5, 6, 60],
      [5, 5, 60],
      [5, 5, 120],
    ]);
  });

  it("takes a success rate as its rest, exactly", () => {
    const [success] = compiled(imported(CANARY.replace("min: 99", "min: 99.9"))).triggers;

    expect(success?.rule).toEqual({ operator: ">", threshold: 0.1 });
  });

  it.each(["error-rate", "cpu-utilization"])("leaves out a bound of %s that no trigger can have, and keeps the others", (name) => {
    const result = imported(CANARY.replace("- name: queue-length", `- name: ${name}`).replace("max: 1000", "min: 1"));

    expect(compiled(result).triggers.map((trigger) => trigger.name)).toEqual(["request-success-rate", "request-duration"]);
    expect(entryOf(result, "spec.analysis.metrics[2].thresholdRange.min")).toMatchObject({
      status: "not-mapped",
      note: expect.stringContaining("would alarm on a good value"),
    });
  });

  it("reads the deprecated threshold of a metric too", () => {
    const [success] = compiled(imported(CANARY.replace("thresholdRange:\n          min: 99", "threshold: 95"))).triggers;

    expect(success?.rule).toEqual({ operator: ">", threshold: 5 });
  });

  it("makes a period of less than a minute a minute, and says so", () => {
    expect(entryOf(imported(CANARY), "spec.analysis.metrics[1].interval").note).toContain(
      "periods below a minute need a signal with such data",
    );
  });

  it("lists a metric of its own query as not mapped, with what to do", () => {
    expect(entryOf(imported(CANARY), "spec.analysis.metrics[3]")).toMatchObject({
      status: "not-mapped",
      note: expect.stringContaining("describe the metric in spec.signals.error_budget"),
    });
  });

  it("describes a signal that no metric preset measures, and asks for its metric", () => {
    const { yaml } = imported(CANARY);

    expect(yaml).toContain("name: QueueLength");
    expect(yaml).toContain("DECIDE: spec.signals.queue_length: no metric preset measures it.");
  });

  it.each([
    ["latency-p95", 0.5, "is 0.5 in ms?"],
    ["error-rate", 0.01, "is 0.01 in %?"],
  ])("asks for the unit of a query of one's own: %s, max %d", (name, max, question) => {
    const { yaml } = imported(CANARY.replace("queue-length", name).replace("max: 1000", `max: ${max}`));

    expect(yaml.match(/DECIDE: is [\d.]+ in .*/g)).toEqual([`DECIDE: ${question} The source's query says no unit.`]);
  });

  it("asks for no unit of a count, nor of what Flagger measures itself", () => {
    expect(imported(CANARY).yaml).not.toContain("says no unit");
  });

  it("leaves a bound out that is no trouble: a rate of success can only be too low", () => {
    const result = imported(CANARY.replace("min: 99", "min: 99\n          max: 100"));

    expect(entryOf(result, "spec.analysis.metrics[0].thresholdRange.max").status).toBe("not-mapped");
    expect(compiled(result).triggers).toHaveLength(3);
  });

  it("takes the service's name and lists what is Flagger's own with a reason", () => {
    const result = imported(CANARY, { service: null });

    expect(result.service).toBe("podinfo");
    expect(entryOf(result, "spec.analysis.maxWeight")).toMatchObject({
      status: "not-mapped",
      note: "Flagger goes on to shift the traffic",
    });
    expect(entryOf(result, "spec.analysis.webhooks").note).toContain("docs/hooks.md");
  });

  it.each([
    ["interval: 30s", "interval: soon", 'source.yml:32:19 spec.analysis.metrics[1].interval: "soon" is no interval'],
    ["max: 500", "max: fast", 'source.yml:31:16 spec.analysis.metrics[1].thresholdRange.max: expected a number, got "fast"'],
    ["- name: request-duration", "- title: request-duration", "source.yml:29:9 spec.analysis.metrics[1]: a metric has no name"],
  ])("is refused with a place where %j is written as %j", (from, to, message) => {
    expect(() => imported(CANARY.replace(from, to))).toThrow(message);
  });

  it("lists an unknown key", () => {
    expect(entryOf(imported(CANARY.replace("  analysis:", "  colour: red\n  analysis:")), "spec.colour").note).toContain("unknown key");
  });
});
