import { FIRST_CONTAINER, type ImageWish, parseImageWish } from "../image-wish.ts";
import type { Release } from "../release.ts";
import { releaseTargets } from "../release-targets.ts";
import type { ManualWish, PlanTarget } from "../rollback-document.ts";
import type { WorkloadState } from "../workload.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

type Facts = Pick<StrategyFacts, "trigger" | "assessment" | "observations" | "releases" | "quarantine">;

/** Where a person wants to go: a release with a snapshot, a template alone, or nowhere and why. */
export type AskedTarget = { readonly release: Release } | { readonly target: PlanTarget } | { readonly problem: string };

/** The one target that a request names; null when it names none, so that the ledger decides. */
export function askedTarget(facts: Facts, workload: WorkloadState): AskedTarget | null {
  const { to, toImage } = facts.trigger.request ?? {};
  if (toImage !== undefined) return imageTarget(facts, workload, toImage);
  if (to === undefined) return null;
  const { releases, observations } = facts;
  const release = releases.find(({ hash }) => hash === to);
  if (release !== undefined) {
    const risk = facts.trigger.request?.acceptRisk === true ? null : riskOf(facts, release);
    return risk === null ? { release } : { problem: `${risk}; whoever wants it all the same says so with acceptRisk` };
  }
  const replicaSet = workload.replicaSets.find(({ templateHash }) => templateHash === to);
  if (replicaSet === undefined)
    return { problem: `there is no release ${to} of ${facts.trigger.service}, in the ledger or in the cluster` };
  const scale = observations.find(({ templateHash }) => templateHash === to)?.scales.at(-1);
  const { templateHash, name, image } = replicaSet;
  return { target: { templateHash, replicaSet: name, image, replicas: scale?.replicas ?? workload.replicas } };
}

/** Why nobody should go there who does not say that he knows: proven bad, ill when last seen, quarantined, or behind a one-way door. Null when nothing is known against it. */
export function riskOf({ releases, assessment, quarantine = [] }: Pick<Facts, "releases" | "assessment" | "quarantine">, release: Release) {
  const live = assessment.live ?? { hash: assessment.change?.toRelease ?? null, irreversible: null };
  return riskOfRelease(releases, live, quarantine, release);
}

/** The same from the ledger alone, for the command. A release without a verdict yet is no risk of this kind. */
export function riskOfRelease(
  releases: readonly Release[],
  live: { readonly hash: string | null; readonly irreversible: string | null },
  quarantine: NonNullable<Facts["quarantine"]>,
  release: Release,
): string | null {
  // The first rule that bars a candidate is its verdict: what the others say is asked as if it were good.
  const asGood = release.verdict === "candidate" ? { ...release, verdict: "good" as const } : release;
  const others = releases.map((other) => (other.hash === release.hash ? asGood : other));
  return releaseTargets(others, live, quarantine).barred.find(({ hash }) => hash === release.hash)?.reason ?? null;
}

/** The live template with another image: its configuration, its limits and everything else stay as they are. */
function imageTarget({ assessment, quarantine = [], trigger }: Facts, workload: WorkloadState, text: string): AskedTarget {
  const wish = parseImageWish(text);
  if ("problem" in wish) return wish;
  const barred = quarantine.find(({ key }) => key === wish.digest);
  if (barred !== undefined && trigger.request?.acceptRisk !== true) {
    return { problem: `${wish.digest} is quarantined by ${barred.by}; whoever wants it all the same says so with acceptRisk` };
  }
  const live = workload.replicaSets.find(({ templateHash }) => templateHash === workload.templateHash);
  if (live === undefined) return { problem: "the cluster has no revision of the live template that could be taken as the base" };
  const containers = assessment.live?.parts.images ?? [];
  if (wish.container !== null && containers.length > 0 && !containers.some(({ container }) => container === wish.container)) {
    return { problem: `there is no container ${wish.container}; there are ${containers.map(({ container }) => container).join(", ")}` };
  }
  return {
    target: {
      templateHash: live.templateHash,
      replicaSet: live.name,
      // what verification finds in the first container afterwards
      image: isFirst(wish, containers, workload) ? wish.image : workload.image,
      replicas: workload.replicas,
      images: { [wish.container ?? FIRST_CONTAINER]: wish.image },
    },
  };
}

function isFirst({ container }: ImageWish, containers: readonly { container: string; image: string }[], { image }: WorkloadState): boolean {
  return container === null || (containers.find((candidate) => candidate.container === container)?.image ?? image) === image;
}

/** Does the request say where to go, so that nobody has to suspect a change? */
export function isAimed(request: ManualWish | undefined): boolean {
  return request?.to !== undefined || request?.toImage !== undefined;
}
