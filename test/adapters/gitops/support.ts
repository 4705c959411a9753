import type { ConnectToCluster } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import type { Target } from "../../../functions/domain/blueprint.ts";
import type { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

export const TARGET: Target = { cluster: "demo", namespace: "shop", kind: "Deployment", name: "checkout" };
export const STAMP = { execution: "rg-checkout-1", fence: 7 };
export const WORKLOAD_PATH = "/apis/apps/v1/namespaces/shop/deployments/checkout";
export const APPLICATION_PATH = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/checkout";
export const KUSTOMIZATION_PATH = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/shop";
export const HELM_RELEASE_PATH = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/shop/helmreleases/checkout";

export const GROUPS = {
  "argoproj.io": ["v1alpha1"],
  "kustomize.toolkit.fluxcd.io": ["v1"],
  "helm.toolkit.fluxcd.io": ["v2"],
  "source.toolkit.fluxcd.io": ["v1"],
};

export const to =
  (cluster: ObjectCluster): ConnectToCluster =>
  () =>
    cluster;

export function aWorkload(fence?: number) {
  const annotations = fence === undefined ? {} : { "rollguard.dev/fence": String(fence) };
  return { metadata: { name: "checkout", namespace: "shop", annotations }, spec: { replicas: 4 } };
}

/** Argo CD's Application of `checkout`, with automation on. */
export function anApplication(automated: object | undefined = { selfHeal: true, prune: true }) {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "checkout", namespace: "argocd", labels: { team: "shop" } },
    spec: {
      project: "default",
      destination: { server: "https://kubernetes.default.svc", namespace: "shop" },
      source: { repoURL: "https://bot:token@git.example/shop", path: "deploy/checkout", targetRevision: "main" },
      syncPolicy: { syncOptions: ["CreateNamespace=true"], ...(automated === undefined ? {} : { automated }) },
    },
    status: {
      sync: { status: "Synced", revision: "c0ffee2" },
      resources: [{ group: "apps", kind: "Deployment", namespace: "shop", name: "checkout", status: "Synced" }],
    },
  };
}

export function aKustomization(overrides: object = {}) {
  return {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name: "shop", namespace: "flux-system" },
    spec: { interval: "1m30s", path: "./deploy", prune: true, sourceRef: { kind: "GitRepository", name: "shop" }, ...overrides },
    status: { lastAppliedRevision: "main@sha1:c0ffee2" },
  };
}

export function aHelmRelease() {
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name: "checkout", namespace: "shop" },
    spec: {
      interval: "10m",
      chart: { spec: { chart: "checkout", version: "1.2.x", sourceRef: { kind: "HelmRepository", name: "shop" } } },
      values: { image: { tag: "v2" } },
    },
  };
}
