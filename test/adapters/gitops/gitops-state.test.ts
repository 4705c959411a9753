import { describe, expect, it } from "vitest";
import { clusterGitops } from "../../../functions/adapters/gitops/cluster-gitops.ts";
import { goDurationSeconds } from "../../../functions/adapters/gitops/flux-object.ts";
import { gitopsOwner } from "../../../functions/adapters/kubernetes/gitops-owner.ts";
import type { GitopsOwner, GitopsState } from "../../../functions/domain/gitops.ts";
import { GitopsStateSchema } from "../../../functions/domain/gitops.ts";
import { aBlueprint } from "../../support/builders/index.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";
import {
  APPLICATION_PATH,
  aHelmRelease,
  aKustomization,
  anApplication,
  GROUPS,
  HELM_RELEASE_PATH,
  KUSTOMIZATION_PATH,
  TARGET,
  to,
} from "./support.ts";

const argo: GitopsOwner = { kind: "argo-cd", ref: "checkout:apps/Deployment:shop/checkout" };
const flux: GitopsOwner = { kind: "flux", ref: "kustomize/flux-system/shop" };
const blueprint = aBlueprint({ target: TARGET });

function aCluster(): ObjectCluster {
  const cluster = new ObjectCluster();
  cluster.groups = GROUPS;
  return cluster;
}

async function stateOf(cluster: ObjectCluster, owner: GitopsOwner): Promise<GitopsState> {
  return GitopsStateSchema.parse(await clusterGitops(to(cluster)).state(blueprint, owner));
}

describe("an Application of Argo CD", () => {
  it("tells its interval, its source without a token in it, and what it wants", async () => {
    const cluster = aCluster().put(APPLICATION_PATH, anApplication());

    expect(await stateOf(cluster, argo)).toEqual({
      owner: argo,
      object: { kind: "Application", namespace: "argocd", name: "checkout" },
      held: false,
      heldBy: null,
      prior: '{"selfHeal":true,"prune":true}',
      intervalSeconds: 5,
      parent: null,
      source: "https://git.example/shop deploy/checkout@main",
      wanted: { revision: "c0ffee2", atHold: null, images: [], sameAsLive: true },
    });
  });

  it.each([
    ["without automation", undefined, true, 180],
    ["with automation turned off", { enabled: false, selfHeal: true }, true, 5],
    ["with automation", {}, false, 180],
    ["with automation turned on", { enabled: true }, false, 180],
  ])("%s applies by itself or not", async (_name, automated, held, intervalSeconds) => {
    const application = anApplication();
    if (automated === undefined) Reflect.deleteProperty(application.spec.syncPolicy, "automated");
    else application.spec.syncPolicy.automated = automated;

    expect(await stateOf(aCluster().put(APPLICATION_PATH, application), argo)).toMatchObject({ held, heldBy: null, intervalSeconds });
  });

  it.each<[string, object, string | null]>([
    [
      "an ApplicationSet",
      { ownerReferences: [{ apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", name: "shops", uid: "1" }] },
      "ApplicationSet shops",
    ],
    ["an app of apps", { labels: { "argocd.argoproj.io/instance": "root" } }, "Application root"],
    [
      "an app of apps by tracking id",
      { annotations: { "argocd.argoproj.io/tracking-id": "root:argoproj.io/Application:argocd/checkout" } },
      "Application root",
    ],
    [
      "a Kustomization",
      { labels: { "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" } },
      "Kustomization flux-system/apps",
    ],
    ["nobody but its own controller", { managedFields: [{ manager: "argocd-application-controller" }] }, null],
  ])("of %s says who may undo a hold", async (_name, metadata, parent) => {
    const application = anApplication();
    Object.assign(application.metadata, metadata);

    expect((await stateOf(aCluster().put(APPLICATION_PATH, application), argo)).parent).toBe(parent);
  });

  it("with several sources names them all, and the images that it sets itself", async () => {
    const application: Record<string, unknown> & { spec: Record<string, unknown> } = anApplication();
    application.spec.sources = [
      { repoURL: "https://git.example/shop", path: "a", targetRevision: "main", kustomize: { images: ["checkout=demo/checkout:v2"] } },
      { repoURL: "https://charts.example", chart: "redis", targetRevision: "1.0" },
    ];
    application.status = { sync: { revisions: ["one", "two"] } };

    const state = await stateOf(aCluster().put(APPLICATION_PATH, application), argo);

    expect(state.source).toBe("https://git.example/shop a@main, https://charts.example redis@1.0");
    expect(state.wanted).toEqual({ revision: "one,two", atHold: null, images: ["demo/checkout:v2"], sameAsLive: null });
  });
});

describe("an object of Flux", () => {
  const repository = {
    metadata: { name: "shop" },
    spec: { url: "https://git.example/shop" },
    status: { artifact: { revision: "main@sha1:abc" } },
  };
  const REPOSITORY_PATH = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/shop";

  it("that is a Kustomization tells its interval and where its source is now", async () => {
    const cluster = aCluster().put(KUSTOMIZATION_PATH, aKustomization()).put(REPOSITORY_PATH, repository);

    expect(await stateOf(cluster, flux)).toMatchObject({
      object: { kind: "Kustomization", namespace: "flux-system", name: "shop" },
      held: false,
      prior: "null",
      intervalSeconds: 90,
      source: "https://git.example/shop (GitRepository flux-system/shop) ./deploy",
      wanted: { revision: "main@sha1:abc", sameAsLive: null },
    });
  });

  it("tells no revision where its source may not be read", async () => {
    const cluster = aCluster().put(KUSTOMIZATION_PATH, aKustomization({ suspend: true, images: [{ name: "checkout", newTag: "v2" }] }));
    cluster.forbidden = ["gitrepositories"];

    expect(await stateOf(cluster, flux)).toMatchObject({
      held: true,
      prior: "true",
      source: "GitRepository flux-system/shop ./deploy",
      wanted: { revision: null, images: ["checkout:v2"] },
    });
  });

  it("that is a HelmRelease is at another revision when its values change, not when it is suspended", async () => {
    const cluster = aCluster().put(HELM_RELEASE_PATH, aHelmRelease());
    const owner: GitopsOwner = { kind: "flux", ref: "helm/shop/checkout" };
    const revision = async () => (await stateOf(cluster, owner)).wanted.revision;

    const before = await revision();
    cluster.change(HELM_RELEASE_PATH, (release: { spec: Record<string, unknown> }) => Object.assign(release.spec, { suspend: true }));
    const suspended = await revision();
    cluster.change(HELM_RELEASE_PATH, (release: { spec: Record<string, unknown> }) =>
      Object.assign(release.spec, { values: { image: { tag: "v3" } } }),
    );

    expect(suspended).toBe(before);
    expect(await revision()).not.toBe(before);
  });

  it("that applies itself is not its own parent", async () => {
    const kustomization = aKustomization();
    const labels = { "kustomize.toolkit.fluxcd.io/name": "shop", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" };
    Object.assign(kustomization.metadata, { labels });

    expect((await stateOf(aCluster().put(KUSTOMIZATION_PATH, kustomization), flux)).parent).toBeNull();
  });

  it.each([
    ["10m0s", 600],
    ["1h30m", 5400],
    ["500ms", 0.5],
    ["5 minutes", null],
    ["", null],
  ])("has an interval in Go's notation: %s", (text, seconds) => {
    expect(goDurationSeconds(text)).toBe(seconds);
  });
});

describe("nothing can be held", () => {
  it.each<[string, GitopsOwner, (cluster: ObjectCluster) => void, RegExp]>([
    ["when only a field manager tells", { kind: "argo-cd", ref: "field manager argocd-controller" }, () => {}, /nothing names the object/],
    ["when the object is gone", argo, () => {}, /Application argocd\/checkout does not exist/],
    ["when reading it is not allowed", argo, (cluster) => Object.assign(cluster, { forbidden: ["applications"] }), /forbidden/],
    [
      "when the server does not know its kind",
      argo,
      (cluster) => Object.assign(cluster, { groups: {} }),
      /does not serve applications\.argoproj\.io/,
    ],
  ])("%s", async (_name, owner, prepare, problem) => {
    const cluster = aCluster();
    prepare(cluster);

    const answer = await clusterGitops(to(cluster)).state(blueprint, owner);

    expect("problem" in answer ? answer.problem : "").toMatch(problem);
  });
});

describe("the marks of an owner", () => {
  const shop = { namespace: "shop", name: "checkout" };

  it("are passed over when they name another object: somebody has copied a manifest", () => {
    const annotations = { "argocd.argoproj.io/tracking-id": "web:apps/Deployment:shop/web" };

    expect(gitopsOwner({ ...shop, annotations })).toBeNull();
    expect(gitopsOwner({ namespace: "shop", name: "web", annotations })).toMatchObject({ kind: "argo-cd" });
  });

  it("of plain Helm come last", () => {
    const labels = { "app.kubernetes.io/managed-by": "Helm" };
    const annotations = { "meta.helm.sh/release-name": "checkout", "meta.helm.sh/release-namespace": "shop" };

    expect(gitopsOwner({ ...shop, labels, annotations })).toEqual({ kind: "helm", ref: "shop/checkout" });
    expect(gitopsOwner({ ...shop, labels: { ...labels, "argocd.argoproj.io/instance": "shop" }, annotations })).toMatchObject({
      kind: "argo-cd",
    });
  });
});
