import { about, type RecordedList } from "./recorded-request.ts";

const pod = "~core/pods/web";
const container = { name: "app", image: "demo/web:v1" };
const named = (name: string, more: object = {}) => ({ metadata: { name }, spec: { containers: [container], ...more } });

/** Pods as the API alone sees them: what admission refuses, logs without a kubelet, deletion. */
export const PODS: RecordedList = {
  name: "pods",
  subject: pod,
  requests: [
    about("~core/pods").create("create a pod", named("web")),
    about("~core/pods").create("a priority class that is not there", named("prior", { priorityClassName: "nope" })),
    about("~core/pods").create("a priority class that always is", named("prior", { priorityClassName: "system-cluster-critical" })),
    about(pod).get("the log of a pod on no node", "/log"),
    about(pod).get("the log of a container that is not there", "/log?container=nope"),
    about("~core/pods").create("two containers", named("two", { containers: [container, { ...container, name: "side" }] })),
    about("~core/pods/two").get("the log without a container's name", "/log"),
    about(pod).merge("change its labels", { metadata: { labels: { traffic: "off" } } }),
    about(pod).merge("change its node", { spec: { nodeName: "n1" } }, { ownWords: true }),
    about(pod).strategic("change its image", { spec: { containers: [{ name: "app", image: "demo/web:v2" }] } }),
    about(pod).strategic("change its command", { spec: { containers: [{ name: "app", command: ["x"] }] } }, { ownWords: true }),
    about(pod).remove("delete it with a foreign uid", { preconditions: { uid: "x" } }),
    about(pod).remove("delete it on dry run", { dryRun: ["All"] }),
    about(pod).remove("delete it at once", { gracePeriodSeconds: 0 }),
    about(pod).get("read it then"),
  ],
};
