import { describe, expect, it } from "vitest";
import { checkJobName, type RunCheck } from "../../functions/adapters/checks/check-job.ts";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import { checkReadRules, checkWriteRules } from "../../functions/domain/rbac-checks.ts";
import { LOG_ANNOTATION } from "../../local/cluster/kubelet/pod-behaviour.ts";
import type { KubernetesObject, Pod } from "../../local/cluster/objects.ts";
import { podsPath } from "../../local/cluster/seed.ts";
import type { Job } from "../../local/cluster/workload-objects.ts";
import { jobsPath } from "../../local/cluster/workload-seed.ts";
import { eventually } from "./support/eventually.ts";
import { grantAccess } from "./support/grant-access.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, cluster } from "./support/services.ts";

const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 3 };
const laterRun = { execution: "rg-checkout-20261120T041200Z-0123456789ab", fence: 4 };
const check: RunCheck = { kind: "run-check", job: "smoke", deadlineSeconds: 60, params: { phase: "after restore", service: "checkout" } };

interface Template {
  readonly image: string;
  readonly spec?: Record<string, unknown>;
  readonly pod?: Record<string, unknown>;
  /** What the check writes. */
  readonly log?: string;
}

/** A suspended CronJob `smoke` whose Job runs this image once. */
async function aCheck(service: ServiceScene, { image, spec, pod, log = "checked" }: Template): Promise<KubernetesObject> {
  const { resources } = await cluster.client.get<{ resources: { name: string }[] }>("/apis/batch/v1");
  const version = resources.some(({ name }) => name === "cronjobs") ? "batch/v1" : "batch/v1beta1";
  const containers = [{ name: "app", image, env: [{ name: "ROLLGUARD_PHASE", value: "by hand" }] }];
  return cluster.client.post(`/apis/${version}/namespaces/${service.namespace}/cronjobs`, {
    apiVersion: version,
    kind: "CronJob",
    metadata: { name: "smoke" },
    spec: {
      schedule: "0 0 1 1 *",
      suspend: true,
      jobTemplate: {
        metadata: { labels: { team: "shop" }, annotations: { note: "kept" } },
        spec: {
          backoffLimit: 0,
          ...spec,
          template: { metadata: { annotations: { [LOG_ANNOTATION]: log } }, spec: { restartPolicy: "Never", containers, ...pod } },
        },
      },
    },
  });
}

/** A service whose Roles have what `rollguard rbac` prints for its checks. */
async function aCheckedService(template: Template) {
  const service = await aService({ replicas: 1 });
  await grantAccess(cluster.client, service.namespace, "read", checkReadRules(["smoke"]));
  await grantAccess(cluster.client, service.namespace, "write", checkWriteRules("smoke"));
  const cronJob = await aCheck(service, template);
  const { target } = service.blueprint;
  const actions = clusterActions();
  const jobs = jobsPath(service.namespace);
  return {
    service,
    cronJob,
    jobs,
    jobsThere: () => cluster.client.list<Job>(jobs),
    apply: (action = check, by = stamp) => actions.apply(target, action, by),
    confirm: (action = check, by = stamp) => actions.confirm(target, action, by),
    /** The verdict once it is none of those that wait. */
    verdict: (action = check) =>
      eventually("the check has a verdict", async () => {
        const confirmation = await actions.confirm(target, action, stamp);
        return confirmation.verdict === "not-yet" ? null : confirmation;
      }),
  };
}

describe("a check that passes", () => {
  it("is a Job from the CronJob's template, made once, and proven by its completion", async () => {
    const { cronJob, apply, verdict, jobsThere } = await aCheckedService({ image: "demo/check:v1-exit0" });

    expect(await apply()).toMatchObject({ outcome: "applied" });
    expect(await apply(check, { ...stamp, fence: 9 })).toMatchObject({ outcome: "already-applied" });
    expect(await verdict()).toMatchObject({ verdict: "proven" });

    const [job, ...others] = await jobsThere();
    const { uid, name } = cronJob.metadata;
    expect(others).toEqual([]);
    expect(job?.metadata).toMatchObject({
      name: checkJobName(check, stamp.execution),
      labels: { team: "shop", "rollguard.dev/check": "smoke" },
      annotations: {
        note: "kept",
        "rollguard.dev/execution": stamp.execution,
        "rollguard.dev/fence": "3",
        "cronjob.kubernetes.io/instantiate": "manual",
      },
      ownerReferences: [{ apiVersion: cronJob.apiVersion, kind: "CronJob", name, uid }],
    });
    expect(job?.metadata.ownerReferences?.[0]).not.toHaveProperty("controller");
    expect(job?.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 60 });
    expect(job?.spec.template.spec.containers[0]).toMatchObject({
      env: [
        { name: "ROLLGUARD_PHASE", value: "after restore" },
        { name: "ROLLGUARD_SERVICE", value: "checkout" },
      ],
    });
  });

  it("keeps a deadline of its own that is shorter, and is another Job for another phase", async () => {
    const { apply, verdict, jobsThere } = await aCheckedService({ image: "demo/check:v1-exit0", spec: { activeDeadlineSeconds: 20 } });
    const other: RunCheck = { ...check, params: { phase: "after traffic" } };

    await apply();
    await apply(other);

    expect(await verdict(other)).toMatchObject({ verdict: "proven" });
    expect((await jobsThere()).map(({ spec }) => spec.activeDeadlineSeconds)).toEqual([20, 20]);
  });
});

describe("a check that fails", () => {
  it("is lost with the Job's reason, and without what it wrote", async () => {
    const { apply, verdict } = await aCheckedService({ image: "demo/check:v1-exit1", log: "order 4711 is missing" });
    await apply();

    const confirmation = await verdict();

    expect(confirmation).toMatchObject({ verdict: "lost", reason: expect.stringContaining("BackoffLimitExceeded") });
    expect(confirmation.reason).not.toContain("4711");
  });

  it("that hangs is lost at its deadline, though its pods are gone by then", async () => {
    const { apply, confirm, service, verdict } = await aCheckedService({ image: "demo/check:v1" });
    const action: RunCheck = { ...check, deadlineSeconds: 3 };
    await apply(action);
    const name = checkJobName(action, stamp.execution);
    await eventually("it runs", async () => (await confirm(action)).reason.includes("it runs"));

    expect(await verdict(action)).toMatchObject({ verdict: "lost", reason: expect.stringContaining("DeadlineExceeded") });
    await eventually("its pod is gone", async () => (await podsOf(service, name)).length === 0);
    expect(await confirm(action)).toMatchObject({ verdict: "lost", reason: expect.stringContaining("DeadlineExceeded") });
  });
});

describe("a check that could not run says nothing of the service", () => {
  it("where its image cannot be pulled", async () => {
    const { apply, confirm, verdict } = await aCheckedService({ image: "demo/check:v1-pull" });
    const action: RunCheck = { ...check, deadlineSeconds: 2 };
    await apply(action);

    await eventually("it is told", async () => /ImagePull/.test((await confirm(action)).reason));
    expect(await verdict(action)).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining("could not run") });
  });

  it("where no Node takes its pod", async () => {
    const { apply, verdict } = await aCheckedService({ image: "demo/check:v1-exit0", pod: { nodeSelector: { disk: "none-has-it" } } });
    const action: RunCheck = { ...check, deadlineSeconds: 2 };
    await apply(action);

    expect(await verdict(action)).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining("could not run") });
  });

  it("where the Job is gone, with its end", async () => {
    const { apply, verdict, confirm, jobs } = await aCheckedService({ image: "demo/check:v1-exit0" });
    await apply();
    await verdict();
    const name = checkJobName(check, stamp.execution);

    await cluster.client.delete(`${jobs}/${name}`);
    await eventually("it is gone", async () => (await cluster.client.find(`${jobs}/${name}`)) === undefined);

    expect(await confirm()).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining("is gone") });
  });
});

describe("a check is not made", () => {
  it("where the CronJob is missing; the answer says what to create", async () => {
    const { service, cronJob, apply, jobsThere } = await aCheckedService({ image: "demo/check:v1-exit0" });
    await cluster.client.delete(`/apis/${cronJob.apiVersion}/namespaces/${service.namespace}/cronjobs/smoke`);

    const { outcome, reason } = await apply();

    expect(outcome).toBe("refused");
    expect(reason).toContain(`CronJob ${service.namespace}/smoke does not exist: create one of that name`);
    expect(await jobsThere()).toEqual([]);
  });

  it("where the CronJob is none of the blueprint's: the Roles do not let it be read", async () => {
    const { apply } = await aCheckedService({ image: "demo/check:v1-exit0" });

    expect(await apply({ ...check, job: "other" })).toMatchObject({ outcome: "refused", reason: expect.stringContaining("cronjobs") });
  });

  it("where its name is taken by another execution", async () => {
    const { apply, confirm, jobs } = await aCheckedService({ image: "demo/check:v1-exit0" });
    await cluster.client.post(jobs, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: checkJobName(check, stamp.execution), annotations: { "rollguard.dev/execution": laterRun.execution } },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: "demo/check:v1-exit0" }] } } },
    });

    expect(await apply()).toMatchObject({ outcome: "refused", reason: expect.stringContaining(laterRun.execution) });
    expect(await confirm()).toMatchObject({ verdict: "inconclusive" });
  });

  it("by a run that was overtaken", async () => {
    const { service, apply, jobsThere } = await aCheckedService({ image: "demo/check:v1-exit0" });
    await cluster.client.patch(service.path, { metadata: { annotations: { "rollguard.dev/fence": "4" } } });

    expect(await apply()).toMatchObject({ outcome: "superseded" });
    expect(await jobsThere()).toEqual([]);
  });

  it("without the right to create Jobs; the answer names the rule", async () => {
    const service = await aService({ replicas: 1 });
    await grantAccess(cluster.client, service.namespace, "read", checkReadRules(["smoke"]));
    await aCheck(service, { image: "demo/check:v1-exit0" });

    const { outcome, reason } = await clusterActions().apply(service.blueprint.target, check, stamp);

    expect(outcome).toBe("refused");
    expect(reason).toContain('{apiGroups: ["batch"], resources: ["jobs"], verbs: ["create"]}');
  });
});

describe("its CronJob", () => {
  it("takes the Job along when it is deleted", async () => {
    const { apply, verdict, cronJob, jobs, service } = await aCheckedService({ image: "demo/check:v1-exit0" });
    await apply();
    await verdict();
    const path = `/apis/${cronJob.apiVersion}/namespaces/${service.namespace}/cronjobs/smoke`;

    // batch/v1beta1 leaves dependents alone unless told otherwise
    await cluster.client.delete(path, { propagationPolicy: "Background" });

    await eventually("the Job is collected", async () => (await cluster.client.list<Job>(jobs)).length === 0);
    expect(await cluster.client.find(path)).toBeUndefined();
  });
});

async function podsOf(service: ServiceScene, job: string): Promise<Pod[]> {
  return cluster.client.list<Pod>(`${podsPath(service.namespace)}?labelSelector=${encodeURIComponent(`job-name=${job}`)}`);
}
