import { describe, expect, it } from "vitest";
import { compiled, entryOf, fixture, imported } from "./imported.ts";

const SLO = fixture("openslo.yaml");

describe("an OpenSLO file", () => {
  it("becomes a burn-rate trigger for each objective and condition, written in the SLO or named by it", () => {
    const { triggers } = compiled(imported(SLO));

    expect(triggers.map(({ name, severity, form }) => [name, severity, form])).toEqual([
      [
        "checkout-availability-burn",
        "high",
        { type: "burn-rate", objectivePercent: 99.9, windows: [{ longSeconds: 3600, shortSeconds: 300, burn: 14.4 }] },
      ],
      [
        "checkout-availability-burn-2",
        "low",
        { type: "burn-rate", objectivePercent: 99.9, windows: [{ longSeconds: 21_600, shortSeconds: 1800, burn: 6 }] },
      ],
    ]);
  });

  it("keeps a ratio of CloudWatch metrics as it is, whichever way its dimensions are written", () => {
    const [signal] = compiled(imported(SLO)).signals.filter(({ name }) => name === "checkout_availability_bad");

    const load = (name: string) => ({ namespace: "AWS/ApplicationELB", name, dimensions: { LoadBalancer: "app/shop/123" }, stat: "Sum" });
    expect(signal?.source).toEqual({
      kind: "ratio",
      part: load("HTTPCode_Target_5XX_Count"),
      total: load("RequestCount"),
      minimumTotal: 100,
    });
  });

  it("takes the well-known error rate where the metrics are not CloudWatch's, says so and asks", () => {
    const result = imported(SLO.replaceAll("type: CloudWatch", "type: Prometheus"));

    expect(compiled(result).triggers.map(({ signal }) => signal)).toEqual(["error_rate", "error_rate"]);
    expect(entryOf(result, "spec.indicator.spec.ratioMetric.bad")).toMatchObject({
      status: "not-mapped",
      note: expect.stringContaining("error_rate"),
    });
    expect(result.yaml).toContain("# DECIDE: Is error_rate (bound by the stack's metric preset) what the objective speaks of?");
  });

  it("keeps the metrics of two SLOs apart whose names come down to one", () => {
    const second =
      SLO.split("---")[0]?.replace("checkout-availability", "checkout.availability").replaceAll("HTTPCode_Target_5XX_Count", "Refused") ??
      "";
    const { signals, triggers } = compiled(imported(`${SLO}---\n${second}`));

    const parts = signals.flatMap(({ name, source }) =>
      source.kind === "ratio" && name.startsWith("checkout") ? [[name, source.part.name]] : [],
    );
    expect(parts).toEqual([
      ["checkout_availability_bad", "HTTPCode_Target_5XX_Count"],
      ["checkout_availability_bad_2", "Refused"],
    ]);
    expect(new Set(triggers.map(({ signal }) => signal))).toEqual(new Set(parts.map(([name]) => name)));
  });

  it("does not take slices of time for requests, says so, and imports the other SLOs", () => {
    const sliced = (SLO.split("---")[0] ?? "").replace("checkout-availability", "sliced").replace("Occurrences", "Timeslices");
    const result = imported(`${SLO}---\n${sliced}`);

    expect(compiled(result).triggers).toHaveLength(2);
    expect(result.mapping.filter(({ note }) => note?.includes("Timeslices counts bad stretches of time"))).not.toEqual([]);
  });

  it.each(["constructor", "toString"])("asks about a severity that is no word of ours, whatever it is: %s", (severity) => {
    const result = imported(SLO.replace("severity: ticket", `severity: ${severity}`));

    expect(result.yaml).toContain(`# DECIDE: The source's severity is ${severity}`);
  });

  it("leaves out a burn rate that no blueprint can have, with its place, and keeps the others", () => {
    const result = imported(SLO.replace("threshold: 6,", "threshold: 2000,"));

    expect(compiled(result).triggers).toHaveLength(1);
    const lines = result.mapping.flatMap(({ line, note }) => (note?.includes("a burn of 2000 is never passed") ? [line] : []));
    expect(lines).toEqual([52]);
  });

  it("takes the service's name from the SLO", () => {
    expect(imported(SLO, { service: null }).service).toBe("checkout");
  });

  it("asks for a severity in a word of ours", () => {
    expect(imported(SLO.replace("severity: page", "severity: SEV2")).yaml).toContain("The source's severity is SEV2");
  });

  it.each([
    [
      "kind: burnrate\n    op: gte\n    threshold: 14.4",
      "kind: burnrate\n    op: gte\n    threshold: 1",
      "a burn rate of 1 uses up no more",
    ],
    ["    lookbackWindow: 1h", "    lookbackWindow: 30s", "a lookbackWindow of 30s"],
    ["condition:\n    kind: burnrate", "condition:\n    kind: static", "only conditions of kind burnrate"],
  ])("says why a condition did not become a trigger: %j", (from, to, why) => {
    const result = imported(SLO.replace(from, to));

    expect(result.mapping.find(({ source, line }) => source === "spec.condition" && line > 60)?.note).toContain(why);
    expect(compiled(result).triggers).toHaveLength(1);
  });

  it("lists a name that leads nowhere", () => {
    const result = imported(SLO.replace("conditionRef: fast", "conditionRef: faster"));

    expect(entryOf(result, "spec.conditions[0].conditionRef").note).toBe("no AlertCondition in this file is named faster");
  });

  it("refuses an indicator without a ratio, and says what to write", () => {
    const text = SLO.replace(/ratioMetric:[\s\S]*?(?= {2}timeWindow)/, "thresholdMetric: { metricSource: { type: CloudWatch } }\n");

    expect(() => imported(text)).toThrow(/source\.yml:1:1: nothing in it became a trigger .*a burn rate needs a ratio/);
  });

  it.each([
    ["openslo/v1alpha", "source.yml:1:13 apiVersion: expected openslo/v1, got openslo/v1alpha"],
    ["openslo/v1\nkind: Slo", "not valid YAML"],
  ])("refuses %j with its place", (version, message) => {
    expect(() => imported(SLO.replace("openslo/v1", version))).toThrow(message);
  });

  it("imports one service at a time", () => {
    const other = SLO.split("---")[0]
      ?.replace("service: checkout", "service: cart")
      .replace("name: checkout-availability", "name: cart-availability");

    expect(() => imported(`${SLO}---\n${other}`, { service: null })).toThrow("the file speaks of the services checkout and cart");
    expect(compiled(imported(`${SLO}---\n${other}`)).triggers).toHaveLength(4);
  });

  it("leaves nothing unmentioned, and no reason out", () => {
    const { mapping } = imported(`${SLO.trimEnd()}\n  colour: red\n`);

    expect(mapping.filter(({ status, note }) => status === "not-mapped" && note === null)).toEqual([]);
    expect(mapping.filter(({ note }) => note?.startsWith("unknown key")).map(({ source }) => source)).toEqual([]);
    expect(imported(SLO.replace("  service: checkout", "  service: checkout\n  colour: red")).mapping).toContainEqual(
      expect.objectContaining({ source: "spec.colour", line: 9, column: 3, status: "not-mapped" }),
    );
  });
});
