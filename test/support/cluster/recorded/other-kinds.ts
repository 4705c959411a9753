import { about, type RecordedList } from "./recorded-request.ts";

const settings = "~core/configmaps/settings";
const login = "~core/secrets/login";
const service = "~core/services/web";
const budget = "~policy/poddisruptionbudgets/web";
const ingress = "~networking/ingresses/web";
const slice = "~discovery/endpointslices/web-1";
const first = "~autoscaling/horizontalpodautoscalers/web";
const second = "~autoscaling2/horizontalpodautoscalers/web";
const priority = "/apis/scheduling.k8s.io/v1/priorityclasses/NAMESPACE-high";
const set = "~apps/statefulsets/db";
const daemon = "~apps/daemonsets/agent";

const template = (app: string) => ({ metadata: { labels: { app } }, spec: { containers: [{ name: "app", image: "demo/web:v1" }] } });
const selector = (app: string) => ({ matchLabels: { app } });
const rule = (path: string) => ({
  http: { paths: [{ path, pathType: "Prefix", backend: { service: { name: "web", port: { name: "use-annotation" } } } }] },
});
const ALB = "alb.ingress.kubernetes.io~1actions.web";

/** Kinds besides Deployments: what they refuse to change, and what they count. */
export const OTHER_KINDS: RecordedList = {
  name: "other-kinds",
  subject: settings,
  requests: [
    about("~core/configmaps").create("create a ConfigMap", { metadata: { name: "settings" }, data: { a: "1" } }),
    about(settings).merge("make it immutable", { immutable: true }),
    about(settings).merge("change data of an immutable ConfigMap", { data: { a: "2" } }),
    about(settings).merge("add binary data to it", { binaryData: { b: "AA==" } }),
    about(settings).merge("make it mutable again", { immutable: false }),
    about(settings).merge("take the mark away", { immutable: null }),
    about(settings).merge("label an immutable ConfigMap", { metadata: { labels: { a: "b" } } }),
    about("~core/configmaps").create(
      "create on dry run",
      { metadata: { name: "tried" }, data: { a: "1" } },
      { subject: "~core/configmaps/tried" },
    ),
    about("~core/configmaps?dryRun=All").create("create an existing one on dry run", { metadata: { name: "settings" } }),
    about(`${settings}?dryRun=All`).replace("replace an immutable one on dry run", { metadata: { name: "settings" }, data: { a: "9" } }),
    about(`${settings}?dryRun=All`).remove("delete on dry run"),

    about("~core/secrets").create("create a Secret", { metadata: { name: "login" }, stringData: { user: "x" } }, { subject: login }),
    about(login).merge("change its type", { type: "example.com/other" }, { subject: login }),
    about(login).merge("change its data", { data: { user: "eA==" } }, { subject: login }),
    about(login).merge("change its data otherwise", { data: { user: "eQ==" } }, { subject: login }),
    about(login).merge("make the Secret immutable", { immutable: true }, { subject: login }),
    about(login).merge("change an immutable Secret", { data: { user: "eg==" } }, { subject: login }),

    about("~core/services").create(
      "create a Service",
      { metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } },
      { subject: service },
    ),
    about(service).json("switch its selector", [{ op: "add", path: "/spec/selector/track", value: "stable" }], { subject: service }),
    about(service).json("a test of a selector that fails", [{ op: "test", path: "/spec/selector/track", value: "canary" }], {
      subject: service,
    }),
    about(service).merge("change its clusterIP", { spec: { clusterIP: "10.0.0.254" } }, { subject: service, ownWords: true }),
    about(service).merge("take its clusterIP away", { spec: { clusterIP: "" } }, { subject: service, ownWords: true }),
    about("~core/services").create("create a Service without ports", { metadata: { name: "none" }, spec: {} }, { subject: service }),

    about("~policy/poddisruptionbudgets").create(
      "create a budget",
      { metadata: { name: "web" }, spec: { minAvailable: 1, selector: selector("web") } },
      { subject: budget },
    ),
    about(budget).merge("change a budget", { spec: { minAvailable: 2 } }, { subject: budget }),
    about(budget).merge("both bounds of a budget", { spec: { maxUnavailable: 1 } }, { subject: budget, ownWords: true }),

    about("/apis/scheduling.k8s.io/v1/priorityclasses").create(
      "create a PriorityClass",
      { metadata: { name: "NAMESPACE-high" }, value: 1000 },
      { subject: priority },
    ),
    about(priority).merge("change its value", { value: 2000 }, { subject: priority }),
    about(priority).merge("describe it", { description: "for shops" }, { subject: priority }),
    about(priority).remove("delete the PriorityClass", undefined, { subject: priority }),
    about(priority).get("read a PriorityClass that is gone", "", { subject: priority }),

    about("~networking/ingresses").create(
      "create an Ingress",
      { metadata: { name: "web", annotations: { "alb.ingress.kubernetes.io/actions.web": "{}" } }, spec: { rules: [rule("/")] } },
      { subject: ingress },
    ),
    about(ingress).json(
      "change its weights",
      [
        { op: "test", path: `/metadata/annotations/${ALB}`, value: "{}" },
        { op: "replace", path: `/metadata/annotations/${ALB}`, value: '{"type":"forward"}' },
      ],
      { subject: ingress },
    ),
    about(ingress).json("test the old weights again", [{ op: "test", path: `/metadata/annotations/${ALB}`, value: "{}" }], {
      subject: ingress,
    }),
    about(ingress).merge("change its rules", { spec: { rules: [rule("/shop")] } }, { subject: ingress }),

    about("~core/endpoints").create(
      "create Endpoints",
      { metadata: { name: "other" }, subsets: [{ addresses: [{ ip: "10.1.1.1" }], ports: [{ port: 80 }] }] },
      { subject: "~core/endpoints/other" },
    ),
    about("~discovery/endpointslices").create(
      "create an EndpointSlice",
      { metadata: { name: "web-1" }, addressType: "IPv4", endpoints: [{ addresses: ["10.1.1.1"] }], ports: [{ port: 80 }] },
      { subject: slice },
    ),
    about(slice).merge("change its endpoints", { endpoints: [] }, { subject: slice }),
    about(slice).merge("change its address type", { addressType: "IPv6" }, { subject: slice, ownWords: true }),

    about("~autoscaling/horizontalpodautoscalers").create(
      "create an autoscaler",
      { metadata: { name: "web" }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "none" } } },
      { subject: second },
    ),
    about(second).json("test its minimum in the other version", [{ op: "test", path: "/spec/minReplicas", value: 1 }], { subject: second }),
    about(second).json("raise its minimum there", [{ op: "replace", path: "/spec/minReplicas", value: 2 }], { subject: second }),
    about(second).merge("hold it", { spec: { behavior: { scaleDown: { selectPolicy: "Disabled" } } } }, { subject: second }),
    about(first).json("test its minimum in the first version", [{ op: "test", path: "/spec/minReplicas", value: 2 }], { subject: first }),
    about(first).json(
      "test that its behaviour is an annotation there",
      [{ op: "test", path: "/metadata/annotations/autoscaling.alpha.kubernetes.io~1behavior", value: "x" }],
      { subject: first },
    ),
    about(first).merge("raise its maximum in the first version", { spec: { maxReplicas: 5 } }, { subject: first }),
    about(second).json("its behaviour is still there", [{ op: "test", path: "/spec/behavior/scaleDown/selectPolicy", value: "Disabled" }], {
      subject: second,
    }),
    about(second).json(
      "its CPU target as a metric",
      [{ op: "test", path: "/spec/metrics/0/resource/target/averageUtilization", value: 80 }],
      { subject: second },
    ),
    about(second).merge("a maximum of 0", { spec: { maxReplicas: 0 } }, { subject: second, ownWords: true }),
    about(first).get("an autoscaler's scale", "/scale", { subject: first }),

    about("~apps/statefulsets").create(
      "create a StatefulSet",
      { metadata: { name: "db" }, spec: { replicas: 0, serviceName: "db", selector: selector("db"), template: template("db") } },
      { subject: set },
    ),
    about(set).merge("change its serviceName", { spec: { serviceName: "other" } }, { subject: set, ownWords: true }),
    about(set).merge("change its podManagementPolicy", { spec: { podManagementPolicy: "Parallel" } }, { subject: set, ownWords: true }),
    about(set).merge("change its selector", { spec: { selector: selector("other") } }, { subject: set, ownWords: true }),
    about(set).merge("annotate the StatefulSet", { metadata: { annotations: { a: "b" } } }, { subject: set }),
    about(set).merge("scale it with a stale version", { metadata: { resourceVersion: "1" } }, { subject: set }),
    about(`${set}/scale`).merge(
      "scale the StatefulSet",
      { spec: { replicas: 0 }, metadata: { annotations: { c: "d" } } },
      { subject: set },
    ),
    about(`${set}/scale`).merge(
      "scale the StatefulSet from a stale version",
      { spec: { replicas: 1 }, metadata: { resourceVersion: "1" } },
      { subject: set },
    ),
    about("~apps/daemonsets").create(
      "create a DaemonSet",
      { metadata: { name: "agent" }, spec: { selector: selector("agent"), template: template("agent") } },
      { subject: daemon },
    ),
    about(daemon).merge(
      "change the selector of a DaemonSet",
      { spec: { selector: selector("other") } },
      { subject: daemon, ownWords: true },
    ),
    about(daemon).merge("change the way a DaemonSet is updated", { spec: { updateStrategy: { type: "OnDelete" } } }, { subject: daemon }),

    about("~core/events?fieldSelector=involvedObject.uid%3Dx,involvedObject.kind%3DPod").get("events of an object"),
    about("~core/events?fieldSelector=involvedObject.nothing%3Dx").get("events by a field that has no index"),
    about("~core/configmaps?fieldSelector=metadata.name%3Dsettings").get("a ConfigMap by name"),
    about("~core/configmaps?fieldSelector=data.a%3D1").get("ConfigMaps by a field that has no index"),
    about("/apis/authorization.k8s.io/v1/subjectaccessreviews").create("may somebody", {
      kind: "SubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      spec: { user: "somebody", resourceAttributes: { verb: "get", resource: "pods" } },
    }),
    about(settings).remove("delete with a foreign uid", { preconditions: { uid: "x" } }),
    about(settings).remove("delete from a stale version", { preconditions: { resourceVersion: "1" } }),
    about(settings).remove("delete", { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" }),
  ],
};
