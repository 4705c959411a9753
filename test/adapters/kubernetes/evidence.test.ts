import { describe, expect, it } from "vitest";
import { kubernetesEvidence } from "../../../functions/adapters/kubernetes/evidence.ts";
import { rbacRefusal } from "../../../functions/adapters/kubernetes/kubernetes-errors.ts";
import { findingsOf } from "../../../functions/domain/diagnosis/find.ts";
import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { EvidenceRequest } from "../../../functions/ports/evidence.ts";
import { aBlueprint, aGoodReplicaSet, aReplicaSet, aWorkloadState, BAD_HASH, GOOD_HASH, MOMENTS } from "../../support/builders/index.ts";
import { anEvent, EvidenceCluster, type EvidenceObjects } from "./support/evidence-cluster.ts";
import { aContainerStatus, anUnreadyPod, aPod } from "./support/kubernetes-objects.ts";

const now = new Date(MOMENTS.assessedAt);
const workload = aWorkloadState({
  replicaSets: [aReplicaSet({ uid: `uid-${BAD_HASH}` }), aGoodReplicaSet({ uid: `uid-${GOOD_HASH}` })],
});
/** Short enough that a test need not wait for what never answers. */
const HASTE = {
  quick: { podsPerTemplate: 2, listMilliseconds: 200, logMilliseconds: 30, nodes: 0 },
  thorough: { podsPerTemplate: 3, listMilliseconds: 200, logMilliseconds: 30, nodes: 2 },
};
const never = new Promise<void>(() => undefined);

function collected(cluster: EvidenceCluster, request: Partial<EvidenceRequest> = {}) {
  const whole = { target: aBlueprint().target, workload, since: new Date("2026-11-20T02:30:00Z"), depth: "quick" as const, ...request };
  return kubernetesEvidence(
    () => cluster,
    () => now,
    HASTE,
  ).collect(whole);
}

const crashed = (name: string, node = "node-1", more = {}) => {
  const last = { terminated: { exitCode: 1, reason: "Error", message: "password=hunter2", finishedAt: "2026-11-20T03:12:10Z" } };
  const pod = anUnreadyPod({ waiting: { reason: "CrashLoopBackOff" } }, { restartCount: 3, lastState: last, ...more });
  return { ...pod, metadata: { ...pod.metadata, name, uid: `uid-${name}` }, spec: { containers: [], nodeName: node } };
};
const three: EvidenceObjects = { pods: ["a", "b", "c"].map((name) => crashed(name)), logs: { a: { current: "now", previous: "before" } } };

describe("evidence", () => {
  it("reads while the run waits: two pods of a template, their events and logs, and no node", async () => {
    const cluster = new EvidenceCluster(three);
    const bundle = await collected(cluster);
    const read = (prefix: string) => cluster.requests.filter((request) => request.startsWith(prefix));

    expect(bundle.pods.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(bundle.gaps).toEqual([]);
    expect(read("LIST /api/v1/namespaces/demo/pods")).toHaveLength(1);
    expect(read("LIST /api/v1/namespaces/demo/events")).toHaveLength(3 + 2);
    expect(new Set(read("TEXT").map((request) => /pods\/(\w+)/.exec(request)?.[1]))).toEqual(new Set(["a", "b"]));
    expect(read("GET /api/v1/nodes")).toEqual([]);
  });

  it("takes the log of the run that crashed, and of this one when the kubelet has no other (400)", async () => {
    const { logs } = await collected(
      new EvidenceCluster({ pods: [crashed("a"), crashed("b")], logs: { ...three.logs, b: { current: "only" } } }),
    );

    expect(logs.map(({ pod, previous, lines }) => [pod, previous, lines])).toEqual([
      ["a", true, ["before"]],
      ["b", false, ["only"]],
    ]);
  });

  it("asks for no log of a container that never ran", async () => {
    const cluster = new EvidenceCluster({ pods: [anUnreadyPod({ waiting: { reason: "ImagePullBackOff" } }, {}, "Pending")] });

    expect((await collected(cluster)).logs).toEqual([]);
    expect(cluster.requests.filter((request) => request.startsWith("TEXT"))).toEqual([]);
  });

  it("asks for the log of the init container that fails, bounded", async () => {
    const pod = aPod({
      status: {
        phase: "Pending",
        conditions: [],
        initContainerStatuses: [
          aContainerStatus({ terminated: { exitCode: 2, reason: "Error", finishedAt: "2026-11-20T03:12:30Z" } }, { name: "migrate" }),
        ],
        containerStatuses: [aContainerStatus({ waiting: { reason: "PodInitializing" } })],
      },
    });
    const cluster = new EvidenceCluster({ pods: [pod] });
    await collected(cluster);

    expect(cluster.requests.filter((request) => request.startsWith("TEXT"))).toEqual([
      `TEXT /api/v1/namespaces/demo/pods/${pod.metadata?.name}/log?container=migrate&tailLines=200&limitBytes=65536&timestamps=true`,
    ]);
  });

  it("does not wait for a log that does not come, and says so", async () => {
    const cluster = new EvidenceCluster(three);
    cluster.disturb = (request) => (request.includes("/pods/a/log") ? never : undefined);
    const { gaps, logs } = await collected(cluster);

    expect(logs).toEqual([]);
    expect(gaps).toEqual([{ what: "log of a", why: "no answer within 0.03 s", permission: false }]);
  });

  it("goes on without what it may not read, and names the rule to add", async () => {
    const cluster = new EvidenceCluster(three);
    const sentence = 'events is forbidden: User "rg" cannot list resource "events" in API group "" in the namespace "demo"';
    cluster.disturb = (request) => {
      if (request.includes("/events")) throw rbacRefusal(sentence);
      return undefined;
    };
    const bundle = await collected(cluster);

    expect(bundle.gaps.length).toBeGreaterThan(0);
    for (const gap of bundle.gaps) expect(gap.why).toContain('Add {apiGroups: [""], resources: ["events"], verbs: ["list"]}');
    expect(findingsOf(bundle).map((finding) => finding.class)).toEqual(expect.arrayContaining(["crash-loop", "our-rbac"]));
  });

  it("goes on without anything at all", async () => {
    const cluster = new EvidenceCluster(three);
    cluster.disturb = () => {
      throw new TransientUpstreamError("the API server answered 503");
    };
    const bundle = await collected(cluster);

    expect(bundle).toMatchObject({ pods: [], events: [], logs: [], templates: [] });
    expect(bundle.gaps.map(({ what }) => what)).toContain("pods");
    expect(findingsOf(bundle)).toEqual([]);
  });

  it("looks at more pods and at their nodes when nobody waits; nodes are optional", async () => {
    const nodes = [
      { metadata: { name: "node-1" }, status: { conditions: [{ type: "MemoryPressure", status: "True", message: "kubelet has it" }] } },
    ];
    const cluster = new EvidenceCluster({ pods: [crashed("a"), crashed("b", "node-2"), crashed("c")], nodes: nodes as never });
    cluster.disturb = (request) => {
      if (request.endsWith("node-2"))
        throw rbacRefusal('nodes "node-2" is forbidden: User "rg" cannot get resource "nodes" in API group "" at the cluster scope');
      return undefined;
    };
    const bundle = await collected(cluster, { depth: "thorough" });

    expect(bundle.nodes.map(({ name }) => name)).toEqual(["node-1"]);
    expect(findingsOf(bundle)).toContainEqual(expect.objectContaining({ class: "node-pressure", templateHash: null }));
    expect(bundle.gaps).toEqual([{ what: "node node-2", why: expect.stringContaining('resources: ["nodes"]'), permission: false }]);
  });

  it("leaves old events and others' pods out", async () => {
    const pod = crashed("a");
    const events = ["2026-11-20T02:00:00Z", "2026-11-20T03:12:00Z"].map((lastTimestamp) =>
      anEvent({ kind: "Pod", name: "a", uid: "uid-a" }, "BackOff", lastTimestamp, { lastTimestamp }),
    );
    const stranger = { ...crashed("s"), metadata: { ...crashed("s").metadata, ownerReferences: [] } };
    const bundle = await collected(new EvidenceCluster({ pods: [pod, stranger], events }));

    expect(bundle.pods.map(({ name }) => name)).toEqual(["a"]);
    expect(bundle.events).toMatchObject([{ message: "2026-11-20T03:12:00Z", templateHash: BAD_HASH }]);
  });
});

describe("what leaves the function", () => {
  const CANARY = "Canary7-hunter2";

  it("has no credential of a log, a message or an app's last words in it", async () => {
    const pod = crashed("a");
    const logs = { a: { previous: `2026-11-20T03:12:10Z connecting to postgres://app:${CANARY}@db/orders with token=${CANARY}` } };
    const events = [anEvent({ kind: "Pod", name: "a", uid: "uid-a" }, "Failed", `exec --password ${CANARY} failed`)];
    const conditions = [{ type: "Progressing", status: "False", reason: "x", message: `secret: ${CANARY}` }];
    const bundle = await collected(new EvidenceCluster({ pods: [pod], logs, events, conditions }));
    const text = JSON.stringify(bundle);

    expect(bundle.logs[0]?.lines).toEqual(["2026-11-20T03:12:10Z connecting to postgres://app:[redacted]@db/orders with token=[redacted]"]);
    expect(bundle.events).toHaveLength(1);
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain("hunter2");
  });

  it("has no line that the log's limit cut: half a secret is not recognised", async () => {
    const half = "AbCdEfGhIjKlMnOp123";
    const current = `${"x".repeat(99)}\n`.repeat(655).concat(`key ${half}`).padEnd(65_536, "1");
    const bundle = await collected(new EvidenceCluster({ pods: [crashed("a", "node-1", { restartCount: 0 })], logs: { a: { current } } }));

    expect(bundle.logs[0]?.lines.length).toBeGreaterThan(10);
    expect(JSON.stringify(bundle)).not.toContain(half);
  });
});
