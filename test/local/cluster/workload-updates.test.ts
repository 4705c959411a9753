import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundedReplicas } from "../../../local/cluster/controllers/autoscaler-controller.ts";
import { type DaemonView, daemonStatus, placementMoves, updateMoves } from "../../../local/cluster/controllers/daemon-set-update.ts";
import { jobVerdict } from "../../../local/cluster/controllers/job-controller.ts";
import { ordinalOf } from "../../../local/cluster/controllers/stateful-set-pods.ts";
import { nextMoves } from "../../../local/cluster/controllers/stateful-set-update.ts";
import type { Pod } from "../../../local/cluster/objects.ts";
import { usedByPods } from "../../../local/cluster/pod-usage.ts";
import type { ControllerRevision, DaemonSet, Job, Node, StatefulSet } from "../../../local/cluster/workload-objects.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const EARLIER = "2026-03-01T11:00:00Z";

type PodState = "ready" | "broken" | "going" | "missing";
interface PodSketch {
  readonly state: PodState;
  readonly updated: boolean;
}

const sketch = fc.record({ state: fc.constantFrom<PodState>("ready", "broken", "going", "missing"), updated: fc.boolean() });

function aPod(name: string, { state, updated }: PodSketch, labelOf: { updated: string; old: string }): Pod {
  return {
    metadata: {
      name,
      creationTimestamp: EARLIER,
      resourceVersion: "1",
      labels: { "controller-revision-hash": updated ? labelOf.updated : labelOf.old },
      ...(state === "going" ? { deletionTimestamp: EARLIER } : {}),
    },
    spec: { containers: [] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: state === "broken" ? "False" : "True", lastTransitionTime: EARLIER }],
    },
  } as unknown as Pod;
}

const aRevision = (name: string): ControllerRevision => ({ metadata: { name } }) as unknown as ControllerRevision;

function aSet(replicas: number, podManagementPolicy: string, partition: number): StatefulSet {
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition } };
  return { metadata: { name: "db" }, spec: { replicas, podManagementPolicy, updateStrategy }, status: {} } as unknown as StatefulSet;
}

const REVISIONS = { current: aRevision("db-old"), update: aRevision("db-new") };
const LABELS = { updated: "db-new", old: "db-old" };

const setScene = fc.record({
  sketches: fc.array(sketch, { minLength: 1, maxLength: 5 }),
  policy: fc.constantFrom("OrderedReady", "Parallel"),
  partition: fc.integer({ min: 0, max: 5 }),
});

function movesOf({ sketches, policy, partition }: { sketches: readonly PodSketch[]; policy: string; partition: number }) {
  const set = aSet(sketches.length, policy, partition);
  const pods = sketches.flatMap((one, ordinal) => (one.state === "missing" ? [] : [aPod(`db-${ordinal}`, one, LABELS)]));
  return { set, moves: nextMoves(set, pods, REVISIONS, NOW) };
}

describe("what a StatefulSet does next", () => {
  it("is one thing at most when its pods are ordered, and nothing is taken away while any is not ready", () => {
    fc.assert(
      fc.property(setScene, (scene) => {
        const { moves } = movesOf({ ...scene, policy: "OrderedReady" });
        expect(moves.length).toBeLessThanOrEqual(1);
        if (scene.sketches.some(({ state }) => state !== "ready")) expect(moves.filter(({ kind }) => kind === "delete")).toEqual([]);
      }),
    );
  });

  it("takes at most one pod away for an update, of the old revision and not below the partition", () => {
    fc.assert(
      fc.property(setScene, (scene) => {
        const { set, moves } = movesOf(scene);
        const taken = moves.flatMap((move) => (move.kind === "delete" ? [ordinalOf(set, move.pod)] : []));
        expect(taken.length).toBeLessThanOrEqual(1);
        for (const ordinal of taken) {
          expect(ordinal).toBeGreaterThanOrEqual(scene.partition);
          expect(scene.sketches[ordinal]?.updated).toBe(false);
        }
      }),
    );
  });

  it("is to take the highest old pod when all are ready, whatever the policy", () => {
    fc.assert(
      fc.property(setScene, ({ sketches, ...scene }) => {
        const ready = sketches.map((one) => ({ ...one, state: "ready" as const }));
        const { set, moves } = movesOf({ ...scene, sketches: ready });
        const highest = ready.findLastIndex(({ updated }, ordinal) => !updated && ordinal >= scene.partition);
        expect(moves.map((move) => (move.kind === "delete" ? ordinalOf(set, move.pod) : move.kind))).toEqual(highest < 0 ? [] : [highest]);
      }),
    );
  });

  it("heals a broken pod by its template alone only when Parallel", () => {
    const sketches: PodSketch[] = [
      { state: "ready", updated: true },
      { state: "broken", updated: false },
    ];

    expect(movesOf({ sketches, policy: "OrderedReady", partition: 0 }).moves).toEqual([]);
    expect(movesOf({ sketches, policy: "Parallel", partition: 0 }).moves).toMatchObject([
      { kind: "delete", pod: { metadata: { name: "db-1" } } },
    ]);
  });
});

function aView(sketches: readonly PodSketch[], rollingUpdate: { maxUnavailable?: number | string; maxSurge?: number }): DaemonView {
  const nodes = sketches.map((_, index) => ({ metadata: { name: `node-${index}` } }) as unknown as Node);
  const pods = sketches.flatMap((one, index): [string, Pod[]][] =>
    one.state === "missing" ? [] : [[`node-${index}`, [aPod(`agent-${index}`, one, { updated: "new", old: "old" })]]],
  );
  const spec = { updateStrategy: { type: "RollingUpdate", rollingUpdate }, template: { spec: { containers: [] } } };
  const daemonSet = { metadata: { name: "agent", generation: 1 }, spec, status: {} } as unknown as DaemonSet;
  return { daemonSet, nodes, pods: new Map(pods), hash: "new", now: NOW };
}

const daemonScene = fc.record({
  sketches: fc.array(sketch, { minLength: 1, maxLength: 8 }),
  maxUnavailable: fc.integer({ min: 1, max: 4 }),
});

describe("what a DaemonSet does next", () => {
  it("never makes more Nodes unserved than maxUnavailable, except by old pods that do not serve anyway", () => {
    fc.assert(
      fc.property(daemonScene, ({ sketches, maxUnavailable }) => {
        const { remove, create } = updateMoves(aView(sketches, { maxUnavailable }));
        const serving = remove.filter(({ status }) => status.conditions?.[0]?.status === "True");
        const unserved = sketches.filter(({ state, updated }) => state === "going" || (state === "broken" && updated)).length;
        expect(create).toEqual([]);
        expect(serving.length).toBeLessThanOrEqual(Math.max(0, maxUnavailable - unserved));
        expect(remove.length - serving.length).toBe(sketches.filter(({ state, updated }) => state === "broken" && !updated).length);
        expect(remove.every(({ metadata }) => metadata.labels?.["controller-revision-hash"] === "old")).toBe(true);
      }),
    );
  });

  it("puts a pod on each Node without one, and none where one is still going", () => {
    fc.assert(
      fc.property(daemonScene, ({ sketches, maxUnavailable }) => {
        const { create, remove } = placementMoves(aView(sketches, { maxUnavailable }));
        const missing = sketches.flatMap(({ state }, index) => (state === "missing" ? [`node-${index}`] : []));
        expect(create).toEqual(missing);
        expect(remove).toEqual([]);
      }),
    );
  });

  it("with maxSurge makes the new pod first and takes the old one when the new one serves", () => {
    const old: PodSketch = { state: "ready", updated: false };
    const view = aView([old, old], { maxSurge: 1, maxUnavailable: 0 });
    const labels = { updated: "new", old: "old" };

    expect(updateMoves(view)).toEqual({ create: ["node-0"], remove: [] });
    const both = [aPod("agent-0", old, labels), aPod("agent-2", { state: "ready", updated: true }, labels)];
    expect(updateMoves({ ...view, pods: new Map([...view.pods, ["node-0", both]]) }).remove.map(({ metadata }) => metadata.name)).toEqual([
      "agent-0",
    ]);
  });

  it("counts Nodes, not pods", () => {
    const view = aView(
      [
        { state: "ready", updated: true },
        { state: "broken", updated: false },
        { state: "missing", updated: false },
      ],
      { maxUnavailable: "50%" },
    );

    expect(daemonStatus(view)).toEqual({
      observedGeneration: 1,
      currentNumberScheduled: 2,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 1,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
      numberUnavailable: 2,
    });
  });
});

describe("an autoscaler without metrics", () => {
  it("brings its target within its bounds, and leaves one that is scaled to nothing alone", () => {
    const scene = fc.record({ minReplicas: fc.integer({ min: 1, max: 5 }), more: fc.nat(5), replicas: fc.nat(12) });
    fc.assert(
      fc.property(scene, ({ minReplicas, more, replicas }) => {
        const maxReplicas = minReplicas + more;
        const { desired, reason } = boundedReplicas(
          { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas, maxReplicas },
          replicas,
        );
        const expected = replicas === 0 ? 0 : Math.min(maxReplicas, Math.max(minReplicas, replicas));
        expect(desired).toBe(expected);
        expect(reason !== undefined).toBe(expected !== replicas);
      }),
    );
  });
});

describe("a Job", () => {
  const aJob = (spec: Partial<Job["spec"]>, startTime = EARLIER): Job =>
    ({
      spec: { backoffLimit: 1, template: { spec: { restartPolicy: "Never", containers: [] } }, ...spec },
      status: { startTime },
    }) as unknown as Job;
  const ended = (phase: string): Pod => ({ status: { phase } }) as unknown as Pod;

  it.each([
    ["goes on with no pod", {}, [], undefined],
    ["goes on after one failure of two", {}, ["Failed"], undefined],
    ["fails after more failures than its limit", {}, ["Failed", "Failed"], "BackoffLimitExceeded"],
    ["is complete after one success", {}, ["Failed", "Succeeded"], "complete"],
    ["fails after its deadline", { activeDeadlineSeconds: 60 }, ["Running"], "DeadlineExceeded"],
    ["goes on before its deadline", { activeDeadlineSeconds: 7200 }, ["Running"], undefined],
  ])("%s", (_what, spec, phases, outcome) => {
    const verdict = jobVerdict(aJob(spec), phases.map(ended), NOW);

    expect(verdict?.kind === "failed" ? verdict.reason : verdict?.kind).toBe(outcome);
  });
});

describe("what pods use of a quota", () => {
  const pods = ["Running", "Pending", "Succeeded"].map(
    (phase) =>
      ({
        spec: { containers: [{ name: "app", image: "x", resources: { requests: { cpu: "250m" }, limits: { memory: "64Mi" } } }] },
        status: { phase },
      }) as unknown as Pod,
  );

  it.each([
    ["pods", "2"],
    ["count/pods", "2"],
    ["requests.cpu", "500m"],
    ["cpu", "500m"],
    ["limits.memory", "128Mi"],
    ["requests.storage", undefined],
  ])("%s is %s", (resource, used) => {
    expect(usedByPods(pods, resource)).toBe(used);
  });
});
