import { describe, expect, it } from "vitest";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import type { ClusterAction } from "../../functions/domain/cluster-action.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";
const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 1 };
const actions = clusterActions();

async function replicaSetOf(service: ServiceScene, image: string) {
  const found = (await service.replicaSets()).find(({ spec }) => spec.template.spec.containers[0]?.image === image);
  return { replicaSet: found?.metadata.name ?? "", templateHash: found?.metadata.labels?.["pod-template-hash"] ?? "" };
}

/** The bad release is live, and this is the step that puts old pods beside its own. */
async function aPause(): Promise<{ service: ServiceScene; pause: ClusterAction & { kind: "pause-at-share" } }> {
  const service = await aService();
  await service.deploy(BAD);
  await service.rolledOut();
  const from = (await replicaSetOf(service, BAD)).replicaSet;
  return { service, pause: { kind: "pause-at-share", ...(await replicaSetOf(service, GOOD)), replicas: 2, from, seconds: 1 } };
}

describe("two versions side by side", () => {
  it("K8S-11 K8S-36 do not come over a release that was deployed since the assessment", async () => {
    const { service, pause } = await aPause();
    await service.deploy("demo/checkout:v3");

    const result = await actions.apply(service.blueprint.target, pause, stamp);

    expect(result).toMatchObject({ outcome: "superseded", reason: expect.stringContaining("somebody has deployed since") });
    expect(await service.image()).toBe("demo/checkout:v3");
    expect((await service.live()).spec.paused ?? false).toBe(false);
  });

  it("K8S-36 hand the generation of their own writes on: the replicas that come back next are no stranger's business", async () => {
    const { service, pause } = await aPause();
    const { target } = service.blueprint;
    const { templateHash, replicaSet } = pause;

    const paused = await actions.apply(target, pause, stamp);
    await eventually("both versions run", async () => (await actions.confirm(target, pause, stamp)).verdict === "proven");
    const resumed = await actions.apply(target, { kind: "resume", to: "restored", templateHash, replicaSet }, stamp);
    const uid = (await service.live()).metadata.uid ?? "";
    const expected = { uid, generation: resumed.generation };
    const scaled = await service.workload.apply(target, { kind: "restore-scale", replicas: 4, expect: expected, stamp });

    expect([paused.outcome, resumed.outcome, scaled.outcome]).toEqual(["applied", "applied", "applied"]);
    expect(await service.image()).toBe(GOOD);
    expect((await service.live()).spec).toMatchObject({ replicas: 4 });
  });
});
