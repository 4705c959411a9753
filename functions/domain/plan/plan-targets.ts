import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { releaseTargets } from "../release-targets.ts";
import type { PlanTarget } from "../rollback-document.ts";
import { type ThreeWay, threeWay } from "../three-way.ts";
import { isBefore } from "../time.ts";
import type { WorkloadState } from "../workload.ts";
import { type AskedTarget, askedTarget } from "./asked-target.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** Where to go back to, and what that means part by part; `restore` is null where only the template was ever observed. */
export interface RestoreTarget {
  readonly target: PlanTarget;
  readonly restore: ThreeWay | null;
}

export interface RestoreTargets {
  /** Most recently live first. */
  readonly targets: readonly RestoreTarget[];
  /** Why good releases are no targets. */
  readonly barred: readonly string[];
}

type Facts = Pick<StrategyFacts, "trigger" | "assessment" | "observations" | "releases" | "quarantine" | "blueprint">;

/**
 * Releases to go back to: those with a snapshot by it, those that were only observed by their ReplicaSet. A snapshot's word counts for its template: what is
 * quarantined, bad or behind a one-way door does not come in by its observation. Of several releases with one template the newest is enough.
 */
export function planTargets(facts: Facts, workload: WorkloadState): RestoreTargets {
  const asked = askedTarget(facts, workload);
  if (asked !== null) return onlyTarget(facts, asked, workload);
  const { releases, observations, assessment, quarantine = [] } = facts;
  const live = assessment.live ?? null;
  const hash = live?.hash ?? assessment.change?.toRelease ?? null;
  const liveIrreversible = live?.irreversible ?? irreversibleOf(releases, hash);
  const choice = releaseTargets(releases, { hash, irreversible: liveIrreversible }, quarantine);
  const barredTemplates = new Set(
    choice.barred
      .filter(
        (bar) => bar.rule === "quarantine" || bar.rule === "one-way" || releases.find(({ hash: of }) => of === bar.hash)?.verdict === "bad",
      )
      .map((bar) => releases.find(({ hash: of }) => of === bar.hash)?.parts.templateHash),
  );
  const bySnapshot = choice.allowed.map((release) => ({ at: release.lastSeenAt, entry: fromRelease(facts, release, workload) }));
  const snapshotted = new Set(choice.allowed.map(({ parts }) => parts.templateHash));
  const byObservation = observedTargets(workload, observations)
    .filter(({ target }) => !snapshotted.has(target.templateHash) && !barredTemplates.has(target.templateHash))
    .filter(({ at }) => !behindOneWay(at, releases, liveIrreversible))
    .map(({ at, target }) => ({ at, entry: { target, restore: null } }));
  const ordered = [...bySnapshot, ...byObservation].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const seen = new Set<string>();
  const targets = ordered.flatMap(({ entry }) => {
    if (typeof entry === "string" || seen.has(entry.target.templateHash)) return [];
    seen.add(entry.target.templateHash);
    return [entry];
  });
  const idle = ordered.flatMap(({ entry }) => (typeof entry === "string" ? [entry] : []));
  return { targets, barred: [...choice.barred.map(({ reason }) => reason), ...idle] };
}

/** A person has named where to go: there, or nowhere. */
function onlyTarget(facts: Facts, asked: AskedTarget, workload: WorkloadState): RestoreTargets {
  if ("problem" in asked) return { targets: [], barred: [asked.problem] };
  const entry = "release" in asked ? fromRelease(facts, asked.release, workload) : { target: asked.target, restore: null };
  return typeof entry === "string" ? { targets: [], barred: [entry] } : { targets: [entry], barred: [] };
}

/** Why not, when going back to it would change nothing. */
function fromRelease({ releases, assessment, blueprint }: Facts, release: Release, workload: WorkloadState): RestoreTarget | string {
  const { change, live: snapshot = null } = assessment;
  const suspect = releases.find(({ hash }) => hash === change?.toRelease)?.parts ?? null;
  const { parts } = release;
  const replicaSet = workload.replicaSets.find(({ templateHash }) => templateHash === parts.templateHash);
  const restore = snapshot
    ? threeWay({
        before: parts,
        after: suspect ?? snapshot.parts,
        live: snapshot.parts,
        afterIsLive: suspect === null,
        policy: blueprint.restore,
        bounds: blueprint.scaling,
      })
    : null;
  if (restore === null && parts.templateHash === workload.templateHash) return `the template of ${release.hash} is live already`;
  const nothing =
    restore !== null && !restore.template && restore.configs.length === 0 && restore.autoscaler === null && restore.replicas === null;
  if (nothing && restore.refused.length === 0) return [`${release.hash} would change nothing`, ...restore.kept].join(", ");
  const images = restore?.pinnedImages ?? {};
  const image = replicaSet?.image ?? parts.images[0]?.image ?? "";
  return {
    target: {
      templateHash: parts.templateHash,
      replicaSet: replicaSet?.name ?? parts.revisionName,
      image: pinned(image, parts, images),
      replicas: parts.scale.replicas,
      releaseHash: release.hash,
      ...(Object.keys(images).length === 0 ? {} : { images: { ...images } }),
    },
    restore,
  };
}

/** The image of the first container as it will be written. */
function pinned(image: string, parts: Release["parts"], images: Readonly<Record<string, string>>): string {
  const container = parts.images.find((candidate) => candidate.image === image)?.container;
  return (container === undefined ? undefined : images[container]) ?? image;
}

function irreversibleOf(releases: readonly Release[], hash: string | null): string | null {
  return releases.find((release) => release.hash === hash)?.irreversible ?? null;
}

/** Of a release without a snapshot nobody knows on which side of a one-way door it is: with any door after it, it is behind it. */
function behindOneWay(lastSeenAt: string, releases: readonly Release[], liveIrreversible: string | null): boolean {
  return liveIrreversible !== null || releases.some((release) => release.irreversible !== null && isBefore(lastSeenAt, release.lastSeenAt));
}

/** Earlier releases with a good verdict whose ReplicaSet still exists; never the live one, a bad one, or one left in ALARM. */
export function observedTargets(
  workload: WorkloadState,
  observations: readonly ReleaseObservation[],
): { readonly at: string; readonly target: PlanTarget }[] {
  return observations
    .filter((observation) => observation.verdict === "good" && observation.templateHash !== workload.templateHash)
    .filter((observation) => !leftInAlarm(observation))
    .flatMap((observation) => {
      const replicaSet = workload.replicaSets.find((candidate) => candidate.templateHash === observation.templateHash);
      if (!replicaSet) return [];
      const good = observation.scales.findLast((scale) => scale.verdict === "good") ?? observation.scales.at(-1);
      const replicas = good?.replicas ?? workload.replicas;
      return [
        {
          at: observation.lastSeenAt,
          target: { templateHash: replicaSet.templateHash, replicaSet: replicaSet.name, image: replicaSet.image, replicas },
        },
      ];
    });
}

/** It was good once, but ill when another release took its place: going back to it would undo somebody's repair. */
function leftInAlarm({ alarmAt, lastSeenAt }: ReleaseObservation): boolean {
  return alarmAt !== undefined && alarmAt === lastSeenAt;
}

/** Why there is nowhere to go back to, release by release. */
export function noTarget(workload: WorkloadState, observations: readonly ReleaseObservation[], barred: readonly string[]): string {
  const others = workload.replicaSets.filter((replicaSet) => replicaSet.templateHash !== workload.templateHash);
  const said = barred.length === 0 ? "" : `; of the snapshots: ${barred.join("; ")}`;
  if (others.length === 0) return `no earlier ReplicaSet exists: this is the first release, or the history was pruned${said}`;
  const verdicts = others.map((replicaSet) => {
    const observation = observations.find((candidate) => candidate.templateHash === replicaSet.templateHash);
    const ill = observation?.verdict === "good" && leftInAlarm(observation) ? ", but in ALARM when last seen" : "";
    return `${replicaSet.name}: ${observation?.verdict ?? "never observed"}${ill}`;
  });
  return `no earlier release was observed good long enough (${verdicts.join(", ")})${said}`;
}
