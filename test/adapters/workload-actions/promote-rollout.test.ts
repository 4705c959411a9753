import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { PermissionError } from "../../../functions/domain/errors.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

const target = { cluster: "demo", namespace: "shop", kind: "Rollout" as const, name: "checkout" };
const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 7 };
const path = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/checkout";
const action = { kind: "promote-rollout", rollout: "checkout", templateHash: "good" } as const;
/** The controller has taken the restored template for a new version. */
const replaying = { currentPodHash: "good", stableRS: "bad", phase: "Paused" };

/** The Rollout and its status are one object. */
class RolloutCluster extends ObjectCluster {
  override merge: ObjectCluster["merge"] = (url, body) => super.merge(url.replace("/status?", "?status&"), body);
}

const scene = (status: object, metadata: object = {}) => new RolloutCluster().put(path, { metadata, status });
const apply = (cluster: ObjectCluster) => clusterActions(() => cluster).apply(target, action, stamp);
const confirm = (cluster: ObjectCluster) => clusterActions(() => cluster).confirm(target, action, stamp);

describe("promote-rollout", () => {
  it("sets status.promoteFull through the status subresource, against the version that was read, and reads it back", async () => {
    const cluster = scene(replaying);

    expect(await apply(cluster)).toMatchObject({ outcome: "applied", reason: expect.stringContaining("promoted fully") });
    expect(cluster.writes.map(({ query, body }) => [query.split("&")[0], body])).toEqual([
      ["status", { metadata: { resourceVersion: expect.stringMatching(/./) }, status: { promoteFull: true } }],
    ]);
    expect(await confirm(cluster)).toMatchObject({ verdict: "proven", reason: "Rollout checkout is being promoted fully" });
    expect(await apply(cluster)).toMatchObject({ outcome: "already-applied" });
    expect(cluster.writes).toHaveLength(1);
  });

  it.each([
    ["the restored version is the stable one already", { currentPodHash: "good", stableRS: "good" }],
    ["its controller has taken up another template", { currentPodHash: "newer", stableRS: "bad" }],
    ["its controller has taken up none yet", {}],
  ])("writes nothing where %s", async (_where, status) => {
    const cluster = scene(status);

    expect(await apply(cluster)).toMatchObject({ outcome: "already-applied" });
    expect(cluster.writes).toEqual([]);
    expect(await confirm(cluster)).toMatchObject({ verdict: "proven" });
  });

  it("does not promote another template that came in between", async () => {
    const cluster = scene(replaying);
    cluster.meanwhile = (other) => {
      other.meanwhile = null;
      other.put(path, { metadata: {}, status: { currentPodHash: "newer", stableRS: "bad" } });
    };

    expect(await apply(cluster)).toMatchObject({ outcome: "already-applied", reason: expect.stringContaining("taken up newer") });
    expect(cluster.at(path)).not.toMatchObject({ status: { promoteFull: true } });
  });

  it("is superseded by a later fence, and by the end of the Rollout", async () => {
    const fenced = scene(replaying, { annotations: { "rollguard.dev/execution": "rg-later", "rollguard.dev/fence": "8" } });

    expect(await apply(fenced)).toMatchObject({ outcome: "superseded" });
    expect(await apply(new RolloutCluster())).toMatchObject({ outcome: "superseded" });
    expect(await confirm(new RolloutCluster())).toMatchObject({ verdict: "lost" });
  });

  it("leaves the Rollout to its steps, which is slow and no failure, where it cannot be promoted", async () => {
    const dropping = scene(replaying);
    dropping.admit = (object) => ({ ...object, status: replaying });
    const forbidden = scene(replaying);
    forbidden.merge = async () => {
      throw new PermissionError("may not patch rollouts/status", {});
    };

    expect(await apply(dropping)).toMatchObject({ outcome: "already-applied", reason: expect.stringContaining("did not keep") });
    expect(await apply(forbidden)).toMatchObject({ outcome: "already-applied", reason: expect.stringContaining("rollouts/status") });
    expect(await confirm(forbidden)).toMatchObject({ verdict: "proven", reason: "Rollout checkout goes through its steps" });
  });
});
