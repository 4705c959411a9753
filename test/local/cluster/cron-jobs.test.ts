import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import type { CronJob, Job } from "../../../local/cluster/workload-objects.ts";
import { jobsPath } from "../../../local/cluster/workload-seed.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

const CRON_JOBS = `/apis/batch/v1/namespaces/${NAMESPACE}/cronjobs`;
const template = (spec: Record<string, unknown> = {}) => ({
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: "demo/check:v1-exit0" }], ...spec } } },
});

async function aCronJob(more: Record<string, unknown> = {}) {
  const { client } = await aSimulatedCluster();
  const spec = { schedule: "0 0 1 1 *", jobTemplate: template(), ...more };
  return { client, create: () => client.post<CronJob>(CRON_JOBS, { metadata: { name: "smoke" }, spec }) };
}

describe("a CronJob in the simulator", () => {
  it("is stored with a server's defaults, which are not yet those of its Jobs", async () => {
    const { create } = await aCronJob();

    const { spec, metadata } = await create();

    expect(metadata.generation).toBe(1);
    expect(spec).toMatchObject({ suspend: false, concurrencyPolicy: "Allow", successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    expect(spec.jobTemplate.spec.template.spec.containers[0]).toMatchObject({ imagePullPolicy: "IfNotPresent" });
    expect(spec.jobTemplate.spec).not.toHaveProperty("backoffLimit");
    expect(spec.jobTemplate.spec).not.toHaveProperty("selector");
  });

  it.each([
    ["without a schedule", { schedule: "" }],
    ["whose pods would start anew for ever", { jobTemplate: template({ restartPolicy: "Always" }) }],
  ])("is refused %s", async (_what, more) => {
    const { create } = await aCronJob(more);

    await expect(create()).rejects.toMatchObject({ code: 422 });
  });

  it("is found by API discovery, beside Jobs", async () => {
    const { client } = await aCronJob();

    const { resources } = await client.get<{ resources: { name: string }[] }>("/apis/batch/v1");

    expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining(["jobs", "cronjobs", "cronjobs/status"]));
  });

  it("takes its Jobs along when it is deleted", async () => {
    const { client, create } = await aCronJob();
    const { metadata } = await create();
    const ownerReferences = [{ apiVersion: "batch/v1", kind: "CronJob", name: "smoke", uid: metadata.uid }];
    await client.post<Job>(jobsPath(NAMESPACE), { metadata: { name: "one", ownerReferences }, ...template() });

    await client.delete(`${CRON_JOBS}/smoke`, { propagationPolicy: "Background" });

    await expect.poll(() => client.list<KubernetesObject>(jobsPath(NAMESPACE))).toEqual([]);
  });
});
