import { about, type RecordedList } from "./recorded-request.ts";

const deployment = "~apps/deployments/web";
const settings = "~core/configmaps/settings";
const container = (image: string, more: object = {}) => ({ name: "app", image, ...more });
const manifest = (containers: unknown[], more: object = {}, annotations: Record<string, string> | undefined = undefined) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", labels: { app: "web" }, ...(annotations ? { annotations } : {}) },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers } },
    replicas: 0,
    ...more,
  },
});
const config = (data: Record<string, string>) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data });
const ci = "?fieldManager=ci";
const rollback = (image: string) => [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }];
const withOwners = { owners: true } as const;

/** Server-side apply: who owns what, who stands in whose way, and how to let go. */
export const SERVER_SIDE_APPLY: RecordedList = {
  name: "server-side-apply",
  subject: deployment,
  requests: [
    about(deployment).apply("apply what is not there", manifest([container("demo/web:v1")]), ci, withOwners),
    about(deployment).apply("apply it again", manifest([container("demo/web:v1")]), ci, withOwners),
    about(deployment).apply("apply a new image", manifest([container("demo/web:v2")]), ci, withOwners),
    about(deployment).apply("apply on dry run", manifest([container("demo/web:v9")]), `${ci}&dryRun=All`, withOwners),
    about(deployment).apply("apply without a manager", manifest([container("demo/web:v2")]), ""),
    about(deployment).apply("apply without a kind", { metadata: { name: "web" } }, ci, { ownWords: true }),
    about(deployment).apply("apply another name", { ...manifest([container("demo/web:v2")]), metadata: { name: "other" } }, ci),
    about(deployment).apply("apply another kind", { ...manifest([]), kind: "StatefulSet" }, ci, { ownWords: true }),
    about(deployment).apply("apply managed fields", { ...manifest([]), metadata: { name: "web", managedFields: [{ manager: "x" }] } }, ci),
    about(deployment).apply("apply a stale version", { ...manifest([]), metadata: { name: "web", resourceVersion: "1" } }, ci),
    about(deployment).json("force where there is nothing to force", rollback("demo/web:v2"), { query: "?force=true" }),

    about(deployment).json("roll back by JSON Patch", rollback("demo/web:v1"), { query: "?fieldManager=rollguard", ...withOwners }),
    about(deployment).apply("the pipeline applies the bad image again", manifest([container("demo/web:v2")]), ci, withOwners),
    about(deployment).apply("and a new one", manifest([container("demo/web:v3")]), ci),
    about(deployment).apply("and what is live", manifest([container("demo/web:v1")]), ci, withOwners),
    about(deployment).apply(
      "another manager applies the live image",
      manifest([container("demo/web:v1")]),
      "?fieldManager=other",
      withOwners,
    ),
    about(deployment).apply("another manager applies a new image", manifest([container("demo/web:v4")]), "?fieldManager=other"),
    about(deployment).apply("and forces it", manifest([container("demo/web:v4")]), "?fieldManager=other&force=true", withOwners),
    about(deployment).apply(
      "the other manager lets go of the replicas",
      manifest([container("demo/web:v4")], { replicas: undefined }),
      "?fieldManager=other",
      withOwners,
    ),
    about(deployment).apply("two conflicts at once", manifest([container("demo/web:v5", { command: ["run"] })], {}, { note: "x" }), ci),
    about(deployment).merge(
      "an annotation",
      { metadata: { annotations: { note: "mine" } } },
      { query: "?fieldManager=rollguard", ...withOwners },
    ),
    about(deployment).apply(
      "an annotation of somebody else",
      manifest([container("demo/web:v4")], {}, { note: "ours" }),
      "?fieldManager=other",
    ),
    about(deployment).merge(
      "the annotation removed",
      { metadata: { annotations: { note: null } } },
      { query: "?fieldManager=rollguard", ...withOwners },
    ),

    about(deployment).apply(
      "a variable and a second container",
      manifest([container("demo/web:v4", { env: [{ name: "A", value: "1" }] }), { name: "side", image: "demo/side:v1" }]),
      "?fieldManager=other",
      withOwners,
    ),
    about(deployment).apply(
      "the variable and the container no longer applied",
      manifest([container("demo/web:v4")]),
      "?fieldManager=other",
      withOwners,
    ),
    about(deployment).json("only one container is left", [{ op: "test", path: "/spec/template/spec/containers/1/name", value: "side" }]),

    about("~core/configmaps").create("create a ConfigMap", { metadata: { name: "settings" }, data: { a: "1" } }, { subject: settings }),
    about(settings).apply("apply a key of its own", config({ b: "1" }), ci, { subject: settings }),
    about(settings).merge("change that key", { data: { b: "2" } }, { subject: settings, query: "?fieldManager=rollguard" }),
    about(settings).apply("apply that key again", config({ b: "1" }), ci, { subject: settings }),
    about(settings).json(
      "let go of it",
      [
        { op: "test", path: "/metadata/managedFields/2/manager", value: "rollguard" },
        { op: "remove", path: "/metadata/managedFields/2" },
      ],
      { subject: settings, ownWords: true },
    ),
    about(settings).json("let go of what is not there", [{ op: "test", path: "/metadata/managedFields/9/manager", value: "rollguard" }], {
      subject: settings,
    }),
  ],
};
