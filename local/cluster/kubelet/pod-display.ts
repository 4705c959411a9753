import { setTimeout as sleep } from "node:timers/promises";
import { type Container, controllerOf, type Pod, timestamp } from "../objects.ts";
import type { ConfigReader } from "./config-reader.ts";
import { type ImageBuilds, imageIdOf } from "./image-digests.ts";
import type { KubeletApi } from "./kubelet-api.ts";
import type { LogBook } from "./log-book.ts";
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

/** What playing a pod needs. */
export interface Stage {
  readonly api: KubeletApi;
  readonly config: ConfigReader;
  readonly logBook: LogBook;
  readonly builds: ImageBuilds;
  readonly placement: Placement;
  readonly timings: KubeletTimings;
  /** The pod's end. */
  readonly signal: AbortSignal;
  /** The pod as it was last seen: others write conditions too. */
  readonly latest: () => Pod;
}

/** Shows what the containers of one pod do: writes its status one change after the other, and nothing any more once the pod is being deleted. */
export class PodDisplay {
  readonly stage: Stage;
  readonly #pictures = new Map<string, ContainerPicture>();
  readonly #imageIds = new Map<string, string>();
  #pod: Pod;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(pod: Pod, stage: Stage) {
    this.#pod = pod;
    this.stage = stage;
  }

  get pod(): Pod {
    return this.#pod;
  }

  get isOver(): boolean {
    return this.stage.signal.aborted;
  }

  /** Changes what one container does; resolves when the API has it. */
  show({ name }: Container, picture: ContainerPicture): Promise<void> {
    this.#pictures.set(name, { imageId: this.#imageIds.get(name) ?? "", ...picture });
    return this.refresh();
  }

  /** Writes the status again, for conditions that depend on others. */
  refresh(): Promise<void> {
    this.#lastWrite = this.#lastWrite.then(() => this.#write());
    return this.#lastWrite;
  }

  /** The image is on the Node now, as the build of this moment. */
  pulled({ name, image }: Container): void {
    if (this.#imageIds.has(name)) return;
    this.#imageIds.set(name, imageIdOf(image, this.stage.builds.buildFor(this.#pod, image)));
  }

  starts({ name, image }: Container): void {
    this.stage.logBook.start(this.#pod.metadata.uid, name);
    this.log({ name }, `starting ${image}`);
  }

  log({ name }: { readonly name: string }, text: string): void {
    this.stage.logBook.write(this.#pod.metadata.uid, name, text);
  }

  /** A real kubelet says it of every pod; here only a Job's, which its controller deletes when it is out of time: nothing else tells then that it ran. */
  async reportStart({ name }: Container, isInit: boolean): Promise<void> {
    if (this.isOver || controllerOf(this.#pod)?.kind !== "Job") return;
    const fieldPath = `spec.${isInit ? "initContainers" : "containers"}{${name}}`;
    await this.stage.api.report(this.#pod, { type: "Normal", reason: "Started", message: `Started container ${name}`, fieldPath });
  }

  async report(reason: string, message: string): Promise<void> {
    if (!this.isOver) await this.stage.api.report(this.#pod, { type: "Warning", reason, message });
  }

  async wait(seconds: number): Promise<void> {
    // an aborted wait is the pod's end, not an error
    await sleep(seconds * 1000, undefined, { signal: this.stage.signal }).catch(() => undefined);
  }

  /** The pause of a loop that fails: `round` counts from 0. */
  backOff(round: number): Promise<void> {
    return this.wait(this.stage.timings.backOffSeconds * Math.min(8, 2 ** round));
  }

  now(): string {
    return timestamp(new Date());
  }

  async #write(): Promise<void> {
    if (this.isOver) return;
    const { conditions } = this.stage.latest().status;
    const known = this.#pod.status.conditions ?? [];
    const foreign = (conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.includes(type));
    const own = known.filter(({ type }) => OWN_CONDITIONS.includes(type));
    const pod = { ...this.#pod, status: { ...this.#pod.status, conditions: [...own, ...foreign] } };
    const status = podStatus(pod, this.stage.placement, this.#pictures, new Date());
    this.#pod = (await this.stage.api.writeStatus(this.#pod, status)) ?? this.#pod;
  }
}

const OWN_CONDITIONS: readonly string[] = ["Initialized", "Ready", "ContainersReady", "PodScheduled"];
