import { setTimeout as sleep } from "node:timers/promises";
import { type Pod, timestamp } from "../objects.ts";
import type { KubeletApi } from "./kubelet-api.ts";
import { behaviourOf, READY_DELAY_ANNOTATION, secondsOf } from "./pod-behaviour.ts";
import { type ContainerPicture, type Placement, podStatus } from "./pod-status.ts";

/** How long things take, in seconds. */
export interface KubeletTimings {
  readonly readyDelaySeconds: number;
  readonly terminationDelaySeconds: number;
  /** From the start of a container that crashes to its crash. */
  readonly crashAfterSeconds: number;
  /** First pause of a crash loop or of a failing pull; doubles up to eight times itself. */
  readonly backOffSeconds: number;
}

interface Stage {
  readonly api: KubeletApi;
  readonly placement: Placement;
  readonly timings: KubeletTimings;
  readonly signal: AbortSignal;
}

/** Plays the life of one pod that is bound to a node, until the signal says that it is being deleted. */
export async function playPod(pod: Pod, stage: Stage): Promise<void> {
  const show = new PodDisplay(pod, stage);
  switch (behaviourOf(pod)) {
    case "healthy": {
      await show.running({ ready: false });
      await show.wait(secondsOf(pod, READY_DELAY_ANNOTATION, stage.timings.readyDelaySeconds));
      await show.running({ ready: true });
      return;
    }
    case "noready":
      await show.running({ ready: false });
      await show.wait(1);
      return show.report("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
    case "crash":
      return crashLoop(show, { exitCode: 1, reason: "Error", message: "the process ended by itself" });
    case "oom":
      return crashLoop(show, { exitCode: 137, reason: "OOMKilled" });
    case "pull":
      return pullLoop(show, pod);
  }
}

async function crashLoop(show: PodDisplay, end: { exitCode: number; reason: string; message?: string }): Promise<void> {
  for (let restartCount = 0; !show.isOver; restartCount += 1) {
    const startedAt = timestamp(new Date());
    await show.running({ ready: false, restartCount });
    await show.wait(show.timings.crashAfterSeconds);
    const terminated = { ...end, startedAt, finishedAt: timestamp(new Date()) };
    await show.picture({ state: { terminated }, lastState: show.lastState, ready: false, restartCount });
    show.lastState = { terminated };
    if (restartCount === 0) continue; // the first restart is immediate
    if (restartCount === 1) await show.report("BackOff", "Back-off restarting failed container");
    const waiting = { reason: "CrashLoopBackOff", message: "back-off restarting failed container" };
    await show.picture({ state: { waiting }, lastState: show.lastState, ready: false, restartCount });
    await show.backOff(restartCount - 1);
  }
}

async function pullLoop(show: PodDisplay, pod: Pod): Promise<void> {
  const image = pod.spec.containers[0]?.image ?? "";
  for (let attempt = 0; !show.isOver; attempt += 1) {
    const message = `failed to pull image "${image}": ${image}: not found`;
    await show.picture({ state: { waiting: { reason: "ErrImagePull", message } }, ready: false });
    if (attempt === 0) await show.report("Failed", message);
    await show.wait(show.timings.crashAfterSeconds);
    const waiting = { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
    await show.picture({ state: { waiting }, ready: false });
    await show.backOff(attempt);
  }
}

/** Writes the pod's status and waits, and does neither any more once the pod is being deleted. */
class PodDisplay {
  readonly timings: KubeletTimings;
  lastState: ContainerPicture["state"] = {};
  #pod: Pod;
  readonly #stage: Stage;
  readonly #startedAt = new Map<number, string>();

  constructor(pod: Pod, stage: Stage) {
    this.#pod = pod;
    this.#stage = stage;
    this.timings = stage.timings;
  }

  get isOver(): boolean {
    return this.#stage.signal.aborted;
  }

  async picture(picture: ContainerPicture): Promise<void> {
    if (this.isOver) return;
    const status = podStatus(this.#pod, this.#stage.placement, picture, new Date());
    this.#pod = (await this.#stage.api.writeStatus(this.#pod, status)) ?? this.#pod;
  }

  running({ ready, restartCount = 0 }: { ready: boolean; restartCount?: number }): Promise<void> {
    const startedAt = this.#startedAt.get(restartCount) ?? timestamp(new Date());
    this.#startedAt.set(restartCount, startedAt);
    return this.picture({ state: { running: { startedAt } }, lastState: this.lastState, ready, restartCount });
  }

  async report(reason: string, message: string): Promise<void> {
    if (!this.isOver) await this.#stage.api.report(this.#pod, { type: "Warning", reason, message });
  }

  async wait(seconds: number): Promise<void> {
    // an aborted wait is the pod's end, not an error
    await sleep(seconds * 1000, undefined, { signal: this.#stage.signal }).catch(() => undefined);
  }

  backOff(round: number): Promise<void> {
    return this.wait(this.timings.backOffSeconds * Math.min(8, 2 ** round));
  }
}
