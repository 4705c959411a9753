import { describe, expect, it } from "vitest";
import type { RunCheck } from "../../../functions/adapters/checks/check-job.ts";
import { findCronJob } from "../../../functions/adapters/checks/cron-job.ts";
import { runCheck } from "../../../functions/adapters/checks/run-check.ts";
import type { CreateAnswer } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

const target = { cluster: "demo", namespace: "shop", kind: "Deployment" as const, name: "checkout" };
const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 7 };
const check: RunCheck = { kind: "run-check", job: "smoke", deadlineSeconds: 60 };

/** Answers every create in the same way. */
class CreatingCluster extends ObjectCluster {
  readonly created: unknown[] = [];
  answer: (body: never) => CreateAnswer<never> = (object) => ({ outcome: "stored", object });

  override async create(_path: string, body?: unknown): Promise<CreateAnswer<never>> {
    this.created.push(body);
    return this.answer(body as never);
  }
}

/** A server that has these resources in batch/v1 and in batch/v1beta1, and CronJob `smoke` in both. */
function aServer(v1: readonly string[], v1beta1: readonly string[] = []): CreatingCluster {
  const cluster = new CreatingCluster().put("/apis/apps/v1/namespaces/shop/deployments/checkout", {});
  for (const [version, names] of Object.entries({ v1, v1beta1 })) {
    cluster.put(`/apis/batch/${version}`, { resources: names.map((name) => ({ name })) });
    cluster.put(`/apis/batch/${version}/namespaces/shop/cronjobs/smoke`, { spec: { jobTemplate: { spec: { template: {} } } } });
  }
  return cluster;
}

describe("a CronJob", () => {
  it.each([
    ["batch/v1 where it is there", ["jobs", "cronjobs"], ["cronjobs"], "batch/v1"],
    ["batch/v1beta1 where batch/v1 has Jobs alone", ["jobs"], ["cronjobs"], "batch/v1beta1"],
  ])("is read as %s", async (_what, v1, v1beta1, apiVersion) => {
    expect(await findCronJob(aServer(v1, v1beta1), target, "smoke")).toMatchObject({
      apiVersion,
      cronJob: { metadata: { name: "smoke" } },
    });
  });

  it("that the cluster does not serve at all is said to be missing", async () => {
    expect(await findCronJob(aServer(["jobs"]), target, "smoke")).toContain("neither as batch/v1 nor as batch/v1beta1");
  });
});

describe("a Job of a check is refused", () => {
  it("where admission denies it", async () => {
    const cluster = aServer(["cronjobs"]);
    cluster.answer = () => ({ outcome: "denied", message: "exceeded quota: pods" });

    expect(await runCheck.apply(cluster, target, check, stamp)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("exceeded quota: pods"),
    });
  });

  it("without what a webhook quotes", async () => {
    const cluster = aServer(["cronjobs"]);
    cluster.answer = () => ({ outcome: "denied", message: `DB_PASSWORD=hunter2 is weak${", and weak".repeat(30)}` });

    const { reason } = await runCheck.apply(cluster, target, check, stamp);

    expect(reason).toContain("is weak");
    expect(reason).not.toContain("hunter2");
    expect(reason.length).toBeLessThan(300);
  });

  it("where a webhook drops what says whose it is: its end could not be told apart from another's", async () => {
    const cluster = aServer(["cronjobs"]);
    cluster.answer = () => ({ outcome: "stored", object: { metadata: {} } as never });

    expect(await runCheck.apply(cluster, target, check, stamp)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("rollguard.dev/execution"),
    });
    expect(cluster.created).toHaveLength(1);
  });
});
