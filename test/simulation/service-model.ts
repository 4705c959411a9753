import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { aGoodReplicaSet, aPodGroup, aWorkloadState } from "../support/builders/index.ts";
import { FakeWorkload } from "../support/fakes/fake-workload.ts";
import type { Random } from "./random.ts";
import type { Timer, VirtualTime } from "./virtual-time.ts";

export const SYMPTOMS = ["latency", "errors"] as const;
export type Symptom = (typeof SYMPTOMS)[number];

/** What is wrong with an image, which nobody in the story knows. `at peak`: only between 10:00 and 14:00 UTC. */
export interface Defect {
  readonly symptoms: readonly Symptom[];
  readonly shows: "at once" | "at peak" | { readonly afterSeconds: number };
}

interface Health {
  readonly at: number;
  readonly symptoms: readonly Symptom[];
}

const REPLICAS = 3;
/** Fewer cannot carry the traffic. */
const NEEDED_REPLICAS = 2;
/** Deployments keep so many old ReplicaSets. */
const REVISION_HISTORY = 10;
const DAY_SECONDS = 86_400;
const PEAK_HOURS = { from: 10, to: 14 } as const;

/** One service as it really is: what runs, what is wrong with it, and since when that shows. Its workload is behind the real write guard. */
export class ServiceModel {
  readonly blueprint: Blueprint;
  readonly workload: FakeWorkload;
  /** Of every template that was ever live: the digest of its image. */
  readonly digests = new Map<string, string>();
  readonly defects = new Map<string, Defect | null>();
  /** Newest last. */
  readonly health: Health[] = [];
  /** Something that it depends on is down, whatever release runs. */
  isStarved = false;
  /** Epoch seconds at which the live template came. */
  liveSince = 0;
  private seenTemplate: string | null = null;
  private releases = 0;
  private next: Timer | null = null;
  private readonly time: VirtualTime;
  private readonly random: Random;
  private readonly onHealth: (service: ServiceModel) => void;

  constructor(blueprint: Blueprint, time: VirtualTime, random: Random, onHealth: (service: ServiceModel) => void) {
    this.blueprint = blueprint;
    this.time = time;
    this.random = random;
    this.onHealth = onHealth;
    const templateHash = random.hex(10);
    const first = { templateHash, image: `demo/${this.name}:v0` };
    this.digests.set(templateHash, this.newDigest(null));
    const replicaSet = aGoodReplicaSet({ ...first, name: `${this.name}-${templateHash}`, createdAt: time.now().toISOString() });
    this.workload = new FakeWorkload(
      aWorkloadState({ ...first, uid: `uid-${this.name}`, replicas: REPLICAS, replicaSets: [replicaSet], pods: [aPodGroup(first)] }),
      { settle: false },
    );
    this.workload.settle();
    this.refresh();
  }

  get name(): string {
    return this.blueprint.service;
  }

  get state() {
    if (this.workload.state === null) throw new Error(`${this.name} is gone`);
    return this.workload.state;
  }

  get digest(): string {
    return this.digests.get(this.state.templateHash ?? "") ?? "";
  }

  get symptoms(): readonly Symptom[] {
    return this.health.at(-1)?.symptoms ?? [];
  }

  /** Since when it has been well, or ill, without a break. */
  get sinceSeconds(): number {
    const ill = this.symptoms.length > 0;
    const index = this.health.findLastIndex(({ symptoms }) => symptoms.length > 0 !== ill);
    return this.health[index + 1]?.at ?? 0;
  }

  showed(symptom: Symptom, epochSeconds: number): boolean {
    return this.health.findLast(({ at }) => at <= epochSeconds)?.symptoms.includes(symptom) ?? false;
  }

  /** Without one well moment, whatever the symptom. */
  illThroughout(from: number, to: number): boolean {
    const before = this.health.findLast(({ at }) => at <= from);
    const within = this.health.filter(({ at }) => at > from && at <= to);
    return [before, ...within].every((moment) => moment !== undefined && moment.symptoms.length > 0);
  }

  /** A person or a pipeline releases: a new image, or one that there was already, under a new template. */
  deploy(defect: Defect | null, digest: string | null = null): string {
    this.releases += 1;
    const templateHash = this.random.hex(10);
    this.digests.set(templateHash, digest ?? this.newDigest(defect));
    this.goLive(templateHash, `demo/${this.name}:v${this.releases}`);
    return templateHash;
  }

  /** `kubectl rollout undo --to-revision`: a ReplicaSet that is still there. */
  redeploy(templateHash: string): void {
    const image = this.state.replicaSets.find((replicaSet) => replicaSet.templateHash === templateHash)?.image;
    if (image !== undefined) this.goLive(templateHash, image);
  }

  scale(replicas: number): void {
    this.workload.change({ replicas });
    this.workload.settle();
    this.refresh();
  }

  /** Rollguard has written: the rollout takes a moment. */
  written(seconds: number): void {
    this.time.after(seconds, () => {
      this.workload.settle();
      this.refresh();
    });
  }

  /** Looks anew at what shows, and when that will change by itself. */
  refresh(): void {
    const now = this.time.seconds();
    const { templateHash, replicas } = this.state;
    if (templateHash !== this.seenTemplate) {
      this.seenTemplate = templateHash;
      this.liveSince = now;
    }
    const { shows, changesAt } = this.defectNow(now);
    const symptoms = SYMPTOMS.filter(
      (symptom) =>
        shows.includes(symptom) || (symptom === "errors" && this.isStarved) || (symptom === "latency" && replicas < NEEDED_REPLICAS),
    );
    this.next?.cancel();
    this.next = changesAt === null ? null : this.time.after(changesAt - now, () => this.refresh());
    if (this.health.length > 0 && symptoms.join() === this.symptoms.join()) return;
    this.health.push({ at: now, symptoms });
    if (this.health.length > 60) this.health.shift();
    this.onHealth(this);
  }

  private defectNow(now: number): { shows: readonly Symptom[]; changesAt: number | null } {
    const defect = this.defects.get(this.digest) ?? null;
    if (defect === null) return { shows: [], changesAt: null };
    if (defect.shows === "at once") return { shows: defect.symptoms, changesAt: null };
    if (defect.shows === "at peak") {
      const hour = (now % DAY_SECONDS) / 3600;
      const isPeak = hour >= PEAK_HOURS.from && hour < PEAK_HOURS.to;
      const until = isPeak ? PEAK_HOURS.to - hour : (PEAK_HOURS.from - hour + 24) % 24;
      return { shows: isPeak ? defect.symptoms : [], changesAt: now + Math.max(1, until * 3600) };
    }
    const onset = this.liveSince + defect.shows.afterSeconds;
    return onset <= now ? { shows: defect.symptoms, changesAt: null } : { shows: [], changesAt: onset };
  }

  private newDigest(defect: Defect | null): string {
    const digest = `sha256:${sha256Hex(`${this.name} ${this.releases}`)}`;
    this.defects.set(digest, defect);
    return digest;
  }

  private goLive(templateHash: string, image: string): void {
    const { replicaSets, replicas } = this.state;
    const revision = Math.max(0, ...replicaSets.map((replicaSet) => replicaSet.revision)) + 1;
    const name = `${this.name}-${templateHash}`;
    const createdAt = this.time.now().toISOString();
    const known = replicaSets.find((replicaSet) => replicaSet.templateHash === templateHash);
    const live = known ? { ...known, revision } : aGoodReplicaSet({ name, templateHash, image, revision, createdAt, uid: `uid-${name}` });
    const others = replicaSets.filter((replicaSet) => replicaSet.templateHash !== templateHash);
    this.workload.change({ templateHash, image, replicas, replicaSets: [live, ...others].slice(0, REVISION_HISTORY + 1) });
    this.workload.settle();
    this.refresh();
  }
}
