import { describe, expect, it } from "vitest";
import { governanceWrites, reservationFor } from "../../../functions/domain/governance-writes.ts";
import type { RollbackDocument } from "../../../functions/domain/rollback-document.ts";
import {
  aBlueprint,
  aChange,
  aFreeze,
  aGovernance,
  anAssessment,
  anOpening,
  aPlan,
  aPlanStep,
  aProgress,
  aRollbackDocument,
  aVerification,
  BAD_HASH,
  GOOD_HASH,
  MOMENTS,
  secondsAfter,
} from "../../support/builders/index.ts";
import { byHand } from "./support.ts";

const NOW = MOMENTS.closedAt;
const at = secondsAfter(MOMENTS.assessedAt, 1);
const allowed = aPlan({ governance: aGovernance({ at }) });
const immediate = { ...allowed, strategy: "immediate" as const };
const writes = (overrides: Partial<RollbackDocument>, grave: Parameters<typeof governanceWrites>[2] = null) =>
  governanceWrites(aRollbackDocument({ plan: allowed, ...overrides }), NOW, grave);
const failed = aVerification({ recovery: "not-recovered", verdict: "fail" });

describe("the end of an incident", () => {
  it("notes when its plan was allowed, from what to what, and that it recovered", () => {
    expect(writes({})).toEqual({
      rollback: {
        incidentId: aRollbackDocument().incidentId,
        service: "checkout",
        at,
        outcome: "recovered",
        from: `template ${BAD_HASH}`,
        to: `template ${GOOD_HASH}`,
      },
      approved: false,
      freezes: [],
    });
  });

  it.each([
    ["did not recover", { verification: failed }],
    ["broke after it had written", { verification: undefined, failure: { Error: "TransientUpstreamError" } }],
    ["broke while it wrote", { verification: undefined, progress: undefined, failure: { Error: "States.Timeout" } }],
    ["stopped half way", { verification: failed, progress: aProgress({ outcome: "refused", stepIndex: 1, stepId: "restore-strategy" }) }],
  ] as const)("counts as a failure for the breaker when the run %s", (_name, overrides) => {
    expect(writes(overrides)).toMatchObject({ rollback: { outcome: "failed" } });
  });

  it("is no failure of the rollback when the service had recovered, whatever came after", () => {
    expect(writes({ failure: { Error: "States.Timeout" } })).toMatchObject({ rollback: { outcome: "recovered" } });
  });

  it.each([
    ["the first step was refused", { progress: aProgress({ outcome: "refused" }), verification: undefined }],
    ["the lock was lost", { progress: aProgress({ outcome: "lock-lost" }), verification: undefined }],
    ["nobody approved", { plan: aPlan({ governance: aGovernance({ verdict: "needs-approval", rule: "mode" }) }), progress: undefined }],
    ["the plan was never made", { plan: undefined, progress: undefined, verification: undefined }],
  ])("gives a place back when %s", (_name, overrides) => {
    expect(writes(overrides)).toEqual({ rollback: null, approved: false, freezes: [] });
  });

  it.each([
    ["a plan in mode observe", { plan: aPlan({ mode: "observe" }) }],
    ["a plan that was denied", { plan: aPlan({ mode: "none", governance: aGovernance({ verdict: "denied", rule: "switch" }) }) }],
    ["what Rollguard itself left behind", { assessment: anAssessment({ change: aChange({ kind: "leftover" }) }) }],
    ["a hold that is given back", { assessment: anAssessment({ change: aChange({ kind: "held" }) }) }],
    ["an incident that was stood down", { plan: undefined, assessment: anAssessment({ decision: "stand-down" }) }],
    ["one that was never opened", { opening: undefined, assessment: undefined, plan: undefined }],
  ])("leaves nothing after %s", (_name, overrides) => {
    expect(writes(overrides)).toBeNull();
  });

  it("counts an approved rollback from its approval", () => {
    const decidedAt = secondsAfter(at, 300);
    const approval = { state: "approved", decidedBy: "ada", via: "cli", reason: "", decidedAt, planHash: "0" } as const;
    const plan = aPlan({ governance: aGovernance({ verdict: "needs-approval", rule: "mode", at }) });

    expect(writes({ plan, approval })).toMatchObject({ approved: true, rollback: { at: decidedAt, outcome: "recovered" } });
  });
});

describe("the freeze after an immediate rollback", () => {
  it("holds for an hour, also when it did not help", () => {
    for (const verification of [aVerification(), failed])
      expect(writes({ plan: immediate, verification })?.freezes).toMatchObject([
        { scope: "service", name: "checkout", since: NOW, until: secondsAfter(NOW, 3600), security: false },
      ]);
  });

  it("holds for the group, and as long as the blueprint says; after a security incident not even a fix passes", () => {
    const base = aBlueprint();
    const policy = { ...base.policy, group: { name: "shop", dependsOn: [] }, clocks: { ...base.policy.clocks, freezeSeconds: 60 } };
    const opening = anOpening({ blueprint: { ...base, policy } });
    const assessment = anAssessment({ classes: ["security"] });

    expect(writes({ plan: immediate, opening, assessment })?.freezes).toMatchObject([
      { scope: "group", name: "shop", until: secondsAfter(NOW, 60), security: true },
    ]);
  });

  it.each([
    ["another strategy", { plan: allowed }],
    ["a run that wrote nothing", { plan: immediate, progress: aProgress({ outcome: "refused" }), verification: undefined }],
    ["a rollback that was undone", { plan: immediate, trigger: byHand({ undoes: "inc-earlier" }) }],
  ])("does not follow %s", (_name, overrides) => {
    expect(writes(overrides)?.freezes).toEqual([]);
  });

  it("is one with the freeze for a grave incident of the same scope: the stricter of both", () => {
    const grave = aFreeze({ since: NOW, until: secondsAfter(NOW, 60), security: true, reason: "rollback failed" });

    expect(writes({ plan: immediate }, grave)?.freezes).toEqual([{ ...grave, until: secondsAfter(NOW, 3600) }]);
    expect(writes({ plan: immediate }, { ...grave, scope: "all", name: null })?.freezes).toHaveLength(2);
  });

  it("is the grave incident's alone where nothing was rolled back", () => {
    const grave = aFreeze();

    expect(writes({ plan: undefined, assessment: anAssessment({ decision: "escalate" }) }, grave)?.freezes).toEqual([grave]);
    expect(writes({ plan: aPlan({ mode: "observe" }) }, grave)?.freezes).toEqual([grave]);
  });
});

describe("what is reserved for a plan", () => {
  const { incidentId, trigger } = aRollbackDocument();
  const reserved = (overrides: Partial<RollbackDocument> = {}, plan = allowed) =>
    reservationFor({ incidentId, trigger, assessment: anAssessment(), ...overrides }, plan, aBlueprint(), at);

  it("is one place within the limits, and without limits for a person", () => {
    expect(reserved()).toMatchObject({ rollback: { outcome: "open", at }, limits: { maxPerHour: 3, maxPerHourAll: 50 } });
    expect(reserved({ trigger: byHand() })?.limits).toBeNull();
  });

  it.each([
    ["writes nothing", aPlan({ mode: "observe" })],
    ["is asked about first", aPlan({ governance: aGovernance({ verdict: "needs-approval", rule: "mode" }) })],
    ["is denied", aPlan({ mode: "none", governance: aGovernance({ verdict: "denied", rule: "switch" }) })],
  ])("is nothing where the plan %s", (_name, plan) => {
    expect(reserved({}, plan)).toBeNull();
  });

  it("is nothing for mending and giving back", () => {
    expect(reserved({ assessment: anAssessment({ change: aChange({ kind: "leftover" }) }) })).toBeNull();
  });

  it("names a configuration by its release and a scale by its replicas", () => {
    const config = anAssessment({ change: aChange({ kind: "config", toRelease: "ffee00112233" }) });
    const scale = anAssessment({ change: aChange({ kind: "scale", toHash: GOOD_HASH, toReplicas: 2 }) });
    const back = aPlan({ steps: [aPlanStep({ id: "restore-scale-1", kind: "restore-scale", target: null, replicas: 3 })] });

    expect(reserved({ assessment: config })?.rollback).toMatchObject({ from: "release ffee00112233", to: null });
    expect(reserved({ assessment: scale }, back)?.rollback).toMatchObject({
      from: `template ${GOOD_HASH} at 2 replicas`,
      to: `template ${GOOD_HASH} at 3 replicas`,
    });
  });
});
