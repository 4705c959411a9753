import { describe, expect, it } from "vitest";
import type { Problem } from "../../functions/domain/blueprint-problem.ts";
import { compileRollbackPolicy } from "../../functions/domain/blueprint-rollback-policy.ts";

const FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:drain-queue";

function compile(hook: { job?: string; function?: string; timeout?: string }) {
  const problems: Problem[] = [];
  const { hooks } = compileRollbackPolicy({ hooks: { pre: [{ name: "drain-queue", ...hook }] } }, "checkout", problems);
  return { seconds: hooks.pre[0]?.timeoutSeconds, problems: problems.map(({ message, fix }) => `${message}: ${fix}`) };
}

describe("how long a hook is waited for", () => {
  it.each([
    ["a job", { job: "drain-queue" }, 60],
    ["a job that says so", { job: "drain-queue", timeout: "10m" }, 600],
    ["a function", { function: FUNCTION }, 45],
    ["a function that says so", { function: FUNCTION, timeout: "20s" }, 20],
  ])("%s", (_what, hook, seconds) => {
    expect(compile(hook)).toEqual({ seconds, problems: [] });
  });

  it("is bounded by the one step that waits for a function, with the way out", () => {
    expect(compile({ function: FUNCTION, timeout: "2m" }).problems).toEqual([
      "timeout 2m is out of range: use whole seconds, from 1 s to 45 s; a job may take longer",
    ]);
    expect(compile({ job: "drain-queue", timeout: "11m" }).problems).toEqual([
      "timeout 11m is out of range: use whole seconds, from 1 s to 600 s",
    ]);
  });
});
