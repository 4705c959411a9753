import { describe, expect, it } from "vitest";
import { checkReadRules, checkWriteRules } from "../../functions/domain/rbac-checks.ts";
import { rightsOfSteps, writeRules } from "../../functions/domain/rbac-steps.ts";
import { aPlanStep } from "../support/builders/index.ts";

const target = { cluster: "demo", namespace: "shop", kind: "Deployment", name: "checkout" } as const;
const told = (rules: ReturnType<typeof checkWriteRules>) =>
  rules.map(({ verb, apiGroup, resource, name }) => [verb, `${apiGroup}/${resource}`, ...(name ? [name] : [])].join(" "));

describe("the rights of checks", () => {
  it("are none without a check", () => {
    expect(checkReadRules([])).toEqual([]);
  });

  it("let the functions that look read the CronJobs by name, and how Jobs ended", () => {
    expect(told(checkReadRules(["smoke", "orders", "smoke"]))).toEqual([
      "get batch/cronjobs smoke",
      "get batch/cronjobs orders",
      "get batch/jobs",
    ]);
  });

  it("let ExecuteStep alone create Jobs", () => {
    expect(told(checkWriteRules("smoke"))).toContain("create batch/jobs");
    expect(told(checkReadRules(["smoke"])).join()).not.toContain("create");
  });

  it("are part of what a plan needs", () => {
    const step = aPlanStep({ id: "check", kind: "run-check", action: { kind: "run-check", job: "smoke", deadlineSeconds: 60 } });

    expect(told(rightsOfSteps(target, [step]))).toEqual([
      "get apps/deployments checkout",
      "get batch/cronjobs smoke",
      "get batch/jobs",
      "create batch/jobs",
    ]);
    expect(told(writeRules(target, { kind: "run-check" }))).toContain("get batch/cronjobs");
  });
});
