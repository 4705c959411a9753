import { describe, expect, it } from "vitest";
import {
  aBlueprint,
  aGoodReplicaSet,
  aReleaseObservation,
  aReplicaSet,
  aTrigger,
  aWorkloadState,
  GOOD_HASH,
} from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

const GONE = { images: [{ image: "demo/checkout:v1", present: { value: false } }] };
const OLDER = aGoodReplicaSet({ templateHash: "older", name: "checkout-older", revision: 0 });

function aSceneWithTwoGoodReleases() {
  return aScene({
    workload: aWorkloadState({ replicaSets: [aReplicaSet(), aGoodReplicaSet(), OLDER] }),
    observations: [
      aReleaseObservation(),
      aReleaseObservation({ templateHash: "older", replicaSet: OLDER.name, lastSeenAt: "2026-11-19T00:00:00.000Z" }),
    ],
  });
}

async function run(scene: ReturnType<typeof aScene>) {
  await runRollback(scene.ports, scene.input, { onWait: scene.onWait });
  const record = (await scene.store.read(scene.input.incidentId))?.meta;
  return { outcome: record?.outcome, plan: record?.record?.plan, writes: scene.workload.writes };
}

describe("a release that cannot run", () => {
  it("is left out without a write, and the next good one comes back (K8S-19)", async () => {
    const scene = aSceneWithTwoGoodReleases();
    scene.preflight.lacks[GOOD_HASH] = GONE;

    const { outcome, plan, writes } = await run(scene);

    expect(outcome).toBe("recovered");
    expect(writes.flatMap((write) => (write.kind === "restore-template" ? write.templateHash : []))).toEqual(["older"]);
    expect(plan?.governance.checks.find(({ rule }) => rule === "preflight")).toMatchObject({
      outcome: "pass",
      observed: `left out: ${GOOD_HASH}: image, demo/checkout:v1 does not exist`,
    });
  });

  it("is not tried when there is no other: nothing is written, and people learn why (K8S-16)", async () => {
    const scene = aScene();
    scene.preflight.lacks[GOOD_HASH] = GONE;

    const { outcome, plan, writes } = await run(scene);

    expect(writes).toEqual([]);
    expect(outcome).toBe("escalated");
    expect(plan).toMatchObject({ mode: "none", governance: { verdict: "denied", rule: "preflight" } });
  });
});

describe("the rollout", () => {
  it("goes by the room there is (K8S-20)", async () => {
    const scene = aScene();
    scene.preflight.around = { unschedulable: { value: { message: "no room", requests: { cpuMillicores: 0, memoryBytes: 0 } } } };

    const { plan, writes } = await run(scene);

    expect(plan?.preflight?.availability).toMatchObject({ maxSurge: "0", maxUnavailable: "1", predictedLoss: 1 });
    expect(writes[0]).toMatchObject({ kind: "restore-template", availability: { maxSurge: "0", maxUnavailable: "1" } });
    expect(plan?.predictedSeconds).toBeGreaterThan(30);
  });

  it("is dry-run first, unless every second counts (K8S-29)", async () => {
    const fast = await run(aScene());
    const trigger = aTrigger({ class: "security", severity: "critical" });
    const immediate = await run(aScene({ blueprint: aBlueprint({ triggers: [trigger] }) }));

    expect([fast.plan?.strategy, immediate.plan?.strategy]).toEqual(["fast", "immediate"]);
    expect(fast.writes[0]).toMatchObject({ dryRun: true });
    expect(immediate.writes[0]).not.toHaveProperty("dryRun");
  });

  it("is looked at with the rights that all its steps need (K8S-27)", async () => {
    const scene = aScene();
    await run(scene);

    const [request] = scene.preflight.requests;
    expect(request?.candidates).toEqual([{ templateHash: GOOD_HASH, revisionName: expect.stringContaining("checkout"), kept: false }]);
    expect(request?.rights).toContainEqual({ apiGroup: "apps", resource: "deployments", verb: "patch", name: "checkout" });
  });
});
