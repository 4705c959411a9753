import { describe, expect, it } from "vitest";
import {
  aConfig,
  aGoodReplicaSet,
  aRelease,
  aReleaseObservation,
  aReplicaSet,
  aScaleObservation,
  BAD_DIGEST,
  GOOD_DIGEST,
  GOOD_HASH,
  GOOD_IMAGE,
  GOOD_REPLICA_SET,
  MOMENTS,
  releaseParts,
} from "../support/builders/index.ts";
import { bad, good, path, plan, type Situation, withParts } from "./support/release-plans.ts";

describe("a plan with snapshots", () => {
  it("leads to the release by its hash", () => {
    const { steps, mode } = plan();

    expect(mode).toBe("act");
    expect(path(steps)).toEqual(["restore-template-1", "restore-strategy"]);
    expect(steps[0]?.target).toEqual({
      templateHash: GOOD_HASH,
      replicaSet: GOOD_REPLICA_SET,
      image: GOOD_IMAGE,
      replicas: 3,
      releaseHash: good.hash,
    });
  });

  it("ends with the failed ReplicaSet and then with the fields that guarded the restore", () => {
    const { steps } = plan({ guard: true });

    expect(steps.slice(-3).map(({ id, onPass, onFail }) => [id, onPass, onFail])).toEqual([
      ["restore-strategy", "quarantine-replica-set", "finish"],
      ["quarantine-replica-set", "release-guard", "release-guard"],
      ["release-guard", "finish", "finish"],
    ]);
  });

  it("restores the configuration first, then the template, then the replicas, and judges the last", () => {
    const live = withParts(bad, { configs: [aConfig({ dataHash: "d2" })], scale: { replicas: 2, owner: null } });
    const { steps } = plan({ live, workload: { replicas: 2 } });

    expect(path(steps)).toEqual(["restore-config-1", "restore-template-1", "restore-scale-1", "restore-strategy"]);
    expect(steps.find(({ kind }) => kind === "restore-config")?.action).toEqual({
      kind: "restore-config",
      configs: [{ ...good.parts.configs[0], fromHash: "d2" }],
      restart: false,
    });
    expect(steps.find(({ id }) => id === "restore-template-1")?.judged).toBe(false);
    expect(steps.find(({ id }) => id === "restore-scale-1")).toMatchObject({ replicas: 3, target: { templateHash: GOOD_HASH } });
  });

  it("K8S-06 leads to a release whose ReplicaSet is gone: its template is in the snapshot", () => {
    const { steps } = plan({ workload: { replicaSets: [aReplicaSet()] } });

    expect(steps[0]?.target).toMatchObject({
      templateHash: GOOD_HASH,
      replicaSet: GOOD_REPLICA_SET,
      image: GOOD_IMAGE,
      releaseHash: good.hash,
    });
  });

  it("K8S-18 names the image by its digest where the tag has moved on", () => {
    const live = withParts(bad, { images: [{ container: "app", image: GOOD_IMAGE, digest: BAD_DIGEST }] });
    const { steps } = plan({ live });

    expect(steps[0]?.target).toMatchObject({ image: `demo/checkout@${GOOD_DIGEST}`, images: { app: `demo/checkout@${GOOD_DIGEST}` } });
  });

  it("restarts the pods, and is judged by that, where only the configuration has changed", () => {
    const live = withParts({ ...good, hash: "ffee00112233" }, { configs: [aConfig({ dataHash: "d2" })] });
    const { steps } = plan({
      live,
      change: { kind: "config", toHash: GOOD_HASH },
      workload: { templateHash: GOOD_HASH, replicaSets: [aGoodReplicaSet()] },
    });

    expect(path(steps)).toEqual(["restore-config-1"]);
    expect(steps[0]).toMatchObject({ action: { restart: true }, target: null });
    expect(steps[0]?.deadlineSeconds).toBeGreaterThan(60);
  });

  it("brings bounds of an autoscaler back, judged where nothing else has changed", () => {
    const hpa = { name: "checkout", minReplicas: 2, maxReplicas: 9, specHash: "s" };
    const scale = { replicas: 3, owner: "checkout" };
    const before = withParts(good, { hpa, scale });
    const live = withParts({ ...before, hash: "ffee00112233" }, { hpa: { ...hpa, maxReplicas: 2 } });
    const { steps } = plan({
      live,
      releases: [live, before],
      change: { kind: "config", toHash: GOOD_HASH },
      workload: { templateHash: GOOD_HASH, hpa: "checkout" },
    });

    expect(steps[0]).toMatchObject({ id: "restore-autoscaler-1", judged: true, action: { minReplicas: 2, maxReplicas: 9 } });
  });

  describe("to several releases", () => {
    const older = aRelease({
      hash: "0ddba11ad1ce",
      lastSeenAt: MOMENTS.goodReleaseAt,
      parts: releaseParts({ templateHash: "older", facets: {}, configs: [aConfig({ dataHash: "d0", copy: "copy-d0" })] }),
    });
    const live = withParts(bad, { configs: [aConfig({ dataHash: "d2" })] });

    it("goes to the next one from the last step of the one before, whatever that was", () => {
      const { steps } = plan({ live, releases: [live, good, older] });

      expect(steps.find(({ id }) => id === "restore-template-1")?.onFail).toBe("restore-config-2");
      expect(steps.find(({ id }) => id === "restore-config-2")?.onPass).toBe("restore-template-2");
    });

    it("takes what the first one brought back for its own doing, and no edit of somebody's", () => {
      const { steps } = plan({ live, releases: [live, good, older] });

      expect(steps.flatMap(({ action }) => (action?.kind === "restore-config" ? action.configs : []))).toMatchObject([
        { fromHash: "d2", dataHash: "d1" },
        { fromHash: "d1", dataHash: "d0" },
      ]);
    });

    it("brings back what the first one had changed and the next one had not", () => {
      const unchanged = withParts(older, { configs: [aConfig({ dataHash: "d2", copy: "copy-d2" })] });
      const { steps } = plan({ live, releases: [live, good, unchanged] });

      expect(steps.find(({ id }) => id === "restore-config-2")?.action).toMatchObject({ configs: [{ fromHash: "d1", dataHash: "d2" }] });
    });

    it("brings back nothing twice", () => {
      const same = withParts(older, { configs: [aConfig()] });
      const { steps } = plan({ live, releases: [live, good, same] });

      expect(steps.find(({ id }) => id === "restore-template-1")?.onFail).toBe("restore-template-2");
    });
  });

  it("leaves the replicas alone where those of before are none that the blueprint allows, and says so", () => {
    const live = withParts(bad, { scale: { replicas: 2, owner: null } });
    const { steps, reasons, mode } = plan({ live, workload: { replicas: 2 }, scaling: { minReplicas: 1, maxReplicas: 2 } });

    expect(mode).toBe("act");
    expect(path(steps)).toEqual(["restore-template-1", "restore-strategy"]);
    expect(reasons).toContain("3 replicas before are outside of 1 to 2: 2 stay");
  });
});

describe("a plan that brings back only what is around the template", () => {
  const reconfigured = withParts(
    { ...good, hash: "ffee00112233" },
    { configs: [aConfig({ dataHash: "d2" })], scale: { replicas: 2, owner: null } },
  );
  const situation = {
    live: reconfigured,
    releases: [reconfigured, good],
    workload: { templateHash: GOOD_HASH, replicas: 2, replicaSets: [aGoodReplicaSet()] },
  };

  it("ends where the configuration cannot come back: nothing is watched or cleaned up after that", () => {
    const { steps } = plan({ ...situation, change: { kind: "config", toHash: GOOD_HASH }, guard: true });

    expect(steps.map(({ id, onPass, onFail }) => [id, onPass, onFail])).toEqual([
      ["restore-config-1", "restore-scale-1", "finish"],
      ["restore-scale-1", "release-guard", "finish"],
      ["release-guard", "finish", "finish"],
    ]);
  });

  it("marks no ReplicaSet as failed after pods that were only started anew: its template stays", () => {
    const { steps } = plan({ ...situation, change: { toHash: GOOD_HASH } });

    expect(steps.map(({ kind }) => kind)).toEqual(["restore-config", "restore-scale"]);
  });

  it("is not held up by an older release that could not run now", () => {
    const older = aRelease({
      hash: "0ddba11ad1ce",
      lastSeenAt: MOMENTS.goodReleaseAt,
      parts: releaseParts({ templateHash: "older", facets: {} }),
    });
    const check = { check: "image", target: "older", outcome: "fail" as const, observed: "gone", fix: "" };
    const availability = { maxSurge: "100%", maxUnavailable: "0", predictedSeconds: 1, predictedLoss: 0, reason: "room" };
    const { governance, mode } = plan({
      ...situation,
      releases: [reconfigured, good, older],
      change: { kind: "config", toHash: GOOD_HASH },
      preflight: { checks: [check], availability },
    });

    expect({ mode, rule: governance.rule }).toEqual({ mode: "act", rule: null });
  });
});

describe("no plan with snapshots", () => {
  it.each<[string, Situation, string]>([
    [
      "what has to come back cannot",
      { live: withParts(bad, { fixed: { selector: "app=other", specHash: "fixed" } }) },
      "needs to be re-created",
    ],
    ["the good one is quarantined", { quarantine: [{ key: GOOD_DIGEST, service: "x", by: "inc-1", at: MOMENTS.closedAt }] }, "quarantined"],
    ["the way back is one-way", { live: { ...bad, irreversible: "schema 42" } }, "not safe: schema 42"],
    ["a person has called it bad", { releases: [bad, { ...good, verdict: "bad" }] }, "is bad"],
  ])("where %s, and the reason is told", (_why, situation, reason) => {
    const { mode, governance } = plan(situation);

    expect(mode).toBe("none");
    expect(governance.checks.find(({ rule }) => rule === "target")?.observed).toContain(reason);
  });

  it("says which rule stands in the way", () => {
    const rules = (situation: Situation) =>
      plan(situation)
        .governance.checks.filter(({ rule, outcome }) => outcome === "fail" && ["one-way", "quarantine"].includes(rule))
        .map(({ rule }) => rule);

    expect(rules({})).toEqual([]);
    expect(rules({ live: { ...bad, irreversible: "schema 42" } })).toEqual(["one-way"]);
    expect(rules({ quarantine: [{ key: GOOD_DIGEST, service: "x", by: "inc-1", at: MOMENTS.closedAt }] })).toEqual(["quarantine"]);
  });

  it("not to a release that was only observed, behind a one-way door", () => {
    const { mode } = plan({ live: { ...bad, irreversible: "schema 42" }, releases: [{ ...bad, irreversible: "schema 42" }] });

    expect(mode).toBe("none");
  });

  it("though a scale is taken back on this side of the door", () => {
    const { mode, governance } = plan({
      releases: [{ ...bad, irreversible: "schema 42" }, good],
      live: { ...bad, irreversible: "schema 42" },
      change: { kind: "scale", fromReplicas: 3, toReplicas: 2 },
      workload: { replicas: 2 },
      observations: [
        aReleaseObservation({ templateHash: bad.parts.templateHash, scales: [aScaleObservation({ replicas: 3, verdict: "good" })] }),
      ],
    });

    expect(governance.checks.find(({ rule }) => rule === "one-way")?.outcome).toBe("pass");
    expect(mode).toBe("act");
  });

  it("but by the observation of a template that no snapshot speaks against", () => {
    const { steps } = plan({ releases: [bad] });

    expect(steps[0]?.target).toEqual({ templateHash: GOOD_HASH, replicaSet: GOOD_REPLICA_SET, image: GOOD_IMAGE, replicas: 3 });
  });
});
