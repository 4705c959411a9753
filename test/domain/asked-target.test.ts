import { describe, expect, it } from "vitest";
import type { ManualWish } from "../../functions/domain/rollback-document.ts";
import { selectStrategy } from "../../functions/domain/select-strategy.ts";
import {
  aBlueprint,
  aChange,
  aGoodReplicaSet,
  anAssessment,
  aRelease,
  aReleaseObservation,
  aRollbackTrigger,
  aWorkloadState,
  BAD_DIGEST,
  BAD_HASH,
  BAD_IMAGE,
  BAD_REPLICA_SET,
  GOOD_DIGEST,
  GOOD_HASH,
  MOMENTS,
  releaseParts,
} from "../support/builders/index.ts";
import { bad, good } from "./support/release-plans.ts";

const older = aRelease({
  hash: "0123456789ab",
  lastSeenAt: "2026-11-19T00:00:00.000Z",
  parts: releaseParts({ templateHash: "59f7c9d8b5", facets: { "container app": "0000" } }),
});
const IMAGE = `demo/checkout@sha256:${"ab".repeat(32)}`;
const DIGEST = `sha256:${"ab".repeat(32)}`;
type Facts = Parameters<typeof selectStrategy>[0];

const planFor = (request: ManualWish, more: Partial<Facts> & { irreversible?: string } = {}) =>
  selectStrategy({
    trigger: aRollbackTrigger({ kind: "manual", requestedBy: "ada@desk", alarmName: null, request }),
    blueprint: aBlueprint(),
    assessment: anAssessment({
      change: aChange({ toRelease: bad.hash }),
      live: { hash: bad.hash, parts: bad.parts, irreversible: more.irreversible ?? null },
    }),
    observations: [aReleaseObservation()],
    releases: [bad, good, older],
    quarantine: [],
    switchState: "armed",
    gitops: null,
    gitopsProblem: null,
    preflight: null,
    ...more,
  });
const targetsOf = ({ steps }: ReturnType<typeof planFor>) =>
  steps.flatMap(({ kind, target }) => (kind === "restore-template" ? [target] : []));
const inQuarantine = (key: string) => [{ key, service: "checkout", by: "inc-1", at: MOMENTS.openedAt }];

describe("a plan for a release that a person has named", () => {
  it("leads there and nowhere else", () => {
    const plan = planFor({ to: older.hash });

    expect(plan.mode).toBe("act");
    expect(targetsOf(plan)).toEqual([expect.objectContaining({ releaseHash: older.hash })]);
  });

  it("leads to one without a verdict, and to a template of which only the ReplicaSet is known", () => {
    const candidate = { ...older, verdict: "candidate" as const };

    expect(targetsOf(planFor({ to: candidate.hash }, { releases: [bad, good, candidate] }))).toHaveLength(1);
    expect(targetsOf(planFor({ to: GOOD_HASH }, { releases: [] }))).toEqual([
      expect.objectContaining({ templateHash: GOOD_HASH, replicas: 3 }),
    ]);
  });

  it.each([
    ["bad", { releases: [bad, good, { ...older, verdict: "bad" as const }] }, "0123456789ab is bad"],
    ["quarantined", { quarantine: inQuarantine("checkout/59f7c9d8b5") }, "is quarantined"],
    ["behind a one-way door", { irreversible: "schema 12" }, "schema 12"],
  ])("refuses one that is %s, and goes there when the person knows", (_what, more, reason) => {
    const refused = planFor({ to: older.hash }, more);
    const accepted = planFor({ to: older.hash, acceptRisk: true }, more);

    expect(refused).toMatchObject({ mode: "none", governance: { verdict: "denied" } });
    expect(refused.governance.checks.map(({ observed }) => observed).join()).toContain(reason);
    expect(accepted.mode).toBe("act");
    expect(targetsOf(accepted)).toHaveLength(1);
  });

  it("is none when there is no such release, or when it is live already", () => {
    const unknown = planFor({ to: "ffffffffffff" });
    const same = planFor({ to: bad.hash });

    expect(unknown.governance.checks.find(({ rule }) => rule === "target")?.observed).toContain(
      "there is no release ffffffffffff of checkout",
    );
    expect([unknown.mode, same.mode]).toEqual(["none", "none"]);
    expect(same.governance.checks.find(({ rule }) => rule === "target")?.observed).toContain("would change nothing");
  });

  it("uses the strategy that was asked for", () => {
    const { requestedStrategy, why } = planFor({ strategy: "immediate" });

    expect({ requestedStrategy, why }).toEqual({ requestedStrategy: "immediate", why: "asked for by ada@desk -> immediate" });
  });
});

describe("a plan for an image that a person has named", () => {
  it("is the live template with the first container's image replaced", () => {
    const plan = planFor({ toImage: IMAGE }, { releases: [], observations: [] });

    expect(plan.mode).toBe("act");
    expect(targetsOf(plan)).toEqual([
      { templateHash: BAD_HASH, replicaSet: BAD_REPLICA_SET, image: IMAGE, replicas: 3, images: { "": IMAGE } },
    ]);
  });

  it("replaces another container's where it is named, and knows what the first one keeps", () => {
    const parts = releaseParts({
      images: [
        { container: "app", image: BAD_IMAGE, digest: BAD_DIGEST },
        { container: "proxy", image: "demo/proxy:v1", digest: GOOD_DIGEST },
      ],
    });
    const assessment = anAssessment({ live: { hash: null, parts, irreversible: null } });
    const plan = planFor({ toImage: `proxy=${IMAGE}` }, { releases: [], assessment });
    const none = planFor({ toImage: `cache=${IMAGE}` }, { releases: [], assessment });

    expect(targetsOf(plan)).toEqual([expect.objectContaining({ image: BAD_IMAGE, images: { proxy: IMAGE } })]);
    expect(none.governance.checks.find(({ rule }) => rule === "target")?.observed).toBe(
      "there is no container cache; there are app, proxy",
    );
  });

  it("refuses an image that is quarantined, unless the person knows", () => {
    const quarantine = inQuarantine(DIGEST);

    expect(planFor({ toImage: IMAGE }, { releases: [], quarantine }).mode).toBe("none");
    expect(planFor({ toImage: IMAGE, acceptRisk: true }, { releases: [], quarantine }).mode).toBe("act");
  });

  it("is none where the cluster has no revision of the live template", () => {
    const assessment = anAssessment({ workload: aWorkloadState({ replicaSets: [aGoodReplicaSet()] }) });

    expect(planFor({ toImage: IMAGE }, { releases: [], assessment }).mode).toBe("none");
  });
});
