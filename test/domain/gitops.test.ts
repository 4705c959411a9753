import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GitopsOwner, objectOfOwner, reapplies } from "../../functions/domain/gitops.ts";
import { driftOf, returnedRelease, type WatchDrift } from "../../functions/domain/gitops-drift.ts";
import { adviceToResume, whyNotResume } from "../../functions/domain/gitops-resume.ts";
import {
  aGitopsState,
  aReleaseObservation,
  aWorkloadState,
  BAD_HASH,
  BAD_IMAGE,
  GOOD_HASH,
  GOOD_IMAGE,
} from "../support/builders/index.ts";

const argo: GitopsOwner = { kind: "argo-cd", ref: "checkout" };
const helm: GitopsOwner = { kind: "helm", ref: "shop/checkout" };

describe("the object to hold", () => {
  it.each<[string, GitopsOwner, ReturnType<typeof objectOfOwner>]>([
    ["an instance label", argo, { kind: "Application", namespace: "argocd", name: "checkout" }],
    [
      "a tracking id",
      { kind: "argo-cd", ref: "checkout:apps/Deployment:shop/checkout" },
      { kind: "Application", namespace: "argocd", name: "checkout" },
    ],
    [
      "a tracking id of an Application in another namespace",
      { kind: "argo-cd", ref: "team-a_checkout:apps/Deployment:shop/checkout" },
      { kind: "Application", namespace: "team-a", name: "checkout" },
    ],
    [
      "a Kustomization",
      { kind: "flux", ref: "kustomize/flux-system/apps" },
      { kind: "Kustomization", namespace: "flux-system", name: "apps" },
    ],
    ["a HelmRelease", { kind: "flux", ref: "helm/shop/checkout" }, { kind: "HelmRelease", namespace: "shop", name: "checkout" }],
    ["a field manager alone", { kind: "flux", ref: "field manager helm-controller" }, null],
    ["a Flux label without its namespace", { kind: "flux", ref: "kustomize/apps" }, null],
    ["plain Helm", helm, null],
  ])("is told by %s", (_name, owner, object) => {
    expect(objectOfOwner(owner, "argocd")).toEqual(object);
  });

  it("is no matter where only people run Helm", () => {
    expect([null, helm, argo].map((owner) => reapplies(owner))).toEqual([false, false, true]);
  });
});

describe("a drift (K8S-30)", () => {
  const watching = (suspect: WatchDrift["suspect"]): WatchDrift => ({ kind: "watch-drift", gitops: aGitopsState(), suspect, seconds: 10 });

  it("is the suspected template live again", () => {
    const drift = driftOf(watching({ templateHash: BAD_HASH, replicas: null }), aWorkloadState());

    expect(drift).toMatchObject({ verdict: "lost" });
    expect(drift?.reason).toBe(
      `GitOps reverted us: template ${BAD_HASH} (${BAD_IMAGE}) is live again, written by Application argocd/checkout`,
    );
  });

  it("is the suspected replica count again", () => {
    expect(driftOf(watching({ templateHash: null, replicas: 3 }), aWorkloadState())?.reason).toContain("3 replicas are set again");
  });

  it.each([GOOD_HASH, "a-third-one", null])("is not template %s: that is what was restored, or somebody's repair", (templateHash) => {
    expect(driftOf(watching({ templateHash: BAD_HASH, replicas: null }), aWorkloadState({ templateHash }))).toBeNull();
  });
});

describe("a release that was rolled back and is live again", () => {
  const stamps = { execution: "rg-checkout-1", fence: 7, savedStrategy: null };
  const bad = [aReleaseObservation({ templateHash: BAD_HASH, verdict: "bad" })];

  it("is told with whoever may have written it", () => {
    expect(returnedRelease(aWorkloadState({ stamps, owner: argo }), bad, false)).toBe(
      `argo-cd (checkout) or somebody has brought template ${BAD_HASH} (${BAD_IMAGE}) back, which rg-checkout-1 had replaced and which is marked bad`,
    );
  });

  it("is no news while a run is at work, where Rollguard never wrote, or once a person calls it good", () => {
    const good = [aReleaseObservation({ templateHash: BAD_HASH, verdict: "good" })];

    expect(returnedRelease(aWorkloadState({ stamps }), bad, true)).toBeNull();
    expect(returnedRelease(aWorkloadState(), bad, false)).toBeNull();
    expect(returnedRelease(aWorkloadState({ stamps }), good, false)).toBeNull();
  });
});

describe("giving the workload back", () => {
  const held = aGitopsState({
    held: true,
    heldBy: "rg-checkout-1",
    wanted: { revision: "new", atHold: "old", images: [], sameAsLive: null },
  });
  const wanted = (overrides: Partial<typeof held.wanted>) => ({ ...held, wanted: { ...held.wanted, ...overrides } });

  it("is allowed when the source has moved on, wants what is live, or does not tell", () => {
    const allowed = [held, wanted({ revision: "old", sameAsLive: true }), wanted({ revision: null, atHold: null })];

    expect(allowed.map((state) => whyNotResume(state, []))).toEqual([null, null, null]);
  });

  it.each([
    ["nothing is held", { ...held, held: false }, /nothing to resume/],
    ["somebody else holds it", { ...held, heldBy: null }, /not held by Rollguard/],
    ["the source is where it was", wanted({ revision: "old" }), /still at revision old/],
    ["the object sets a bad image", wanted({ images: [BAD_IMAGE], sameAsLive: true }), /verdict bad/],
  ])("is refused when %s", (_name, state, reason) => {
    expect(whyNotResume(state, [aReleaseObservation({ image: BAD_IMAGE, verdict: "bad" })])).toMatch(reason);
  });

  it("is possible where a good release has the image of a bad one: something else was wrong with that", () => {
    const bad = aReleaseObservation({ templateHash: "limits", image: BAD_IMAGE, verdict: "bad" });

    expect(whyNotResume(wanted({ images: [BAD_IMAGE] }), [bad])).toContain("verdict bad");
    expect(whyNotResume(wanted({ images: [BAD_IMAGE] }), [bad, aReleaseObservation({ image: BAD_IMAGE })])).toBeNull();
  });

  it("is never allowed at the revision of the hold, unless that is known to be what is live", () => {
    const revision = fc.option(fc.constantFrom("a", "b"));
    fc.assert(
      fc.property(revision, revision, fc.constantFrom(true, false, null), (now, atHold, sameAsLive) => {
        const refused = whyNotResume(wanted({ revision: now, atHold, sameAsLive }), []) !== null;

        expect(refused).toBe(sameAsLive !== true && now !== null && now === atHold);
      }),
    );
  });
});

describe("what people are told in the end", () => {
  const facts = { service: "checkout", owner: argo, gitops: aGitopsState(), held: true, goal: GOOD_IMAGE };

  it.each([
    [
      "a hold that stands",
      facts,
      `Application argocd/checkout is held: commit ${GOOD_IMAGE} to https://git.example/shop deploy/checkout@main, then run rollguard resume checkout`,
    ],
    ["no hold", { ...facts, held: false }, /not held and may bring the bad version back: commit/],
    ["a parent", { ...facts, gitops: aGitopsState({ parent: "ApplicationSet shops" }) }, /ApplicationSet shops may undo that/],
    ["no known object", { ...facts, gitops: null, held: null }, /owned by argo-cd \(checkout\), which was not held/],
    ["plain Helm", { ...facts, owner: helm, gitops: null, held: null }, /Helm release shop\/checkout knows nothing of this/],
  ])("under %s", (_name, given, text) => {
    expect(adviceToResume(given)).toMatch(text);
  });

  it("is nothing where nobody else writes the workload", () => {
    expect(adviceToResume({ ...facts, owner: null })).toBeNull();
  });
});
