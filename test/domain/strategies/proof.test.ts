import { describe, expect, it } from "vitest";
import type { Blueprint, Check } from "../../../functions/domain/blueprint.ts";
import type { Hooks } from "../../../functions/domain/rollback-policy.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  anAssessment,
  aReleaseObservation,
  aReplicaSet,
  aWorkloadState,
} from "../../support/builders/index.ts";
import { edgesOf, planned, wayThrough, withPolicy } from "./support.ts";

const script = (name: string, more: Partial<Check> = {}): Check => ({
  type: "script",
  name,
  job: name,
  timeoutSeconds: 60,
  critical: true,
  rollbackTrigger: false,
  ...(more as object),
});

function verifying(checks: readonly Check[] = []): Blueprint {
  const { verification } = aBlueprint();
  const phases = { ...verification.phases, performance: { seconds: 300 }, business: { seconds: 900 } };
  return aBlueprint({ verification: { ...verification, phases, checks: [...verification.checks, ...checks] } });
}

/** Two releases to go back to. */
const twoTargets = {
  observations: [aReleaseObservation(), aReleaseObservation({ templateHash: "older", lastSeenAt: "2026-11-19T03:11:00.000Z" })],
  assessment: anAssessment({
    workload: aWorkloadState({
      replicaSets: [
        aReplicaSet({ revision: 4 }),
        aGoodReplicaSet({ revision: 3 }),
        aGoodReplicaSet({ templateHash: "older", name: "checkout-older", revision: 2 }),
      ],
    }),
  }),
};

describe("after a release has passed its checks", () => {
  it("performance, then business are watched for as long as the blueprint says, the same time once more where data is missing", () => {
    const plan = planned("fast", { blueprint: verifying() });

    expect(wayThrough(plan)).toEqual([
      "restore-template-1",
      "verify-performance-1",
      "verify-business-1",
      "restore-strategy",
      "quarantine-replica-set",
    ]);
    expect(plan.steps.filter(({ kind }) => kind === "watch")).toMatchObject([
      { phase: "performance", action: { seconds: 300 }, deadlineSeconds: 660 },
      { phase: "business", action: { seconds: 900 }, deadlineSeconds: 1860 },
    ]);
  });

  it("a phase that fails leads to the next release, which has phases of its own, and the last one to the end", () => {
    const plan = planned("fast", { blueprint: verifying(), ...twoTargets });

    expect(wayThrough(plan, { "verify-performance-1": "onFail" })).toEqual([
      "restore-template-1",
      "verify-performance-1",
      "restore-template-2",
      "verify-performance-2",
      "verify-business-2",
      "restore-strategy",
      "quarantine-replica-set",
    ]);
    expect(edgesOf(plan)).toContain("verify-business-2 restore-strategy restore-strategy restore-strategy restore-strategy");
  });

  it("a phase of which nobody can tell does not try the next release: a person looks", () => {
    const plan = planned("fast", { blueprint: verifying(), ...twoTargets });

    expect(wayThrough(plan, { "verify-business-1": "onInconclusive" })).not.toContain("restore-template-2");
  });

  it("scripts run in their phase, once for each release; one that nobody calls critical denies nothing", () => {
    const plan = planned("fast", {
      blueprint: verifying([script("smoke"), script("nice", { critical: false }), script("load", { phase: "performance" })]),
      ...twoTargets,
    });

    expect(wayThrough(plan).slice(0, 5)).toEqual([
      "restore-template-1",
      "check-smoke-1",
      "check-nice-1",
      "check-load-1",
      "verify-performance-1",
    ]);
    expect(wayThrough(plan, { "check-smoke-1": "onFail" })).toContain("check-smoke-2");
    expect(wayThrough(plan, { "check-nice-1": "onFail" })).not.toContain("restore-template-2");
    const params = plan.steps.flatMap(({ action }) => (action?.kind === "run-check" ? [JSON.stringify([action.job, action.params])] : []));
    expect(new Set(params).size).toBe(6);
  });

  it("steps that are part of the proof carry the phase that they belong to", () => {
    const plan = planned("fast", { blueprint: verifying([script("smoke"), script("nice", { critical: false })]) });

    expect(plan.steps.find(({ id }) => id === "check-smoke-1")?.phase).toBe("health");
    expect(plan.steps.find(({ id }) => id === "check-nice-1")?.phase).toBeUndefined();
  });
});

describe("hooks", () => {
  const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:drain";
  const job = (name: string) => ({ name, run: { kind: "job" as const, job: name }, timeoutSeconds: 60 });
  const hooks: Hooks = {
    pre: [{ name: "drain", run: { kind: "function", functionArn }, timeoutSeconds: 30 }, job("backup")],
    confirm: [job("orders")],
    post: [job("notify")],
  };
  const plan = planned("fast", { blueprint: withPolicy({ hooks }) });

  it("come before the first write, after the phases and at the end", () => {
    expect(wayThrough(plan)).toEqual([
      "hook-pre-drain",
      "hook-pre-backup",
      "restore-template-1",
      "hook-confirm-orders",
      "restore-strategy",
      "quarantine-replica-set",
      "hook-post-notify",
    ]);
  });

  it("that fail before the first write end the plan there", () => {
    for (const id of ["hook-pre-drain", "hook-pre-backup"]) expect(wayThrough(plan, { [id]: "onFail" }).at(-1)).toBe(id);
  });

  it("that deny the recovery still lead to what puts the strategy back", () => {
    expect(edgesOf(plan)).toContain("hook-confirm-orders restore-strategy restore-strategy");
    expect(plan.steps.find(({ id }) => id === "hook-confirm-orders")?.phase).toBe("health");
  });

  it("are functions that are called or Jobs that are started, each with a little more time than its own", () => {
    expect(plan.steps.slice(0, 2)).toMatchObject([
      { action: { kind: "invoke-hook", phase: "pre", functionArn, deadlineSeconds: 30 }, deadlineSeconds: 45 },
      { action: { kind: "run-check", job: "backup", deadlineSeconds: 60 }, deadlineSeconds: 75 },
    ]);
  });

  it("are not run where only what a killed run left is put back", () => {
    const { change } = anAssessment();
    const leftover = anAssessment({ change: change === null ? null : { ...change, kind: "leftover" } });

    expect(wayThrough(planned("fast", { blueprint: withPolicy({ hooks }), assessment: leftover }))).toEqual(["restore-strategy"]);
  });
});
