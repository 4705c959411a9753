import { describe, expect, it } from "vitest";
import type { AuthoredRollback } from "../../functions/domain/blueprint-authored-policy.ts";
import type { Problem } from "../../functions/domain/blueprint-problem.ts";
import { compileRollbackPolicy } from "../../functions/domain/blueprint-rollback-policy.ts";
import { RollbackPolicySchema } from "../../functions/domain/rollback-policy.ts";

function compiled(authored?: AuthoredRollback) {
  const problems: Problem[] = [];
  const policy = compileRollbackPolicy(authored, "checkout", problems);
  return { policy, problems: problems.map(({ path, message }) => `${path.join(".")}: ${message}`) };
}

describe("spec.rollback", () => {
  it("has the seeds' figures where a blueprint says nothing", () => {
    const { policy, problems } = compiled();

    expect(problems).toEqual([]);
    expect(RollbackPolicySchema.safeParse(policy).error).toBeUndefined();
    // seed 003: 30 s, 2 min, 10 min; canary 1, 2 and 30 min; freeze 1 h
    expect(policy.clocks).toEqual({
      immediateSeconds: 30,
      fastSeconds: 120,
      gradualWatchSeconds: 600,
      canaryStopSeconds: 60,
      canaryRouteSeconds: 120,
      canaryAnalyseSeconds: 1800,
      trafficStepSeconds: 60,
      freezeSeconds: 3600,
      rollbackTimeoutSeconds: 3600,
    });
    // seed 003: management 5 min, devops 15, product 30, post-mortem 24 h
    expect(policy.escalation).toMatchObject({
      managementSeconds: 300,
      devopsSeconds: 900,
      productSeconds: 1800,
      postMortemSeconds: 86_400,
    });
    expect(policy.approval).toEqual({ timeoutSeconds: 900, onTimeout: "escalate" });
    expect(policy).toMatchObject({ strategies: {}, freezeWindows: [], hooks: { pre: [], confirm: [], post: [] }, group: null });
  });

  it("takes every clock, limit, tier and cell that a blueprint sets", () => {
    const { policy, problems } = compiled({
      strategies: { performance: { critical: "fast" } },
      clocks: {
        immediate: "20s",
        fast: "1m",
        gradual_watch: "5m",
        canary_stop: "30s",
        canary_route: "40s",
        canary_analyse: "10m",
        traffic_step: "5s",
        freeze: "2h",
        timeout: "30m",
      },
      governance: {
        cooldown: "5m",
        max_per_hour: 2,
        max_per_hour_all: 9,
        breaker: { failures: 4, window: "12h", open: "30m" },
        max_services: 3,
      },
      approval: { timeout: "10m", on_timeout: "proceed" },
      escalation: { management_after: "1m", devops_after: "2m", product_after: "3m", post_mortem_after: "12h", security_always: true },
    });

    expect(problems).toEqual([]);
    expect(policy.strategies).toEqual({ performance: { critical: "fast" } });
    expect(Object.values(policy.clocks)).toEqual([20, 60, 300, 30, 40, 600, 5, 7200, 1800]);
    expect(policy.governance).toEqual({
      cooldownSeconds: 300,
      maxPerHour: 2,
      maxPerHourAll: 9,
      breaker: { failures: 4, windowSeconds: 43_200, openSeconds: 1800 },
      maxServices: 3,
    });
    expect(policy.approval).toEqual({ timeoutSeconds: 600, onTimeout: "proceed" });
    expect(policy.escalation).toMatchObject({ managementSeconds: 60, devopsSeconds: 120, productSeconds: 180, postMortemSeconds: 43_200 });
    expect(policy.escalation.securityAlways).toBe(true);
  });

  it.each<[string, AuthoredRollback]>([
    ["spec.rollback.clocks.immediate", { clocks: { immediate: "0s" } }],
    ["spec.rollback.clocks.canary_analyse", { clocks: { canary_analyse: "3h" } }],
    ["spec.rollback.clocks.freeze", { clocks: { freeze: "31d" } }],
    ["spec.rollback.governance.cooldown", { governance: { cooldown: "0s" } }],
    ["spec.rollback.governance.breaker.window", { governance: { breaker: { window: "40d" } } }],
    ["spec.rollback.governance.breaker.open", { governance: { breaker: { open: "40d" } } }],
    ["spec.rollback.approval.timeout", { approval: { timeout: "5s" } }],
    ["spec.rollback.approval.timeout", { approval: { timeout: "3h" } }],
    ["spec.rollback.escalation.product_after", { escalation: { product_after: "8d" } }],
    ["spec.rollback.freeze_windows.0.from", { freeze_windows: [{ name: "night", from: "fri 25:00", to: "mon 06:00" }] }],
    ["spec.rollback.hooks.pre.0", { hooks: { pre: [{ name: "drain" }] } }],
    [
      "spec.rollback.hooks.pre.0",
      { hooks: { pre: [{ name: "drain", job: "drain", function: "arn:aws:lambda:eu-central-1:111122223333:function:f" }] } },
    ],
    ["spec.rollback.hooks.post.0.timeout", { hooks: { post: [{ name: "warm", job: "warm", timeout: "11m" }] } }],
    ["spec.rollback.depends_on", { depends_on: ["payments"] }],
    ["spec.rollback.depends_on", { group: "shop", depends_on: ["checkout"] }],
  ])("names %s where it cannot be", (path, authored) => {
    const { problems } = compiled(authored);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(`${path}: `);
  });

  it("counts weekly times from Monday, also where a window ends before it begins", () => {
    const { policy } = compiled({ freeze_windows: [{ name: "weekend", from: "fri 18:00", to: "mon 06:30" }] });

    expect(policy.freezeWindows).toEqual([{ name: "weekend", fromMinute: 4 * 1440 + 18 * 60, toMinute: 6 * 60 + 30 }]);
  });

  it("makes a hook of a CronJob or of a function, with a minute if nothing is said", () => {
    const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:warm";
    const { policy } = compiled({
      hooks: { pre: [{ name: "drain", job: "drain" }], post: [{ name: "warm", function: functionArn, timeout: "2m" }] },
    });

    expect(policy.hooks).toEqual({
      pre: [{ name: "drain", run: { kind: "job", job: "drain" }, timeoutSeconds: 60 }],
      confirm: [],
      post: [{ name: "warm", run: { kind: "function", functionArn }, timeoutSeconds: 120 }],
    });
  });
});
