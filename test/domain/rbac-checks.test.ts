import { describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { rolesOf } from "../../functions/domain/rbac.ts";
import { checkReadRules, checkWriteRules } from "../../functions/domain/rbac-checks.ts";
import { rightsOfSteps, writeRules } from "../../functions/domain/rbac-steps.ts";
import { aBlueprint, aPlanStep } from "../support/builders/index.ts";

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

  it("are in the Roles of a service with scripts, job hooks or counted endpoints, and in no other's", () => {
    const { verification, policy } = aBlueprint();
    const script = { type: "script", name: "flow", job: "smoke", timeoutSeconds: 60, critical: true, rollbackTrigger: false } as const;
    const endpoints = {
      type: "endpoints_ready",
      name: "web",
      kubernetesService: "web",
      minimum: 1,
      critical: true,
      rollbackTrigger: false,
    } as const;
    const hook = { name: "drain", run: { kind: "job", job: "drain-queue" }, timeoutSeconds: 60 } as const;
    const rules = (blueprint: Blueprint, group: "read" | "write") =>
      rolesOf(blueprint).flatMap((object) => (object.kind === "Role" && object.metadata.name.endsWith(group) ? object.rules : []));
    const asked = aBlueprint({
      verification: { ...verification, checks: [...verification.checks, script, endpoints] },
      policy: { ...policy, hooks: { ...policy.hooks, pre: [hook] } },
    });

    expect(rules(asked, "read")).toContainEqual({
      apiGroups: ["batch"],
      resources: ["cronjobs"],
      verbs: ["get"],
      resourceNames: ["drain-queue", "smoke"],
    });
    expect(rules(asked, "read")).toContainEqual({ apiGroups: [""], resources: ["endpoints"], verbs: ["get"], resourceNames: ["web"] });
    expect(rules(asked, "write")).toContainEqual({ apiGroups: ["batch"], resources: ["jobs"], verbs: ["create"] });
    expect(JSON.stringify([...rules(aBlueprint(), "read"), ...rules(aBlueprint(), "write")])).not.toMatch(/cronjobs|jobs|endpoints/);
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
