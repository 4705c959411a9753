import { describe, expect, it } from "vitest";
import { type PodLogSource, podLog } from "../../../local/cluster/api/pod-log.ts";
import type { ContainerStatus, Pod } from "../../../local/cluster/objects.ts";

const RUNNING: Partial<ContainerStatus> = { state: { running: { startedAt: "2026-03-01T12:00:00Z" } }, lastState: {} };
const ended = { exitCode: 1, reason: "Error", startedAt: "2026-03-01T12:00:00Z", finishedAt: "2026-03-01T12:00:01Z" };

function aPod(status: Partial<ContainerStatus> | undefined, names: readonly string[] = ["app"]): Pod {
  const containerStatuses = status ? [{ name: "app", image: "demo/web:v1", ready: true, restartCount: 0, imageID: "", ...status }] : [];
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name: "web", uid: "u", resourceVersion: "1", creationTimestamp: "2026-03-01T12:00:00Z" },
    spec: { nodeName: "n1", containers: names.map((name) => ({ name, image: "demo/web:v1" })) },
    status: { phase: "Running", containerStatuses },
  } as Pod;
}

const source: PodLogSource = (_pod, container, previous) => [`${container} ${previous ? "before" : "now"}`, "second", "dritte Zeile: ü"];
const read = (pod: Pod, query = ""): string | undefined => podLog(pod, new URLSearchParams(query), source);

describe("the log of a container", () => {
  it("comes from the source, line by line", () => {
    expect(read(aPod({ ...RUNNING } as ContainerStatus))).toBe("app now\nsecond\ndritte Zeile: ü\n");
  });

  it.each([
    { query: "tailLines=1", text: "dritte Zeile: ü\n" },
    { query: "tailLines=0", text: "" },
    { query: "limitBytes=7", text: "app now" },
    { query: "tailLines=2&limitBytes=6", text: "second" },
  ])("is cut as asked: $query", ({ query, text }) => {
    expect(read(aPod(RUNNING), query)).toBe(text);
  });

  it("of the run before is there after a restart", () => {
    expect(read(aPod({ ...RUNNING, lastState: { terminated: ended } }), "previous=true&tailLines=3")).toContain("app before");
  });

  it("of a crashed container that waits for its next start is what it wrote", () => {
    const waiting = { state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: ended } };

    expect(read(aPod(waiting))).toContain("app now");
  });

  it("of a pod on no node is nothing at all", () => {
    const pod = aPod(undefined);
    delete pod.spec.nodeName;

    expect(read(pod)).toBeUndefined();
  });
});

describe("a log that there is not", () => {
  it.each([
    { what: "another container", pod: aPod(RUNNING), query: "container=side", message: "container side is not valid for pod web" },
    {
      what: "no container named",
      pod: aPod(RUNNING, ["app", "side"]),
      query: "",
      message: "a container name must be specified for pod web, choose one of: [app side]",
    },
    {
      what: "no run before",
      pod: aPod(RUNNING),
      query: "previous=true",
      message: 'previous terminated container "app" in pod "web" not found',
    },
    {
      what: "not started",
      pod: aPod(undefined),
      query: "",
      message: 'container "app" in pod "web" is waiting to start: ContainerCreating',
    },
    {
      what: "an image that cannot be pulled",
      pod: aPod({ state: { waiting: { reason: "ImagePullBackOff" } }, lastState: {} }),
      query: "",
      message: 'container "app" in pod "web" is waiting to start: trying and failing to pull image',
    },
    {
      what: "a missing configuration",
      pod: aPod({ state: { waiting: { reason: "CreateContainerConfigError" } }, lastState: {} }),
      query: "",
      message: 'container "app" in pod "web" is waiting to start: CreateContainerConfigError',
    },
  ])("is 400 in the kubelet's words: $what", ({ pod, query, message }) => {
    expect(() => read(pod, query)).toThrow(expect.objectContaining({ message, status: expect.objectContaining({ code: 400 }) }));
  });

  it("is 400 when the source says that there is no such run", () => {
    const crashed = aPod({ ...RUNNING, lastState: { terminated: ended } });

    expect(() => podLog(crashed, new URLSearchParams("previous=true"), () => null)).toThrow(/previous terminated container/);
  });
});
