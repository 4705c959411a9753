import { describe, expect, it } from "vitest";
import { functionOf, permissionsOf } from "./read-template.ts";
import { synthesise } from "./synthesise.ts";

const { pipeline, findings } = synthesise({ "rollguard:blueprints": "test/infra/blueprints/hooks" });

describe("a blueprint with hooks that are functions", () => {
  it("lets ExecuteStep call exactly those, and nobody else", () => {
    const callers = Object.entries(permissionsOf(pipeline)).flatMap(([role, may]) => {
      const calls = may.filter((permission) => permission.startsWith("lambda:InvokeFunction arn:aws:lambda"));
      return calls.length === 0 ? [] : [[role, calls]];
    });

    expect(callers).toEqual([
      [
        "StepsExecuteStep",
        [
          "lambda:InvokeFunction arn:aws:lambda:eu-west-1:111122223333:function:drain-queue",
          "lambda:InvokeFunction arn:aws:lambda:eu-west-1:111122223333:function:open-vault:live",
        ],
      ],
    ]);
  });

  it("gives ExecuteStep longer than the longest of them, and less than its Task", () => {
    const { Timeout } = functionOf(pipeline, "ExecuteStep").Properties;

    expect(Timeout).toBeGreaterThan(45);
    expect(Timeout).toBeLessThan(60);
  });

  it("passes the checks that every stack passes", () => {
    expect(findings).toEqual([]);
  });
});
