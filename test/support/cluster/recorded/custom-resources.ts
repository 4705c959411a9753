import { about, type RecordedList } from "./recorded-request.ts";

const route = "~gateway/httproutes/web";
const rollout = "~argo/rollouts/web";
const application = "~argo/applications/web";
const kustomization = "~flux/kustomizations/web";
const virtual = "~istio/virtualservices/web";
const virtualBeta = "~istiobeta/virtualservices/web";
const template = (image: string) => ({ metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image }] } });
const weight = (backend: number, value: unknown, op = "replace") => ({ op, path: `/spec/rules/0/backendRefs/${backend}/weight`, value });
const destinations = [
  { destination: { host: "web", subset: "stable" }, weight: 60 },
  { destination: { host: "web", subset: "canary" }, weight: 40 },
];

/** Custom resources: defaults, pruning, subresources and versions as their definitions say. */
export const CUSTOM_RESOURCES: RecordedList = {
  name: "custom-resources",
  subject: route,
  custom: ["httproutes", "rollouts", "applications", "kustomizations", "virtualservices"],
  requests: [
    about("~gateway/httproutes").create("create an HTTPRoute", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "web" },
      spec: {
        parentRefs: [{ name: "edge" }],
        rules: [
          {
            backendRefs: [
              { name: "web-stable", port: 80, weight: 20 },
              { name: "web-canary", port: 80, weight: 80 },
            ],
          },
          { backendRefs: [{ name: "web-stable", port: 80 }], nonsense: true },
        ],
      },
      status: { parents: [] },
    }),
    about("~gateway/httproutes").create("create without kind and version", { metadata: { name: "bare" }, spec: {} }, { ownWords: true }),
    about(route).json("a weight that was left out is 1", [{ op: "test", path: "/spec/rules/1/backendRefs/0/weight", value: 1 }]),
    about(route).json("a match that was left out is the whole path", [
      { op: "test", path: "/spec/rules/0/matches/0/path", value: { type: "PathPrefix", value: "/" } },
    ]),
    about(route).json("an unknown field was dropped", [{ op: "test", path: "/spec/rules/1/nonsense", value: true }]),
    about(route).json("a status was dropped", [{ op: "test", path: "/status", value: { parents: [] } }]),
    about(route).json("halve the canary", [
      { op: "test", path: "/spec/rules/0/backendRefs/1/name", value: "web-canary" },
      weight(1, 80, "test"),
      weight(0, 60),
      weight(1, 40),
    ]),
    about(route).json("halve it again", [weight(1, 80, "test"), weight(1, 40)]),
    about(route).json("the same weights again", [weight(0, 60), weight(1, 40)]),
    about(route).json("a negative weight", [weight(1, -1)]),
    about(route).json("a weight that is a word", [weight(1, "many")], { ownWords: true }),
    about(route).json("a backend without a name", [{ op: "remove", path: "/spec/rules/0/backendRefs/0/name" }]),
    about(route).json("a path of another type", [{ op: "replace", path: "/spec/rules/0/matches/0/path/type", value: "Sideways" }]),
    about(route).merge("an unknown field alone", { spec: { nonsense: 1 } }),
    about(route).merge("a label", { metadata: { labels: { a: "b" } } }),
    about(route).merge("an annotation", { metadata: { annotations: { a: "b" } } }),
    about(route).merge("a stale version", { metadata: { resourceVersion: "1" }, spec: { hostnames: ["a.example"] } }),
    about(route).merge("a status through the main resource", { status: { parents: [] } }),
    about(`${route}/status`).merge("the status", { status: { parents: [] } }),
    about(`${route}/status`).merge(
      "a label and a spec through the status",
      { metadata: { labels: { c: "d" } }, spec: { hostnames: ["b.example"] } },
      { writtenByOldServers: true },
    ),
    about(`${route}/status`).merge("a status that lacks something", { status: { parents: [{ controllerName: "x" }] } }),
    about(route).strategic("a strategic merge patch", { spec: { hostnames: ["c.example"] } }),
    about(route).merge("on dry run", { spec: { hostnames: ["d.example"] } }, { query: "?dryRun=All" }),
    about(route).get("a subresource that is not there", "/scale"),
    about(route).replace("replace without kind and version", { metadata: { name: "web" }, spec: {} }, { ownWords: true }),
    about(route).replace("replace without a resourceVersion", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "web" },
      spec: {},
    }),
    about("~gateway/httproutes").get("list", "?limit=1"),

    about("~argo/rollouts").create(
      "create a Rollout",
      {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Rollout",
        metadata: { name: "web" },
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: "web" } },
          template: template("v1"),
          strategy: { canary: { steps: [{ setWeight: 20 }] } },
        },
      },
      { subject: rollout },
    ),
    about("~argo/rollouts").create(
      "create a Rollout without a spec",
      { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: { name: "none" } },
      { subject: rollout },
    ),
    about(rollout).json("its template", [{ op: "replace", path: "/spec/template", value: template("v2") }], { subject: rollout }),
    about(rollout).merge("abort on the main resource", { status: { abort: true } }, { subject: rollout, writtenByOldServers: true }),
    about(rollout).json("which changed nothing", [{ op: "test", path: "/status/abort", value: true }], { subject: rollout }),
    about(`${rollout}/status`).merge("abort", { status: { abort: true } }, { subject: rollout }),
    about(rollout).json("which did", [{ op: "test", path: "/status/abort", value: true }], { subject: rollout }),
    about(`${rollout}/status`).merge("abort again", { status: { abort: true } }, { subject: rollout }),
    about(`${rollout}/status`).merge("an abort that is a word", { status: { abort: "yes" } }, { subject: rollout, ownWords: true }),
    about(`${rollout}/scale`).get("read its scale", "", { subject: rollout }),
    about(`${rollout}/scale`).merge("scale it", { spec: { replicas: 5 } }, { subject: rollout }),
    about(`${rollout}/scale`).merge(
      "scale it from a stale version",
      { metadata: { resourceVersion: "1" }, spec: { replicas: 6 } },
      { subject: rollout },
    ),
    about(rollout).json("its replicas then", [{ op: "test", path: "/spec/replicas", value: 5 }], { subject: rollout }),
    about(rollout).merge("seconds as a word", { spec: { minReadySeconds: "x" } }, { subject: rollout, ownWords: true }),

    about("~argo/applications").create(
      "create an Application",
      {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Application",
        metadata: { name: "web" },
        spec: { project: "default", destination: {}, syncPolicy: { automated: { selfHeal: true } } },
      },
      { subject: application },
    ),
    about(application).merge("hold it", { spec: { syncPolicy: { automated: { enabled: false } } } }, { subject: application }),
    about(application).merge(
      "a status, which is a field like any other",
      { status: { sync: { status: "Synced" } } },
      { subject: application },
    ),
    about(`${application}/status`).merge("its status, which is no subresource", { status: {} }, { subject: application }),

    about("~flux/kustomizations").create(
      "create a Kustomization",
      {
        apiVersion: "kustomize.toolkit.fluxcd.io/v1",
        kind: "Kustomization",
        metadata: { name: "web" },
        spec: { interval: "5m", prune: true, sourceRef: { kind: "GitRepository", name: "web" } },
      },
      { subject: kustomization },
    ),
    about(kustomization).merge("suspend it", { spec: { suspend: true } }, { subject: kustomization }),
    about(kustomization).merge("suspend it again", { spec: { suspend: true } }, { subject: kustomization }),
    about(kustomization).json("its force", [{ op: "test", path: "/spec/force", value: false }], { subject: kustomization }),
    about(kustomization).merge("an interval that is none", { spec: { interval: "often" } }, { subject: kustomization }),
    about(kustomization).merge("a source of another kind", { spec: { sourceRef: { kind: "Folder" } } }, { subject: kustomization }),

    about("~istio/virtualservices").create(
      "create a VirtualService",
      {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name: "web" },
        spec: { hosts: ["web"], http: [{ name: "main", route: destinations }] },
      },
      { subject: virtual },
    ),
    about("~istio/virtualservices").create(
      "create one of the other version",
      { apiVersion: "networking.istio.io/v1beta1", kind: "VirtualService", metadata: { name: "other" } },
      { subject: virtual },
    ),
    about(virtualBeta).json(
      "shift its weights in the older version",
      [
        { op: "test", path: "/apiVersion", value: "networking.istio.io/v1beta1" },
        { op: "replace", path: "/spec/http/0/route/0/weight", value: 100 },
        { op: "replace", path: "/spec/http/0/route/1/weight", value: 0 },
      ],
      { subject: virtual },
    ),
    about(virtual).json(
      "read them in the newer one",
      [
        { op: "test", path: "/apiVersion", value: "networking.istio.io/v1" },
        { op: "test", path: "/spec/http/0/route/1/weight", value: 0 },
      ],
      { subject: virtual },
    ),
    about(route).remove("delete with a foreign uid", { preconditions: { uid: "x" } }),
    about(route).remove("delete from a stale version", { preconditions: { resourceVersion: "1" } }),
    about(route).remove("delete"),
    about(route).remove("delete again"),
    about("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/none.example.com").get("a definition that is not there"),
    about("~argo/nothings").get("a custom resource that is not defined"),
  ],
};
