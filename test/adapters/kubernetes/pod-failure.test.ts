import type { Pod } from "kubernetes-types/core/v1.d.ts";
import { describe, expect, it } from "vitest";
import { isPast, podFailure } from "../../../functions/adapters/kubernetes/pod-failure.ts";
import { aCondition, aContainerStatus, anUnreadyPod, aPod, POD_MOMENT } from "./support/kubernetes-objects.ts";

const after = (seconds: number) => new Date(Date.parse(POD_MOMENT) + seconds * 1000);
const at = (seconds: number) => after(seconds).toISOString();
const now = after(120);

const crashed = { exitCode: 1, reason: "Error", startedAt: at(100), finishedAt: at(101) };
const oomKilled = { exitCode: 137, reason: "OOMKilled", startedAt: at(100), finishedAt: at(101) };
const notReady = aCondition("Ready", "False", { reason: "ContainersNotReady", message: "containers with unready status: [app]" });

function waiting(reason: string, message?: string) {
  return { waiting: { reason, ...(message ? { message } : {}) } };
}

interface Row {
  readonly name: string;
  readonly pod: Pod;
  readonly reason: string;
  readonly message: RegExp;
}

const failing: readonly Row[] = [
  {
    name: "waits in a crash loop",
    pod: anUnreadyPod(waiting("CrashLoopBackOff", "back-off 40s restarting failed container"), {
      restartCount: 3,
      lastState: { terminated: crashed },
    }),
    reason: "CrashLoopBackOff",
    message: /exit code 1, 3 restarts/,
  },
  {
    name: "runs for a moment between two crashes, and even looks ready",
    pod: aPod({
      status: {
        conditions: [aCondition("Ready", "True")],
        containerStatuses: [
          aContainerStatus({ running: { startedAt: at(115) } }, { ready: true, restartCount: 3, lastState: { terminated: crashed } }),
        ],
      },
    }),
    reason: "CrashLoopBackOff",
    message: /exit code 1/,
  },
  {
    name: "has just crashed again",
    pod: anUnreadyPod({ terminated: crashed }, { restartCount: 2, lastState: { terminated: crashed } }),
    reason: "CrashLoopBackOff",
    message: /exit code 1, 2 restarts/,
  },
  {
    name: "has crashed for the first time",
    pod: anUnreadyPod({ terminated: crashed }),
    reason: "Error",
    message: /exit code 1, 0 restarts/,
  },
  {
    name: "waits after running out of memory",
    pod: anUnreadyPod(waiting("CrashLoopBackOff"), { restartCount: 2, lastState: { terminated: oomKilled } }),
    reason: "OOMKilled",
    message: /exit code 137/,
  },
  {
    name: "runs again after running out of memory",
    pod: anUnreadyPod({ running: { startedAt: at(110) } }, { restartCount: 1, lastState: { terminated: oomKilled } }),
    reason: "OOMKilled",
    message: /exit code 137, 1 restarts/,
  },
  {
    name: "was killed by its probe (137 without OOMKilled)",
    pod: anUnreadyPod(waiting("CrashLoopBackOff"), { restartCount: 2, lastState: { terminated: { ...crashed, exitCode: 137 } } }),
    reason: "CrashLoopBackOff",
    message: /exit code 137/,
  },
  ...["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "CreateContainerError", "RunContainerError"].map(
    (reason) => ({
      name: `waits with ${reason}`,
      pod: anUnreadyPod(waiting(reason, 'Back-off pulling image "demo/checkout:v9"'), {}, "Pending"),
      reason,
      message: /v9/,
    }),
  ),
  {
    name: "misses a config key",
    pod: anUnreadyPod(waiting("CreateContainerConfigError", "couldn't find key url in ConfigMap demo/checkout"), {}, "Pending"),
    reason: "CreateContainerConfigError",
    message: /key url in ConfigMap/,
  },
  {
    name: "has a crashing init container",
    pod: aPod({
      status: {
        phase: "Pending",
        conditions: [notReady],
        initContainerStatuses: [aContainerStatus(waiting("CrashLoopBackOff"), { restartCount: 4, lastState: { terminated: crashed } })],
        containerStatuses: [aContainerStatus(waiting("PodInitializing"))],
      },
    }),
    reason: "CrashLoopBackOff",
    message: /4 restarts/,
  },
  {
    name: "finds no node",
    pod: aPod({
      status: {
        phase: "Pending",
        conditions: [
          aCondition("PodScheduled", "False", { reason: "Unschedulable", message: "0/5 nodes are available: 5 Insufficient cpu." }),
        ],
      },
    }),
    reason: "Unschedulable",
    message: /Insufficient cpu/,
  },
  {
    name: "never became ready",
    pod: anUnreadyPod({ running: { startedAt: at(2) } }, { ready: false }),
    reason: "ContainersNotReady",
    message: /unready status: \[app\]/,
  },
  {
    name: "waits for its load balancer's readiness gate",
    pod: aPod({ status: { phase: "Running", conditions: [aCondition("Ready", "False", { reason: "ReadinessGatesNotReady" })] } }),
    reason: "ReadinessGatesNotReady",
    message: /^$/,
  },
  {
    name: "cannot mount a volume",
    pod: anUnreadyPod(waiting("ContainerCreating"), {}, "Pending"),
    reason: "ContainerCreating",
    message: /unready status/,
  },
  {
    name: "was evicted",
    pod: aPod({
      status: {
        phase: "Failed",
        reason: "Evicted",
        message: "The node was low on resource: memory.",
        conditions: [aCondition("DisruptionTarget", "True", { reason: "TerminationByKubelet" })],
      },
    }),
    reason: "Evicted",
    message: /low on resource: memory/,
  },
  {
    name: "was preempted",
    pod: aPod({ status: { phase: "Failed", conditions: [aCondition("DisruptionTarget", "True", { reason: "PreemptionByScheduler" })] } }),
    reason: "PreemptionByScheduler",
    message: /^$/,
  },
];

const healthy: readonly { name: string; pod: Pod }[] = [
  { name: "runs and is ready", pod: aPod() },
  {
    name: "crashed twice at its start and has settled",
    pod: aPod({
      status: {
        conditions: [aCondition("Ready", "True")],
        containerStatuses: [
          aContainerStatus({ running: { startedAt: at(30) } }, { ready: true, restartCount: 2, lastState: { terminated: crashed } }),
        ],
      },
    }),
  },
  {
    name: "has finished its init container",
    pod: aPod({
      status: {
        conditions: [aCondition("Ready", "True")],
        initContainerStatuses: [aContainerStatus({ terminated: { exitCode: 0, reason: "Completed" } }, { ready: true })],
        containerStatuses: [aContainerStatus({ running: { startedAt: at(20) } }, { ready: true })],
      },
    }),
  },
];

describe("podFailure", () => {
  it.each(failing)("K8S-37: calls it $reason when a pod $name", ({ pod, reason, message }) => {
    expect(podFailure(pod, now)).toEqual({ reason, message: expect.stringMatching(message) });
  });

  it.each(healthy)("finds nothing when a pod $name", ({ pod }) => {
    expect(podFailure(pod, now)).toBeNull();
  });

  it("gives a pod 30 seconds to become ready", () => {
    const starting = anUnreadyPod({ running: { startedAt: at(1) } });

    expect(podFailure(starting, after(29))).toBeNull();
    expect(podFailure(starting, after(31))?.reason).toBe("ContainersNotReady");
  });

  it("gives a pod the time that its probes declare on top", () => {
    const slow = {
      name: "app",
      startupProbe: { periodSeconds: 10, failureThreshold: 6 },
      readinessProbe: { initialDelaySeconds: 20 },
    };
    const starting = { ...anUnreadyPod({ running: { startedAt: at(1) } }), spec: { containers: [slow] } };

    expect(podFailure(starting, after(109))).toBeNull();
    expect(podFailure(starting, after(111))?.reason).toBe("ContainersNotReady");
  });

  it("does not blame a crash of long ago for a pod that is not ready today", () => {
    const pod = anUnreadyPod({ running: { startedAt: at(102) } }, { restartCount: 5, lastState: { terminated: crashed } });

    expect(podFailure(pod, after(3600))?.reason).toBe("ContainersNotReady");
  });

  it("keeps messages short and a container's own last words out", () => {
    const secret = "password=hunter2";
    const long = anUnreadyPod(waiting("CreateContainerError", "x".repeat(5000)));
    const spoken = anUnreadyPod(
      { terminated: { ...crashed, message: secret } },
      { lastState: { terminated: { ...crashed, message: secret } } },
    );

    expect(podFailure(long, now)?.message).toHaveLength(200);
    expect(podFailure(spoken, now)?.message).not.toContain("hunter2");
  });
});

describe("isPast", () => {
  it.each([
    { name: "a terminating pod", pod: aPod({ metadata: { deletionTimestamp: at(119) } }), past: true },
    { name: "a pod that ended well", pod: aPod({ status: { phase: "Succeeded" } }), past: true },
    { name: "a running pod", pod: aPod(), past: false },
    { name: "a pod evicted just now", pod: aPod({ status: { phase: "Failed", reason: "Evicted" } }), past: false },
  ])("is $past for $name", ({ pod, past }) => {
    expect(isPast(pod, now)).toBe(past);
  });

  it("is true for a pod evicted an hour ago that nobody collected", () => {
    expect(isPast(aPod({ status: { phase: "Failed", reason: "Evicted" } }), after(3600))).toBe(true);
  });
});
