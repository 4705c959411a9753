import { describe, expect, it } from "vitest";
import { kubernetesEvidence } from "../../../functions/adapters/kubernetes/evidence.ts";
import { findingsOf } from "../../../functions/domain/diagnosis/find.ts";
import { FINDING_CLASSES } from "../../../functions/domain/evidence.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  aReplicaSet,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
  GOOD_REPLICA_SET,
  MOMENTS,
} from "../../support/builders/index.ts";
import { EvidenceCluster, type EvidenceObjects } from "./support/evidence-cluster.ts";
import { FAILING_ROWS } from "./support/failing-pods.ts";
import { anUnreadyPod, aPod } from "./support/kubernetes-objects.ts";

const now = new Date(MOMENTS.assessedAt);
const workload = aWorkloadState({
  replicaSets: [aReplicaSet({ uid: `uid-${BAD_HASH}` }), aGoodReplicaSet({ uid: `uid-${GOOD_HASH}` })],
});

async function found(objects: EvidenceObjects) {
  const evidence = kubernetesEvidence(
    () => new EvidenceCluster(objects),
    () => now,
  );
  return findingsOf(
    await evidence.collect({ target: aBlueprint().target, workload, since: new Date("2026-11-20T02:00:00Z"), depth: "quick" }),
  );
}

/** The same pod, but of the good release. */
const ofTheGoodRelease = (pod: ReturnType<typeof aPod>) => ({
  ...pod,
  metadata: {
    ...pod.metadata,
    name: `${GOOD_REPLICA_SET}-fghij`,
    labels: { app: "checkout", "pod-template-hash": GOOD_HASH },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: GOOD_REPLICA_SET, uid: `uid-${GOOD_HASH}`, controller: true }],
  },
});

describe("findings", () => {
  it.each(FAILING_ROWS)("K8S-37: of $name are $finds.class", async ({ objects, finds }) => {
    const findings = await found(objects);

    expect(findings[0]).toMatchObject({ templateHash: BAD_HASH, pods: 1, ...finds });
    if (finds.subject !== undefined) expect(findings[0]?.subject).toEqual(finds.subject);
  });

  it("K8S-37: know every class, but the one of our own permissions, from what an API server answers", () => {
    const covered = new Set(FAILING_ROWS.map(({ finds }) => finds.class));

    expect([...covered].sort()).toEqual(FINDING_CLASSES.filter((name) => name !== "our-rbac").sort());
  });

  it("K8S-37: of both releases are told apart, so that a dependency is not taken for the deploy", async () => {
    const crashed = { restartCount: 3, lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: "2026-11-20T03:12:10Z" } } };
    const pod = anUnreadyPod({ waiting: { reason: "CrashLoopBackOff" } }, crashed);
    const findings = await found({ pods: [pod, { ...pod, metadata: { ...pod.metadata, name: "second" } }, ofTheGoodRelease(pod)] });

    expect(findings.map(({ class: name, templateHash, pods }) => [name, templateHash, pods])).toEqual([
      ["crash-loop", BAD_HASH, 2],
      ["crash-loop", GOOD_HASH, 1],
    ]);
  });

  it("are none of healthy pods, whatever their logs grumble about", async () => {
    const pod = aPod();
    const logs = { [pod.metadata?.name ?? ""]: { current: "Error: Cannot find module './optional.json', going on without" } };

    expect(await found({ pods: [pod], logs })).toEqual([]);
  });

  it("hear what a healthy pod is refused: an app may live on and answer errors", async () => {
    const pod = ofTheGoodRelease(aPod());
    const line =
      'pods is forbidden: User "system:serviceaccount:demo:checkout" cannot delete resource "pods" in API group "" in the namespace "demo"';

    expect(await found({ pods: [pod], logs: { [pod.metadata.name]: { current: line } } })).toMatchObject([
      { class: "app-rbac", templateHash: GOOD_HASH, pods: 1 },
    ]);
  });

  it("put the cause before its consequences", async () => {
    const forbidden = FAILING_ROWS.find(({ finds }) => finds.class === "app-rbac")?.objects ?? {};
    const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" }];

    expect((await found({ ...forbidden, conditions })).map((finding) => finding.class)).toEqual(["app-rbac", "probe", "no-progress"]);
  });

  it("leave a refusal out that is over: all pods exist", async () => {
    const refused = FAILING_ROWS.find(({ finds }) => finds.class === "admission")?.objects ?? {};
    const pods = ["a", "b", "c"].map((name) => aPod({ metadata: { name } as never }));

    expect(refused.events).toHaveLength(1);
    expect(
      await found({ ...refused, pods: pods.map((pod) => ({ ...aPod(), ...pod, metadata: { ...aPod().metadata, ...pod.metadata } })) }),
    ).toEqual([]);
  });
});
