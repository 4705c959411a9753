import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { availabilityPlan, roomFor } from "../../functions/domain/availability.ts";
import type { PreflightFacts } from "../../functions/domain/preflight-facts.ts";
import { aWorkloadState, GOOD_HASH } from "../support/builders/index.ts";
import { GIB, someFacts, someNeeds, someTarget } from "./support/preflight-facts.ts";

const group = (templateHash: string, total: number, ready: number) => ({
  templateHash,
  total,
  ready,
  failing: total - ready,
  restarts: 0,
  reasons: [],
});
const roomOf = (pods: number): Pick<PreflightFacts, "quotas"> => ({ quotas: { value: [{ name: "team", left: { pods } }] } });
const unseen = { notChecked: "not allowed", fix: "" };
const RECREATE = { type: "Recreate", maxSurge: "0", maxUnavailable: "100%" };

describe("a Deployment goes back", () => {
  it("with all new pods first, in one wave, where there is room for them", () => {
    expect(availabilityPlan(someFacts())).toEqual({
      maxSurge: "100%",
      maxUnavailable: "0",
      predictedSeconds: 4,
      predictedLoss: 0,
      reason: "all new pods first, none taken away before; there is room for 20 more pods (1 Node)",
    });
  });

  it("the same way where nobody could look: a pod that stays Pending harms nobody", () => {
    const plan = availabilityPlan(someFacts({ quotas: unseen, nodes: unseen, unschedulable: unseen }));

    expect(plan).toMatchObject({ maxSurge: "100%", maxUnavailable: "0", predictedLoss: 0 });
    expect(plan.reason).toContain("room for them is not known");
  });

  it("with as many first as fit, in more waves (K8S-20)", () => {
    expect(availabilityPlan(someFacts(roomOf(4)))).toMatchObject({
      maxSurge: "4",
      maxUnavailable: "0",
      predictedSeconds: 3 * 4,
      predictedLoss: 0,
      reason: "4 new pods first: there is no room for 10 (quota team: pods)",
    });
  });

  it("without room with those first that do not serve anyway, at least a quarter (K8S-21)", () => {
    const half = aWorkloadState({ replicas: 10, pods: [group("bad", 10, 6)] });
    const healthy = aWorkloadState({ replicas: 10, pods: [group("bad", 10, 10)] });
    const small = aWorkloadState({ replicas: 2, pods: [group("bad", 2, 2)] });

    expect(availabilityPlan(someFacts({ ...roomOf(0), workload: half }))).toMatchObject({
      maxSurge: "0",
      maxUnavailable: "4",
      predictedSeconds: 12,
    });
    expect(availabilityPlan(someFacts({ ...roomOf(0), workload: healthy }))).toMatchObject({ maxUnavailable: "2", predictedLoss: 2 });
    expect(availabilityPlan(someFacts({ ...roomOf(0), workload: small }))).toMatchObject({ maxUnavailable: "1", predictedLoss: 1 });
  });

  it("with only what is missing, where pods of the release are left", () => {
    const stuck = aWorkloadState({ replicas: 10, pods: [group(GOOD_HASH, 8, 8), group("bad", 5, 0)] });

    expect(availabilityPlan(someFacts({ ...roomOf(2), workload: stuck }))).toMatchObject({ maxSurge: "100%", predictedSeconds: 4 });
  });

  it("slower where its pods have to stay ready for a while (K8S-22)", () => {
    const workload = aWorkloadState({ replicas: 10, minReadySeconds: 30, pods: [] });

    expect(availabilityPlan(someFacts({ workload })).predictedSeconds).toBe(34);
  });

  it("by its own strategy where two pods cannot run side by side: an outage that is predicted (K8S-22)", () => {
    const workload = aWorkloadState({ replicas: 3, strategy: RECREATE, pods: [group("bad", 3, 3)] });
    const exclusive = availabilityPlan(someFacts({ workload, targets: [someTarget({}, { exclusive: "volume claim data" })] }));
    const shared = availabilityPlan(someFacts({ workload }));

    expect(exclusive).toMatchObject({ maxSurge: "0", maxUnavailable: "100%", predictedLoss: 3, predictedSeconds: 4 });
    expect(exclusive.reason).toContain("volume claim data");
    expect(shared).toMatchObject({ maxSurge: "100%", predictedLoss: 0 });
  });

  it("never with neither surge nor loss, and never with more loss than there are pods", () => {
    const counts = fc.record({
      replicas: fc.nat(200),
      ready: fc.nat(200),
      room: fc.nat(200),
      exclusive: fc.boolean(),
      recreate: fc.boolean(),
    });
    fc.assert(
      fc.property(counts, ({ replicas, ready, room, exclusive, recreate }) => {
        const workload = aWorkloadState({
          replicas,
          pods: [group("bad", replicas, Math.min(ready, replicas))],
          ...(recreate ? { strategy: RECREATE } : {}),
        });
        const plan = availabilityPlan(
          someFacts({ ...roomOf(room), workload, targets: [someTarget({}, exclusive ? { exclusive: "host port 80" } : {})] }),
        );

        expect([plan.maxSurge, plan.maxUnavailable]).not.toEqual(["0", "0"]);
        expect(plan.predictedLoss).toBeLessThanOrEqual(replicas);
        expect(plan.predictedSeconds).toBeLessThanOrEqual(replicas * 4);
        if (room >= replicas && !exclusive) expect(plan.predictedLoss).toBe(0);
      }),
    );
  });

  it("no slower and with no more loss the more room there is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(100), fc.nat(100), (replicas, one, more) => {
        const workload = aWorkloadState({ replicas, pods: [group("bad", replicas, replicas)] });
        const [less, with_] = [one, one + more].map((room) => availabilityPlan(someFacts({ ...roomOf(room), workload })));

        expect(with_?.predictedLoss).toBeLessThanOrEqual(less?.predictedLoss ?? 0);
        // A surge of one may take more waves than a quarter at a time, which costs pods instead.
        if ((less?.predictedLoss ?? 0) === 0) expect(with_?.predictedSeconds).toBeLessThanOrEqual(less?.predictedSeconds ?? 0);
      }),
    );
  });
});

describe("a workload without surge loses pods", () => {
  const ordered = { type: "RollingUpdate", maxSurge: "0", maxUnavailable: "1" };

  it("one after the other as a StatefulSet, at least those that do not serve (K8S-24)", () => {
    const healthy = aWorkloadState({ kind: "StatefulSet", replicas: 5, strategy: ordered, pods: [group("bad", 5, 5)] });
    const broken = aWorkloadState({ kind: "StatefulSet", replicas: 5, strategy: ordered, pods: [group("bad", 5, 3)] });

    expect(availabilityPlan(someFacts({ workload: healthy }))).toMatchObject({
      maxUnavailable: "1",
      predictedLoss: 1,
      predictedSeconds: 20,
    });
    expect(availabilityPlan(someFacts({ workload: broken }))).toMatchObject({ predictedLoss: 2 });
  });

  it("as many at once as a DaemonSet allows (K8S-25)", () => {
    const strategy = { ...ordered, maxUnavailable: "50%" };
    const workload = aWorkloadState({ kind: "DaemonSet", replicas: 9, strategy, pods: [group("bad", 9, 9)] });

    expect(availabilityPlan(someFacts({ workload }))).toMatchObject({ predictedLoss: 5, predictedSeconds: 8 });
  });
});

describe("room", () => {
  const nodes = (...free: readonly [cpuMillicores: number, gib: number, pods: number][]) => ({
    value: free.map(([cpuMillicores, gib, pods]) => ({ cpuMillicores, memoryBytes: gib * GIB, pods })),
  });
  const room = (facts: Partial<PreflightFacts>) =>
    roomFor({ quotas: { value: [] }, nodes: unseen, unschedulable: { value: null }, ...facts }, someNeeds());

  it("is what fits on each Node, whole pods only", () => {
    expect(room({ nodes: nodes([600, 8, 10], [1000, 0.3, 10], [9000, 9, 0]) })).toEqual({ pods: 2 + 1, reason: "3 Nodes" });
  });

  it.each([
    [{ pods: 7 }, 7, "pods"],
    [{ "requests.cpu": 900 }, 3, "requests.cpu"],
    [{ "limits.memory": GIB }, 2, "limits.memory"],
    [{ "count/pods": 5, memory: GIB / 2 }, 2, "memory"],
    [{ pods: -3 }, 0, "pods"],
  ])("is what a quota leaves: %j", (left, pods, resource) => {
    expect(room({ quotas: { value: [{ name: "team", left }] } })).toEqual({ pods, reason: `quota team: ${resource}` });
  });

  it("is none where the scheduler has just refused as small a pod, and unknown where it refused a greedier one", () => {
    const refused = (memoryBytes: number) => ({
      value: { message: "0/3 nodes are available", requests: { cpuMillicores: 250, memoryBytes } },
    });

    expect(room({ unschedulable: refused(GIB / 4) })).toEqual({ pods: 0, reason: "scheduler: 0/3 nodes are available" });
    expect(room({ unschedulable: refused(64 * GIB) })).toBeNull();
  });

  it("is not told by a quota of something else", () => {
    expect(room({ quotas: { value: [{ name: "team", left: { "limits.cpu": 0 } }] } })?.pods).toBe(0);
    expect(
      roomFor(
        { quotas: { value: [{ name: "team", left: { "limits.cpu": 0 } }] }, nodes: unseen, unschedulable: unseen },
        someNeeds({ limits: { cpuMillicores: 0, memoryBytes: 0 } }),
      ),
    ).toBeNull();
  });
});
