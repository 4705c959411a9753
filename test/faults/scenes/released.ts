import { COPY_ANNOTATION, COPY_LABEL, copyName } from "../../../functions/adapters/kubernetes/config-copy.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { createDeployment, ensureNamespace, setImage, waitForDeployment } from "../../../local/cluster/seed.ts";
import { customPath, installCrds } from "../../support/cluster/crds/install-crds.ts";
import { MAC_KEY } from "../support/product.ts";
import { aScene, NAMESPACE } from "../support/scene.ts";
import { BAD_IMAGE, GOOD_IMAGE } from "./deployments.ts";
import { once } from "./once.ts";

const CORE = `/api/v1/namespaces/${NAMESPACE}`;
export const GOOD_CONFIG = { "app.conf": "workers=4" };
export const BAD_CONFIG = { "app.conf": "workers=0", extra: "1" };
export const GOOD_SECRET = { password: "Z29vZA==" };
export const BAD_SECRET = { password: "YmFk" };
const ALB_ACTION = "alb.ingress.kubernetes.io/actions.split";

/** A bad image and bad content of its ConfigMap are rolled out, all traffic goes to the canary, and everything around the service is there. */
export const released = once(() =>
  aScene(async (client, turn) => {
    await installCrds(client);
    for (const name of ["argocd", "flux-system"]) await ensureNamespace(client, name);
    await configs(client);
    await workloads(client);
    await services(client);
    await routes(client);
    await owners(client);
    turn();
    await goBad(client);
  }),
);

async function configs(client: ClusterClient): Promise<void> {
  await client.post(`${CORE}/configmaps`, { metadata: { name: "checkout" }, data: GOOD_CONFIG });
  await client.post(`${CORE}/secrets`, { metadata: { name: "checkout" }, data: GOOD_SECRET });
  const copyOfSecret = copyName({ service: "checkout", name: "checkout", dataHash: await MAC_KEY.mac(dataHashOf({ data: GOOD_SECRET })) });
  await client.post(`${CORE}/secrets`, { metadata: { name: copyOfSecret }, immutable: true, data: GOOD_SECRET });
  for (const [name, labels] of [
    [copyName({ service: "checkout", name: "checkout", dataHash: dataHashOf({ data: GOOD_CONFIG }) }), { [COPY_LABEL]: "checkout" }],
    ...["a", "b", "c", "d"].map((end) => [`rollguard-snap-checkout-${end}`, { [COPY_LABEL]: "checkout" }] as const),
  ] as const) {
    const metadata = { name, labels, annotations: { [COPY_ANNOTATION]: "checkout" } };
    await client.post(`${CORE}/configmaps`, { metadata, immutable: true, data: GOOD_CONFIG });
  }
}

async function workloads(client: ClusterClient): Promise<void> {
  const spec = { template: podTemplate("checkout", GOOD_IMAGE, { color: "blue" }) };
  await createDeployment(client, { namespace: NAMESPACE, name: "checkout", image: GOOD_IMAGE, replicas: 4, labels: { tier: "web" }, spec });
  for (const [name, replicas, labels] of [
    ["canary", 4, { tier: "web", color: "green" }],
    ["maintenance", 1, {}],
  ] as const) {
    await createDeployment(client, { namespace: NAMESPACE, name, image: `demo/${name}:v1`, replicas, labels });
  }
  await client.post(`/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`, {
    metadata: { name: "canary" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "canary" },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
    },
  });
  await client.post(`/apis/batch/v1/namespaces/${NAMESPACE}/cronjobs`, {
    metadata: { name: "smoke" },
    spec: {
      schedule: "0 0 1 1 *",
      suspend: true,
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image: "demo/smoke:v1" }] } } } },
    },
  });
  for (const name of ["checkout", "canary", "maintenance"]) await waitForDeployment(client, NAMESPACE, name);
}

function podTemplate(app: string, image: string, labels: Readonly<Record<string, string>>) {
  const envFrom = [{ configMapRef: { name: "checkout" } }, { secretRef: { name: "checkout" } }];
  return { metadata: { labels: { app, tier: "web", ...labels } }, spec: { containers: [{ name: "app", image, envFrom }] } };
}

async function services(client: ClusterClient): Promise<void> {
  for (const [name, selector] of Object.entries({
    stable: { app: "checkout" },
    canary: { app: "canary" },
    maintenance: { app: "maintenance" },
    web: { tier: "web", color: "blue" },
  })) {
    await client.post(`${CORE}/services`, { metadata: { name }, spec: { selector, ports: [{ port: 80 }] } });
  }
  await client.post(`/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`, {
    metadata: { name: "checkout" },
    spec: { minAvailable: 1, selector: { matchLabels: { app: "checkout" } } },
  });
}

const weighted = (stable: number, canary: number) => [
  { name: "stable", port: 80, weight: stable },
  { name: "canary", port: 80, weight: canary },
];
const destinations = (stable: number, canary: number) => [
  { destination: { host: "stable" }, weight: stable },
  { destination: { host: "canary" }, weight: canary },
];
const groups = (stable: number, canary: number) =>
  JSON.stringify({
    type: "forward",
    forwardConfig: {
      targetGroups: [
        { serviceName: "stable", servicePort: "80", weight: stable },
        { serviceName: "canary", servicePort: "80", weight: canary },
      ],
    },
  });
const INGRESSES = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`;

async function routes(client: ClusterClient): Promise<void> {
  await client.post(customPath("httproutes", NAMESPACE), {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "web" },
    spec: { parentRefs: [{ name: "public" }], rules: [{ backendRefs: weighted(100, 0) }] },
  });
  await client.post(`/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices`, {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "web" },
    spec: { hosts: ["web"], http: [{ route: destinations(100, 0) }] },
  });
  await client.post(customPath("canaries", NAMESPACE), {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name: "checkout" },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" },
      service: { port: 80 },
      analysis: { interval: "1m", threshold: 5, stepWeight: 20 },
    },
  });
  const backend = { service: { name: "split", port: { name: "use-annotation" } } };
  await client.post(INGRESSES, {
    metadata: { name: "web", annotations: { [ALB_ACTION]: groups(100, 0) } },
    spec: { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
  });
}

async function owners(client: ClusterClient): Promise<void> {
  await client.post(customPath("applications", "argocd"), {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "checkout" },
    spec: {
      project: "default",
      destination: { server: "https://kubernetes.default.svc", namespace: NAMESPACE },
      source: { repoURL: "https://git.example/shop", path: "deploy", targetRevision: "main" },
      syncPolicy: { automated: { selfHeal: true, prune: true } },
    },
  });
  await client.post(customPath("kustomizations", "flux-system"), {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name: "shop" },
    spec: { interval: "1m30s", path: "./deploy", prune: true, sourceRef: { kind: "GitRepository", name: "shop" } },
  });
  await client.post(customPath("helmreleases", NAMESPACE), {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name: "checkout" },
    spec: { interval: "10m", chart: { spec: { chart: "checkout", sourceRef: { kind: "HelmRepository", name: "shop" } } } },
  });
}

async function goBad(client: ClusterClient): Promise<void> {
  await client.patch(`${CORE}/configmaps/checkout`, { data: BAD_CONFIG });
  await client.patch(`${CORE}/secrets/checkout`, { data: BAD_SECRET });
  await client.patch(customPath("httproutes", NAMESPACE, "web"), { spec: { rules: [{ backendRefs: weighted(20, 80) }] } });
  await client.patch(`/apis/networking.istio.io/v1/namespaces/${NAMESPACE}/virtualservices/web`, {
    spec: { http: [{ route: destinations(20, 80) }] },
  });
  await client.patch(`${customPath("canaries", NAMESPACE, "checkout")}/status`, {
    status: { phase: "Progressing", canaryWeight: 20, failedChecks: 0, iterations: 0 },
  });
  await client.patch(`${INGRESSES}/web`, { metadata: { annotations: { [ALB_ACTION]: groups(20, 80) } } });
  await client.patch(`${CORE}/services/web`, { spec: { selector: { color: "green" } } });
  await client.patch(`/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers/canary`, { spec: { maxReplicas: 6 } });
  await setImage(client, NAMESPACE, "checkout", BAD_IMAGE);
  await waitForDeployment(client, NAMESPACE, "checkout");
}
