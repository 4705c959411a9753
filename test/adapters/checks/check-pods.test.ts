import type { ContainerState, Event, Pod, PodStatus } from "kubernetes-types/core/v1.d.ts";
import { describe, expect, it } from "vitest";
import { hasRun, obstacle, toldByEvents } from "../../../functions/adapters/checks/check-pods.ts";

const at = "2026-11-20T03:12:00Z";
const status = (state: ContainerState, lastState: ContainerState = {}) => ({
  ...{ name: "app", image: "", imageID: "", ready: false, restartCount: 0, state, lastState },
});
const aPod = (state: ContainerState, more: Partial<PodStatus> = {}): Pod => ({ status: { containerStatuses: [status(state)], ...more } });
const ended = (exitCode: number, reason: string): ContainerState => ({ terminated: { exitCode, reason } });

describe("a pod in which the check has run", () => {
  it.each<[string, Pod]>([
    ["runs now", aPod({ running: { startedAt: at } })],
    ["ended well", aPod(ended(0, "Completed"))],
    ["ended badly", aPod(ended(1, "Error"))],
    ["waits for its next try", { status: { containerStatuses: [status({ waiting: { reason: "CrashLoopBackOff" } }, ended(1, "Error"))] } }],
    ["failed before it, in an init container", { status: { initContainerStatuses: [status(ended(1, "Error"))] } }],
  ])("%s", (_what, pod) => {
    expect(hasRun(pod)).toBe(true);
  });
});

describe("a pod in which the check has not run", () => {
  const evicted = aPod(ended(137, "Error"), { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." });
  const disrupted = aPod(ended(143, "Error"), {
    phase: "Failed",
    conditions: [{ type: "DisruptionTarget", status: "True", lastTransitionTime: at }],
  });

  it.each<[string, Pod, string | null]>([
    ["is on its way", aPod({ waiting: { reason: "ContainerCreating" } }), null],
    ["cannot be pulled", aPod({ waiting: { reason: "ImagePullBackOff", message: "not found" } }), "ImagePullBackOff: not found"],
    ["has a command that does not exist", aPod(ended(128, "StartError")), "StartError"],
    [
      "waits behind an init container that ended well",
      {
        status: {
          initContainerStatuses: [status(ended(0, "Completed"))],
          containerStatuses: [status({ waiting: { reason: "ErrImagePull" } })],
        },
      },
      "ErrImagePull",
    ],
    [
      "has no Node",
      { status: { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes are available" }] } },
      "Unschedulable: 0/3 nodes are available",
    ],
    ["was evicted", evicted, "Evicted: The node was low on resource: memory."],
    ["was drained", disrupted, "DisruptionTarget"],
  ])("%s", (_what, pod, expected) => {
    expect(hasRun(pod)).toBe(false);
    expect(obstacle([pod])).toBe(expected);
  });
});

describe("events about pods that are gone", () => {
  const anEvent = (name: string, reason: string, more: Partial<Event> & { fieldPath?: string } = {}): Event => {
    const { fieldPath, ...rest } = more;
    return { metadata: {}, involvedObject: { kind: "Pod", name, ...(fieldPath ? { fieldPath } : {}) }, reason, type: "Normal", ...rest };
  };

  it("tell that the check was started", () => {
    const started = anEvent("smoke-1a2b-xyz12", "Started", { fieldPath: "spec.containers{app}" });

    expect(toldByEvents([started], "smoke-1a2b")).toEqual({ started: true, obstacle: null });
  });

  it.each([
    ["of an init container", anEvent("smoke-1a2b-xyz12", "Started", { fieldPath: "spec.initContainers{wait}" })],
    ["of another Job's pod", anEvent("smoke-9z-xyz12", "Started", { fieldPath: "spec.containers{app}" })],
  ])("tell nothing by the start %s", (_whose, event) => {
    expect(toldByEvents([event], "smoke-1a2b")).toEqual({ started: false, obstacle: null });
  });

  it("tell the last thing that was in the way, without secrets, and not the deadline itself", () => {
    const events = [
      anEvent("smoke-1a2b-xyz12", "FailedScheduling", { type: "Warning", message: "0/3 nodes" }),
      anEvent("smoke-1a2b", "FailedCreate", { type: "Warning", message: "password=hunter2 exceeded quota" }),
      anEvent("smoke-1a2b", "DeadlineExceeded", { type: "Warning", message: "too late" }),
    ];

    expect(toldByEvents(events, "smoke-1a2b").obstacle).toBe("FailedCreate: password=[redacted] exceeded quota");
  });
});
