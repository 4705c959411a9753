import { JSON_PATCH, MERGE_PATCH, type RecordedList, type RecordedRequest, STRATEGIC_PATCH } from "./recorded-request.ts";

const DEPLOYMENT = "~apps/deployments/web";

/** No replicas: no pods, so the controllers fall silent soon and nothing else moves between two requests. */
const MANIFEST = {
  metadata: { name: "web", labels: { app: "web" } },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        containers: [
          { name: "app", image: "demo/web:v1", env: [{ name: "A", value: "1" }] },
          { name: "side", image: "demo/side:v1" },
        ],
      },
    },
  },
};

const json = (title: string, body: unknown, path = DEPLOYMENT): RecordedRequest => ({
  title,
  method: "PATCH",
  path,
  contentType: JSON_PATCH,
  body,
});
const merge = (title: string, body: unknown, path = DEPLOYMENT): RecordedRequest => ({
  title,
  method: "PATCH",
  path,
  contentType: MERGE_PATCH,
  body,
});
const strategic = (title: string, body: unknown, path = DEPLOYMENT): RecordedRequest => ({
  title,
  method: "PATCH",
  path,
  contentType: STRATEGIC_PATCH,
  body,
});
const image = (value: string): unknown => [{ op: "replace", path: "/spec/template/spec/containers/0/image", value }];
const configMap = "~core/configmaps/settings";
const autoscaler = "~autoscaling/horizontalpodautoscalers/web";

const REQUESTS: readonly RecordedRequest[] = [
  { title: "create a Deployment", method: "POST", path: "~apps/deployments", body: MANIFEST },
  { title: "create it again", method: "POST", path: "~apps/deployments", body: MANIFEST },
  {
    title: "create with a bad name and no spec",
    ownWords: true,
    method: "POST",
    path: "~apps/deployments",
    body: { metadata: { name: "B_d" }, spec: {} },
  },
  {
    title: "create an object of another kind",
    ownWords: true,
    method: "POST",
    path: "~apps/deployments",
    body: { kind: "Pod", apiVersion: "v1" },
  },
  {
    title: "create in a namespace that is not there",
    method: "POST",
    path: "/apis/apps/v1/namespaces/no-such/deployments",
    body: MANIFEST,
  },
  { title: "create on dry run", method: "POST", path: "~apps/deployments?dryRun=All", body: { ...MANIFEST, metadata: { name: "other" } } },
  { title: "read what was only a dry run", method: "GET", path: "~apps/deployments/other" },
  { title: "read a Deployment that is not there", method: "GET", path: "~apps/deployments/nope" },
  { title: "read a resource that is not served", method: "GET", path: "~apps/nonsense" },
  { title: "post to an object", method: "POST", path: DEPLOYMENT, body: {} },

  json("change the image", image("demo/web:v2")),
  json("change it to what it is", image("demo/web:v2")),
  json("add an annotation", [{ op: "add", path: "/metadata/annotations/rollguard.dev~1execution", value: "one" }]),
  json("add the same annotation", [{ op: "add", path: "/metadata/annotations/rollguard.dev~1execution", value: "one" }]),
  json("remove an annotation", [{ op: "remove", path: "/metadata/annotations/rollguard.dev~1execution" }]),
  json("remove an annotation that is not there", [{ op: "remove", path: "/metadata/annotations/rollguard.dev~1execution" }]),
  merge("add a label", { metadata: { labels: { team: "shop" } } }),
  json("change the image on dry run", image("demo/web:v9"), `${DEPLOYMENT}?dryRun=All`),
  json("dry run with another word", image("demo/web:v9"), `${DEPLOYMENT}?dryRun=Some`),
  json("a test that fails", [{ op: "test", path: "/metadata/generation", value: 99 }]),
  json("a test of something that is not there", [{ op: "test", path: "/metadata/annotations/none", value: "x" }]),
  json("a test of another type", [{ op: "test", path: "/metadata/generation", value: "2" }]),
  json("a test that fails behind a change", [...(image("demo/web:v9") as unknown[]), { op: "test", path: "/metadata/uid", value: "x" }]),
  json("a test that holds", [{ op: "test", path: "/metadata/name", value: "web" }]),
  json("an operation nobody knows", [{ op: "bogus", path: "/spec/replicas", value: 1 }]),
  json("add below a field that is not there", [{ op: "add", path: "/spec/nothing/below", value: 1 }]),
  json("add a field nobody knows", [{ op: "add", path: "/spec/nothing", value: 1 }]),
  json("a patch that is no list", { a: 1 }),
  { ...json("replicas as text", [{ op: "replace", path: "/spec/replicas", value: "x" }]), ownWords: true },
  json("negative replicas", [{ op: "replace", path: "/spec/replicas", value: -1 }]),
  json("a strategy for the rollback", [
    { op: "replace", path: "/spec/strategy", value: { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } } },
  ]),
  json("the default strategy", [{ op: "replace", path: "/spec/strategy", value: {} }]),
  {
    ...json("surge and unavailable both 0", [
      { op: "replace", path: "/spec/strategy/rollingUpdate", value: { maxSurge: 0, maxUnavailable: 0 } },
    ]),
    ownWords: true,
  },
  json("Recreate with its rest", [{ op: "replace", path: "/spec/strategy/type", value: "Recreate" }]),
  json("Recreate", [{ op: "replace", path: "/spec/strategy", value: { type: "Recreate" } }]),
  { ...json("a strategy nobody knows", [{ op: "replace", path: "/spec/strategy", value: { type: "Sideways" } }]), ownWords: true },
  {
    ...json("a percentage that is none", [{ op: "replace", path: "/spec/strategy", value: { rollingUpdate: { maxSurge: "many" } } }]),
    ownWords: true,
  },
  json("RollingUpdate again", [{ op: "replace", path: "/spec/strategy", value: { type: "RollingUpdate" } }]),
  json("a stale resourceVersion replaced", [{ op: "replace", path: "/metadata/resourceVersion", value: "1" }]),
  json("another uid", [{ op: "replace", path: "/metadata/uid", value: "x" }]),
  json("another name", [{ op: "replace", path: "/metadata/name", value: "y" }]),
  json("no containers", [{ op: "replace", path: "/spec/template/spec/containers", value: [] }]),
  json("a container without an image", [{ op: "remove", path: "/spec/template/spec/containers/0/image" }]),
  json("two containers of one name", [{ op: "replace", path: "/spec/template/spec/containers/1/name", value: "app" }]),
  { ...json("another selector", [{ op: "replace", path: "/spec/selector/matchLabels", value: { app: "other" } }]), ownWords: true },
  {
    ...json("template labels that the selector does not match", [
      { op: "replace", path: "/spec/template/metadata/labels", value: { app: "other" } },
    ]),
    ownWords: true,
  },
  json("a deadline below minReadySeconds", [{ op: "add", path: "/spec/minReadySeconds", value: 600 }]),
  json("the hash label left in the template", [{ op: "add", path: "/spec/template/metadata/labels/pod-template-hash", value: "abc" }]),
  json("the hash label taken out", [{ op: "remove", path: "/spec/template/metadata/labels/pod-template-hash" }]),

  merge("pause", { spec: { paused: true } }),
  merge("resume", { spec: { paused: false } }),
  merge("resume again", { spec: { paused: false } }),
  merge("minReadySeconds of 0", { spec: { minReadySeconds: 0 } }),
  merge("a stale resourceVersion", { metadata: { resourceVersion: "1" } }),
  merge("a label without resourceVersion", { metadata: { labels: { team: null } } }),
  { ...merge("a status on the main resource", { status: { replicas: 7 } }), writtenByOldServers: true },
  merge("nothing", {}),
  { title: "a patch of no known type", method: "PATCH", path: DEPLOYMENT, contentType: "text/plain", body: {} },
  strategic("one container's image by name", { spec: { template: { spec: { containers: [{ name: "side", image: "demo/side:v2" }] } } } }),
  strategic("one variable of one container", {
    spec: { template: { spec: { containers: [{ name: "app", env: [{ name: "B", value: "2" }] }] } } },
  }),
  strategic("a variable deleted", {
    spec: { template: { spec: { containers: [{ name: "app", env: [{ name: "B", $patch: "delete" }] }] } } },
  }),
  strategic("another type of strategy, keys kept by name", { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } }),
  strategic("back to rolling", { spec: { strategy: { type: "RollingUpdate" } } }),

  { title: "read the scale", method: "GET", path: `${DEPLOYMENT}/scale` },
  merge("scale to what it is", { spec: { replicas: 0 } }, `${DEPLOYMENT}/scale`),
  merge("scale below zero", { spec: { replicas: -1 } }, `${DEPLOYMENT}/scale`),
  merge("scale with a stale resourceVersion", { metadata: { resourceVersion: "1" }, spec: { replicas: 0 } }, `${DEPLOYMENT}/scale`),
  merge("an annotation through the scale", { metadata: { annotations: { a: "b" } } }, `${DEPLOYMENT}/scale`),
  merge("an annotation through the status", { metadata: { annotations: { "through-status": "yes" } } }, `${DEPLOYMENT}/status`),
  { ...merge("a spec through the status", { spec: { paused: true } }, `${DEPLOYMENT}/status`), writtenByOldServers: true },
  { title: "a subresource that is not there", method: "GET", path: `${DEPLOYMENT}/nothing` },

  { title: "replace with another name", method: "PUT", path: DEPLOYMENT, body: { ...MANIFEST, metadata: { name: "zz" } } },
  {
    title: "replace with another uid",
    ownWords: true,
    method: "PUT",
    path: DEPLOYMENT,
    body: { ...MANIFEST, metadata: { name: "web", uid: "x" } },
  },
  {
    title: "replace with a stale resourceVersion",
    method: "PUT",
    path: DEPLOYMENT,
    body: { ...MANIFEST, metadata: { name: "web", resourceVersion: "1" } },
  },
  { title: "replace", method: "PUT", path: DEPLOYMENT, body: MANIFEST },
  { title: "replace something that is not there", method: "PUT", path: "~core/configmaps/none", body: { metadata: { name: "other" } } },

  { title: "create a ConfigMap", method: "POST", path: "~core/configmaps", body: { metadata: { name: "settings" }, data: { a: "1" } } },
  {
    ...json("annotate a ConfigMap that has no annotations", [{ op: "add", path: "/metadata/annotations/a", value: "b" }], configMap),
    subject: configMap,
  },
  { ...merge("change a ConfigMap", { data: { a: "2" } }, configMap), subject: configMap },
  { ...merge("make it immutable", { immutable: true }, configMap), subject: configMap },
  { ...merge("change it then", { data: { a: "3" } }, configMap), subject: configMap },

  {
    title: "create an autoscaler",
    method: "POST",
    path: "~autoscaling/horizontalpodautoscalers",
    body: {
      metadata: { name: "web" },
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "other" } },
    },
  },
  { ...merge("a minimum above the maximum", { spec: { minReplicas: 9 } }, autoscaler), subject: autoscaler },

  { title: "list with a selector", method: "GET", path: "~apps/deployments?labelSelector=app%20in%20(web,other),!gone" },
  { title: "list with a selector that is none", ownWords: true, method: "GET", path: "~apps/deployments?labelSelector=a%20%20in" },
  { title: "list by a name field", method: "GET", path: "~apps/deployments?fieldSelector=metadata.name%3Dweb" },
  { title: "list by a field that has no index", method: "GET", path: "~core/pods?fieldSelector=spec.foo%3Dx" },
  { title: "go on with a token that is none", ownWords: true, method: "GET", path: "~core/pods?limit=1&continue=zzz" },
  { title: "watch from a version that is none", method: "GET", path: "~core/pods?watch=1&resourceVersion=abc" },
  {
    title: "bind a pod that is not there",
    method: "POST",
    path: "~core/pods/none/binding",
    body: { metadata: { name: "none" }, target: { name: "n" } },
  },
  {
    title: "bind with another name",
    method: "POST",
    path: "~core/pods/none/binding",
    body: { metadata: { name: "x" }, target: { name: "n" } },
  },
  { title: "the log of a pod that is not there", method: "GET", path: "~core/pods/none/log" },
  {
    title: "may I",
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      spec: { resourceAttributes: { verb: "patch", group: "apps", resource: "deployments" } },
    },
  },
  { title: "a page that is not there", method: "GET", path: "/nothing" },
  { title: "a group that is not there", method: "GET", path: "/apis/nothing/v1" },
  { title: "is it ready", method: "GET", path: "/readyz" },

  { title: "delete with another uid", method: "DELETE", path: DEPLOYMENT, body: { preconditions: { uid: "x" } } },
  { title: "delete with a stale resourceVersion", method: "DELETE", path: DEPLOYMENT, body: { preconditions: { resourceVersion: "1" } } },
  { title: "delete on dry run", method: "DELETE", path: `${DEPLOYMENT}?dryRun=All` },
  { title: "delete", method: "DELETE", path: DEPLOYMENT },
  { title: "delete again", method: "DELETE", path: DEPLOYMENT },
];

export const DEPLOYMENTS: RecordedList = { name: "deployments", subject: DEPLOYMENT, requests: REQUESTS };
