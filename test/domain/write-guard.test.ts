import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reapplies } from "../../functions/domain/gitops.ts";
import type { WorkloadWrite } from "../../functions/domain/workload.ts";
import { decideStrategy, decideWrite, type GuardedWorkload } from "../../functions/domain/write-guard.ts";
import { aWorkloadState, BAD_HASH, GOOD_HASH, GOOD_REPLICA_SET, WORKLOAD_UID } from "../support/builders/index.ts";

const stamp = { execution: "rg-checkout-1", fence: 7 };
const ours = { execution: stamp.execution, fence: stamp.fence, savedStrategy: null };
const expected = { uid: WORKLOAD_UID, generation: 4 };

const restoreTemplate: WorkloadWrite = {
  kind: "restore-template",
  replicaSet: GOOD_REPLICA_SET,
  templateHash: GOOD_HASH,
  expect: expected,
  stamp,
};
const restoreScale: WorkloadWrite = { kind: "restore-scale", replicas: 5, expect: expected, stamp };
const restoreStrategy: WorkloadWrite = { kind: "restore-strategy", expect: { uid: WORKLOAD_UID }, stamp };

interface Row {
  readonly when: string;
  readonly live: Partial<GuardedWorkload>;
  readonly write: WorkloadWrite;
  readonly decision: string;
  readonly reason: RegExp;
}

const unstamped = { execution: null, fence: null, savedStrategy: null };
const argo = { kind: "argo-cd", ref: "shop" } as const;
const flux = { kind: "flux", ref: "kustomize/flux-system/shop" } as const;
const helm = { kind: "helm", ref: "shop/checkout" } as const;

const rows: readonly Row[] = [
  { when: "nothing has changed since", live: {}, write: restoreTemplate, decision: "proceed", reason: /restoring template/ },
  { when: "nothing has changed since", live: {}, write: restoreScale, decision: "proceed", reason: /restoring 5 replicas/ },
  {
    when: "a strategy was saved",
    live: { stamps: { ...ours, savedStrategy: "{}" } },
    write: restoreStrategy,
    decision: "proceed",
    reason: /saved strategy/,
  },
  {
    when: "the Deployment was created anew",
    live: { uid: "another" },
    write: restoreTemplate,
    decision: "superseded",
    reason: /live is another/,
  },
  {
    when: "the Deployment was created anew",
    live: { uid: "another", stamps: { ...ours, savedStrategy: "{}" } },
    write: restoreStrategy,
    decision: "superseded",
    reason: /live is another/,
  },
  {
    when: "a later run has written",
    live: { stamps: { ...unstamped, fence: 8 } },
    write: restoreTemplate,
    decision: "superseded",
    reason: /fence 8, ours is 7/,
  },
  {
    when: "a later run has restored the same template",
    live: { stamps: { ...unstamped, fence: 8 }, templateHash: GOOD_HASH },
    write: restoreTemplate,
    decision: "superseded",
    reason: /fence 8/,
  },
  {
    when: "an earlier run has written",
    live: { stamps: { ...unstamped, fence: 6 } },
    write: restoreTemplate,
    decision: "proceed",
    reason: /restoring/,
  },
  {
    when: "our own write is there",
    live: { generation: 5, templateHash: GOOD_HASH, stamps: ours },
    write: restoreTemplate,
    decision: "already-applied",
    reason: /by this execution/,
  },
  {
    when: "our own write is there and someone paused since",
    live: { generation: 6, templateHash: GOOD_HASH, stamps: ours, paused: true },
    write: restoreTemplate,
    decision: "already-applied",
    reason: /by this execution/,
  },
  {
    when: "somebody else has rolled back",
    live: { generation: 5, templateHash: GOOD_HASH },
    write: restoreTemplate,
    decision: "already-applied",
    reason: /by somebody else/,
  },
  {
    when: "the good template is live on a paused Deployment",
    live: { templateHash: GOOD_HASH, paused: true },
    write: restoreTemplate,
    decision: "refused",
    reason: /paused/,
  },
  {
    when: "we restored and a human deployed on top",
    live: { generation: 6, templateHash: "5f6b7c8d9e", stamps: ours },
    write: restoreTemplate,
    decision: "superseded",
    reason: /generation 4 then, 6 now/,
  },
  {
    when: "a human deployed since",
    live: { generation: 5, templateHash: "5f6b7c8d9e" },
    write: restoreTemplate,
    decision: "superseded",
    reason: /generation 4 then, 5 now/,
  },
  {
    when: "an autoscaler scaled since, and the assessed template is still live",
    live: { generation: 6, replicas: 9, assessedIsLive: true },
    write: restoreTemplate,
    decision: "proceed",
    reason: /restoring template/,
  },
  {
    when: "a human deployed, and the assessed template is not live any more",
    live: { generation: 6, assessedIsLive: false },
    write: restoreTemplate,
    decision: "superseded",
    reason: /generation 4 then, 6 now/,
  },
  {
    when: "somebody scaled since, although the template is still live",
    live: { generation: 6, assessedIsLive: true },
    write: restoreScale,
    decision: "superseded",
    reason: /generation 4 then, 6 now/,
  },
  {
    when: "a human deployed and paused since",
    live: { generation: 5, paused: true },
    write: restoreTemplate,
    decision: "superseded",
    reason: /4 then, 5 now/,
  },
  { when: "it is paused", live: { paused: true }, write: restoreTemplate, decision: "refused", reason: /kubectl rollout resume/ },
  { when: "it is paused", live: { paused: true }, write: restoreScale, decision: "refused", reason: /paused/ },
  {
    when: "it is paused",
    live: { paused: true, stamps: { ...ours, savedStrategy: "{}" } },
    write: restoreStrategy,
    decision: "proceed",
    reason: /saved strategy/,
  },
  {
    when: "a pause of ours is there without a saved strategy",
    live: { paused: true, stamps: { ...ours, paused: true } },
    write: restoreStrategy,
    decision: "proceed",
    reason: /saved strategy/,
  },
  { when: "Argo CD owns it", live: { owner: argo }, write: restoreTemplate, decision: "refused", reason: /argo-cd \(shop\)/ },
  { when: "Flux owns it", live: { owner: flux }, write: restoreScale, decision: "refused", reason: /flux \(kustomize/ },
  {
    when: "Argo CD owns it",
    live: { owner: argo, stamps: { ...ours, savedStrategy: "{}" } },
    write: restoreStrategy,
    decision: "proceed",
    reason: /saved strategy/,
  },
  {
    when: "Argo CD owns it, and the plan holds that",
    live: { owner: argo },
    write: { ...restoreTemplate, owned: "held" },
    decision: "proceed",
    reason: /restoring/,
  },
  {
    when: "Flux owns it, and the plan watches for that",
    live: { owner: flux },
    write: { ...restoreScale, owned: "watched" },
    decision: "proceed",
    reason: /restoring/,
  },
  { when: "a Helm release owns it", live: { owner: helm }, write: restoreTemplate, decision: "proceed", reason: /restoring/ },
  { when: "an autoscaler targets it", live: { hpa: "checkout" }, write: restoreScale, decision: "refused", reason: /checkout owns/ },
  { when: "an autoscaler targets it", live: { hpa: "checkout" }, write: restoreTemplate, decision: "proceed", reason: /restoring/ },
  {
    when: "the count is set already",
    live: { replicas: 5, generation: 5 },
    write: restoreScale,
    decision: "already-applied",
    reason: /5 replicas are set already/,
  },
  {
    when: "the count was changed since",
    live: { replicas: 4, generation: 5 },
    write: restoreScale,
    decision: "superseded",
    reason: /generation/,
  },
  { when: "no strategy is saved", live: {}, write: restoreStrategy, decision: "already-applied", reason: /no saved strategy/ },
  {
    when: "others have changed it since",
    live: { generation: 99, stamps: { ...ours, savedStrategy: "{}" } },
    write: restoreStrategy,
    decision: "proceed",
    reason: /saved/,
  },
];

describe("decideWrite", () => {
  it.each(rows)("answers $decision to $write.kind when $when", ({ live, write, decision, reason }) => {
    const decided = decideWrite(aWorkloadState({ templateHash: BAD_HASH, stamps: unstamped, ...live }), write);

    expect(decided.decision).toBe(decision);
    expect(decided.reason).toMatch(reason);
  });

  it("never proceeds on a workload that is not the one assessed", () => {
    fc.assert(
      fc.property(anyLive, fc.constantFrom(restoreTemplate, restoreScale, restoreStrategy), (live, write) => {
        const differs = live.uid !== write.expect.uid || (write.kind !== "restore-strategy" && live.generation !== write.expect.generation);
        fc.pre(differs);

        expect(decideWrite(live, write).decision).not.toBe("proceed");
      }),
    );
  });

  it("never proceeds past a higher fence, a GitOps owner that nobody has thought of or a target that is live", () => {
    fc.assert(
      fc.property(anyLive, fc.constantFrom(restoreTemplate, restoreScale, restoreStrategy), (live, write) => {
        const { decision } = decideWrite(live, write);
        if (decision !== "proceed") return;

        expect(live.stamps.fence ?? 0).toBeLessThanOrEqual(stamp.fence);
        expect(reapplies(live.owner) && write.kind !== "restore-strategy").toBe(false);
        expect(write.kind === "restore-template" ? live.templateHash : "").not.toBe(GOOD_HASH);
      }),
    );
  });
});

describe("decideStrategy", () => {
  it.each([
    { type: "RollingUpdate", maxSurge: "25%", exclusive: null, replace: true },
    { type: "RollingUpdate", maxSurge: "25%", exclusive: "volume claim data", replace: true },
    { type: "RollingUpdate", maxSurge: "0", exclusive: null, replace: true },
    { type: "RollingUpdate", maxSurge: "0", exclusive: "volume claim data", replace: false },
    { type: "RollingUpdate", maxSurge: "0%", exclusive: "host port 8080", replace: false },
    { type: "Recreate", maxSurge: "0", exclusive: null, replace: true },
    { type: "Recreate", maxSurge: "0", exclusive: "volume claim data", replace: false },
  ])("K8S-22: replaces $type with surge $maxSurge and exclusive $exclusive: $replace", ({ replace, ...facts }) => {
    expect(decideStrategy(facts).replace).toBe(replace);
  });
});

const anyLive: fc.Arbitrary<GuardedWorkload> = fc.record({
  kind: fc.constantFrom("Deployment" as const, "StatefulSet" as const, "Rollout" as const),
  uid: fc.constantFrom(WORKLOAD_UID, "another"),
  generation: fc.integer({ min: 1, max: 8 }),
  templateHash: fc.constantFrom(GOOD_HASH, BAD_HASH, null),
  replicas: fc.integer({ min: 0, max: 6 }),
  paused: fc.boolean(),
  stamps: fc.record({
    execution: fc.constantFrom(stamp.execution, "rg-other", null),
    fence: fc.option(fc.integer({ min: 0, max: 9 })),
    savedStrategy: fc.constantFrom("{}", null),
  }),
  hpa: fc.constantFrom("checkout", null),
  owner: fc.constantFrom(argo, flux, helm, null),
});
