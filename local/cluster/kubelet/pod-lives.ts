import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterClient } from "../cluster-client.ts";
import { type PlacedSpec, targetNodeOf } from "../node-fit.ts";
import { type Pod, timestamp } from "../objects.ts";
import type { Node } from "../workload-objects.ts";
import type { ConfigReader } from "./config-reader.ts";
import type { ImageBuilds } from "./image-digests.ts";
import type { KubeletApi } from "./kubelet-api.ts";
import type { LogBook } from "./log-book.ts";
import { isReadyNode, syncTaint } from "./nodes.ts";
import { playPod } from "./play-pod.ts";
import { EVICT_ANNOTATION, terminationSecondsOf } from "./pod-behaviour.ts";
import type { KubeletTimings } from "./pod-display.ts";
import { evictedStatus, lostStatus, unschedulableStatus } from "./pod-status.ts";
import { claimsOf } from "./pod-volumes.ts";
import type { Decision, Scheduler } from "./scheduler.ts";

/** What lives are played with. */
export interface PodLivesProps {
  readonly client: ClusterClient;
  readonly api: KubeletApi;
  readonly config: ConfigReader;
  readonly scheduler: Scheduler;
  readonly timings: KubeletTimings;
  readonly logBook: LogBook;
  readonly builds: ImageBuilds;
  /** A pod as it was last seen. */
  readonly latest: (uid: string) => Pod | undefined;
}

interface Life {
  end: AbortController;
  nodeName: string | undefined;
  /** Why no Node took it, as it was last told. */
  refusal?: string;
  state: "deciding" | "waiting" | "playing" | "over" | "terminating";
}

/** Every pod that the model plays: from its scheduling to its end, across the Nodes' ups and downs. */
export class PodLives {
  readonly #props: PodLivesProps;
  readonly #lives = new Map<string, Life>();
  #serial = 0;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(props: PodLivesProps) {
    this.#props = props;
  }

  /** A pod is there, or was changed. Pods on Nodes of somebody else are left alone. */
  see(pod: Pod): void {
    const { scheduler } = this.#props;
    const { uid } = pod.metadata;
    const target = targetNodeOf(pod.spec as PlacedSpec);
    if (target !== undefined && !scheduler.has(target)) return;
    const life = this.#lives.get(uid);
    if (pod.metadata.deletionTimestamp) void this.#terminate(pod);
    else if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") this.#finish(uid);
    else if (!life) void this.#begin(pod);
    else if (pod.metadata.annotations?.[EVICT_ANNOTATION] && life.state === "playing") void this.#evict(pod, life);
  }

  /** A pod is gone: its room is free for one that waits. */
  leave(uid: string): void {
    const life = this.#lives.get(uid);
    if (!life) return;
    this.#lives.delete(uid);
    this.#props.logBook.forget(uid);
    life.end.abort();
    this.#props.scheduler.release(uid);
    this.#retrySoon();
  }

  /** A Node of the model was changed: one that is not ready takes its pods along. */
  seeNode(node: Node): void {
    const { scheduler, client } = this.#props;
    const before = scheduler.node(node.metadata.name);
    if (!before) return;
    scheduler.see(node);
    void syncTaint(client, node).catch(() => undefined);
    if (isReadyNode(before) !== isReadyNode(node)) this.#follow(node);
    this.#retrySoon();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    for (const { end } of this.#lives.values()) end.abort();
  }

  #follow(node: Node): void {
    const there = [...this.#lives].filter(([, { nodeName }]) => nodeName === node.metadata.name);
    for (const [uid, life] of there) {
      const pod = this.#props.latest(uid);
      if (!pod || life.state === "over") continue;
      if (life.state === "terminating") {
        if (isReadyNode(node)) void this.#props.api.remove(pod);
      } else if (isReadyNode(node)) {
        life.end = new AbortController();
        void this.#play(pod, life);
      } else {
        life.end.abort();
        void this.#props.api.writeStatus(pod, lostStatus(pod, new Date()));
      }
    }
  }

  async #begin(pod: Pod): Promise<void> {
    const life: Life = { end: new AbortController(), nodeName: undefined, state: "deciding" };
    this.#lives.set(pod.metadata.uid, life);
    await this.#schedule(pod, life);
  }

  async #schedule(pod: Pod, life: Life): Promise<void> {
    const { api } = this.#props;
    life.state = "deciding";
    const decision = await this.#decide(pod);
    if (life.end.signal.aborted) return this.#props.scheduler.release(pod.metadata.uid);
    if ("message" in decision) return this.#refuse(pod, life, decision.message);
    life.nodeName = decision.nodeName;
    life.state = "playing";
    if (!pod.spec.nodeName) await api.bind(pod, decision.nodeName);
    if (pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True")) return;
    await this.#play(pod, life);
  }

  async #decide(pod: Pod): Promise<Decision> {
    const { api, scheduler } = this.#props;
    const { nodeName } = pod.spec;
    if (nodeName) {
      scheduler.occupy(pod, nodeName);
      return { nodeName };
    }
    for (const claim of claimsOf(pod)) {
      const problem = await api.claimProblem(pod.metadata.namespace ?? "", claim).catch(() => "claims cannot be read");
      if (problem) return scheduler.refuse(problem);
    }
    return scheduler.place(pod);
  }

  async #play(pod: Pod, life: Life): Promise<void> {
    const { api, config, logBook, builds, timings, latest } = this.#props;
    this.#serial += 1;
    const podIP = `10.${1 + (Math.floor(this.#serial / 62_500) % 250)}.${Math.floor(this.#serial / 250) % 250}.${(this.#serial % 250) + 1}`;
    const placement = { hostIP: "127.0.0.1", podIP, startTime: timestamp(new Date()) };
    const { signal } = life.end;
    const stage = { api, config, logBook, builds, timings, placement, signal, latest: () => latest(pod.metadata.uid) ?? pod };
    while (!signal.aborted) {
      try {
        return await playPod(pod, stage);
      } catch {
        // the API could not be read: the pod is played again, unless it is over with us or with the pod
        await sleep(timings.backOffSeconds * 1000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #refuse(pod: Pod, life: Life, message: string): Promise<void> {
    const { api, timings } = this.#props;
    life.state = "waiting";
    this.#retrySoon(timings.backOffSeconds);
    if (life.refusal === message) return;
    life.refusal = message;
    await api.writeStatus(pod, unschedulableStatus(pod, message, new Date()));
    await api.report(pod, { type: "Warning", reason: "FailedScheduling", message, component: "default-scheduler" });
  }

  #retrySoon(seconds = 0): void {
    if (seconds === 0) clearTimeout(this.#retry);
    else if (this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      if (this.#stopped) return;
      for (const [uid, life] of this.#lives) {
        const pod = this.#props.latest(uid);
        if (life.state === "waiting" && pod && !pod.metadata.deletionTimestamp) void this.#schedule(pod, life);
      }
    }, seconds * 1000);
  }

  async #evict(pod: Pod, life: Life): Promise<void> {
    life.state = "over";
    life.end.abort();
    const resource = pod.metadata.annotations?.[EVICT_ANNOTATION] ?? "";
    await this.#props.api.writeStatus(pod, evictedStatus(pod, resource, new Date()));
  }

  #finish(uid: string): void {
    const life = this.#lives.get(uid);
    if (!life) return;
    life.state = "over";
    this.#props.scheduler.release(uid);
    this.#retrySoon();
  }

  async #terminate(pod: Pod): Promise<void> {
    const { api, scheduler, timings } = this.#props;
    const { uid } = pod.metadata;
    const life = this.#lives.get(uid) ?? { end: new AbortController(), nodeName: pod.spec.nodeName, state: "playing" };
    this.#lives.set(uid, life);
    if (life.state === "terminating") return;
    life.state = "terminating";
    life.end.abort();
    await sleep(terminationSecondsOf(pod, timings.terminationDelaySeconds) * 1000);
    const node = scheduler.node(life.nodeName ?? "");
    if (!this.#stopped && (!node || isReadyNode(node))) await api.remove(pod);
  }
}
