import { describe, expect, it } from "vitest";
import { compiled, entryOf, fixture, imported } from "./imported.ts";

const TRIGGERS = fixture("rollback-triggers.yml");

describe("a rule of the seed that no alarm can follow", () => {
  it("is listed where its window is longer than a baseline can be measured for, and the others are kept", () => {
    const result = imported(TRIGGERS.replace('condition: "p95_latency > baseline * 1.5"\n    window: "5 minutes"', TOO_LONG));

    expect(entryOf(result, "rollback_triggers.performance")).toMatchObject({
      status: "not-mapped",
      note: 'the window "30 minutes" is too long for a baseline, which is measured over an hour: write the trigger by hand with a period up to 15m',
    });
    expect(compiled(result).triggers.map(({ name }) => name)).toEqual(["error-rate", "memory", "database", "health-check"]);
  });

  it.each<readonly [string, string, string, string]>([
    ["memory", '"memory_usage > 90%"', '"memory_usage < 90%"', '"< 90%" would alarm on a good value'],
    ["performance", '"p95_latency > baseline * 1.5"', '"p95_latency > 500"', '"> 500" has the wrong unit: latency_p95 is in ms'],
    ["database", '"db_connection_errors > 10"', '"db_connection_errors > 10%"', '"> 10%" has the wrong unit: db_errors is in count'],
  ])("is listed at its own line where a blueprint cannot have it (%s, %s as %s)", (name, from, to, why) => {
    const result = imported(TRIGGERS.replace(from, to));
    const left = compiled(result).triggers.map((trigger) => trigger.name);

    const line = TRIGGERS.split("\n").indexOf(`  ${name}:`) + 1;
    expect(entryOf(result, `rollback_triggers.${name}`)).toMatchObject({ line, status: "not-mapped", note: expect.stringContaining(why) });
    expect(left).toHaveLength(4);
    expect(left).not.toContain(name);
  });

  it("is listed in a policy, too", () => {
    const result = imported(fixture("rollback-policy.yml").replace("failure_count: 3", "threshold_percent: 3"));

    expect(entryOf(result, "rollback_policy.triggers.health_check")).toMatchObject({
      status: "not-mapped",
      note: expect.stringContaining('"> 3%" has the wrong unit: health_failures is in count'),
    });
    expect(compiled(result).triggers.map(({ name }) => name)).toEqual(["error-rate", "latency", "memory"]);
  });

  it("is no error rate in percent: that is a share of the requests, judged one period longer", () => {
    const [errors] = compiled(imported(TRIGGERS.replace('"error_rate > baseline * 2"', '"error_rate > 5%"'))).triggers;

    expect(errors).toMatchObject({
      ...{ name: "error-rate", signal: "error_rate", rule: { operator: ">", threshold: 5 } },
      ...{ periodSeconds: 60, datapointsToAlarm: 5, evaluationPeriods: 6 },
    });
  });
});

const TOO_LONG = 'condition: "p95_latency > baseline * 1.5"\n    window: "30 minutes"';
