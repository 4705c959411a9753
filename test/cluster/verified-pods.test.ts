import { describe, expect, it } from "vitest";
import type { Verification } from "../../functions/domain/rollback-document.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import { podsPath } from "../../local/cluster/seed.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { type RollbackPorts, taskHandlers } from "../support/machine/run-rollback.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, isImage } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";
const READY_DELAY = "rollguard.dev/ready-delay-seconds";
const TERMINATION_DELAY = "rollguard.dev/termination-delay-seconds";

/** One look of the verify step: what it read, and what it said. */
interface Look {
  readonly state: WorkloadState | null;
  readonly verification: Verification;
}

/** The bad release is live; its template has these annotations for the kubelet model, the good one's its own. */
async function aBadRelease(annotations: Record<string, string>, options: Parameters<typeof aService>[0] = {}): Promise<ServiceScene> {
  const service = await aService(options);
  await service.observed();
  const template = { metadata: { annotations }, spec: { containers: [{ name: "app", image: BAD }] } };
  await service.client.patch(service.path, { spec: { template } }, "strategic");
  await service.rolledOut();
  service.turnBad(isImage(GOOD));
  return service;
}

/** Rolls back through the real machine and keeps each look at a step that restores the release. */
async function looks(
  service: ServiceScene,
  ports: Partial<RollbackPorts> = {},
  beforeLook: (soFar: readonly Look[]) => Promise<unknown> = async () => {},
) {
  const all: Look[] = [];
  let state: WorkloadState | null = null;
  const workload = ports.workload ?? service.workload;
  const watched = {
    ...workload,
    read: async (target: Parameters<typeof workload.read>[0]) => {
      state = await workload.read(target);
      return state;
    },
  };
  const result = await service.rollBack({
    ports,
    overrides: {
      VerifyStep: async (document) => {
        const restores = document.progress.stepId.startsWith("restore-template");
        if (restores) await beforeLook(all);
        const verification: Verification = await taskHandlers(service.ports({ ...ports, workload: watched })).VerifyStep?.(document);
        if (restores) all.push({ state, verification });
        return verification;
      },
    },
  });
  expect(result.failure).toBeNull();
  expect(result.visited.at(-1)).toBe("Recovered");
  expect(all.at(-1)?.verification.verdict).toBe("pass");
  return all;
}

function stabilization(service: ServiceScene, stabilizationSeconds: number): Partial<RollbackPorts> {
  const { blueprint } = service;
  return { blueprints: registryOf({ ...blueprint, verification: { ...blueprint.verification, stabilizationSeconds } }) };
}

const notPassed = { verdict: "inconclusive", next: "keep-watching", stableSince: null };

describe("K8S-40 the verification of a restored release", { timeout: 90_000 }, () => {
  it("K8S-40 gives no pass while bad pods still terminate, and leaves none behind", async () => {
    const service = await aBadRelease({ [TERMINATION_DELAY]: "6" });

    const all = await looks(service);

    const leaving = all.filter(({ verification }) => verification.reason.includes("on their way out"));
    expect(leaving.length).toBeGreaterThan(0);
    for (const { state, verification } of leaving) {
      expect(state?.terminating).toBeGreaterThan(0);
      // all that is asked for is there already: only the pods that go are waited for
      expect(state?.status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
      expect(verification).toMatchObject(notPassed);
    }
    expect(all.at(-1)?.state?.terminating).toBe(0);
    expect((await service.look()).map((pod) => pod.replace(/^\S+ /, ""))).toEqual(["v1 ready", "v1 ready", "v1 ready"]);
  });

  it("K8S-40 does not count ready pods of the old hash", async () => {
    const service = await aBadRelease({ [READY_DELAY]: "0.3" }, { readyDelaySeconds: 6 });
    const bad = (await service.workload.read(service.blueprint.target))?.templateHash;

    const all = await looks(service);

    const onlyOld = all.filter(({ state }) => state?.pods.find(({ templateHash }) => templateHash === bad)?.ready === 3);
    expect(onlyOld.length).toBeGreaterThan(0);
    for (const { state, verification } of onlyOld) {
      expect(state?.templateHash).not.toBe(bad);
      expect(state?.status.readyReplicas).toBe(3);
      expect(verification).toMatchObject(notPassed);
    }
    const last = all.at(-1)?.state;
    expect(last?.pods).toEqual([expect.objectContaining({ templateHash: last?.templateHash, total: 3, ready: 3 })]);
  });

  it("K8S-40 starts the stable window anew when a pod flaps inside it", async () => {
    const service = await aBadRelease({}, { readyDelaySeconds: 3 });
    let flappedAt = "";
    const flap = async (soFar: readonly Look[]) => {
      if (flappedAt !== "" || soFar.at(-1)?.verification.stableSince == null) return;
      flappedAt = new Date().toISOString();
      const pod = (await service.pods()).find(({ metadata }) => !metadata.deletionTimestamp);
      await service.client.delete(`${podsPath(service.namespace)}/${pod?.metadata.name}`);
      await eventually("one pod is missing", async () => {
        const state = await service.workload.read(service.blueprint.target);
        return (state?.status.availableReplicas ?? 3) < 3;
      });
    };

    const all = await looks(service, stabilization(service, 4), flap);

    expect(flappedAt).not.toBe("");
    const flapped = all.findIndex(({ verification }) => verification.reason.startsWith("not stable any more"));
    expect(all[flapped - 1]?.verification.stableSince).not.toBeNull();
    expect(all[flapped]?.verification).toMatchObject(notPassed);
    const last = all.at(-1)?.verification;
    const since = Date.parse(last?.stableSince ?? "");
    expect(since).toBeGreaterThan(Date.parse(flappedAt));
    expect(Date.parse(last?.verifiedAt ?? "") - since).toBeGreaterThanOrEqual(4000);
  });

  it("K8S-40 takes the counters of a generation that is not observed yet for progress, complete as they look", async () => {
    const service = await aBadRelease({});
    const before = await service.workload.read(service.blueprint.target);
    if (before === null) throw new Error("nothing is live");
    let lagging = 2;
    // a controller that lags: the new spec, and the status that it wrote for the old one
    const workload = {
      ...service.workload,
      apply: service.workload.apply,
      read: async (target: Parameters<typeof service.workload.read>[0]) => {
        const state = await service.workload.read(target);
        if (state === null || state.generation <= before.generation || lagging === 0) return state;
        lagging--;
        return { ...state, observedGeneration: before.observedGeneration, status: before.status };
      },
    };

    const all = await looks(service, { workload });

    expect(before.status).toMatchObject({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 });
    const stale = all.filter(({ state }) => state !== null && state.observedGeneration < state.generation);
    expect(stale.length).toBeGreaterThan(0);
    for (const { verification } of stale) {
      expect(verification).toMatchObject({ ...notPassed, reason: expect.stringContaining("is not observed yet") });
    }
  });
});
