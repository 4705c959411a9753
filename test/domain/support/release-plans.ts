import type { Release } from "../../../functions/domain/release.ts";
import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import {
  aBlueprint,
  aChange,
  anAssessment,
  aRelease,
  aReleaseObservation,
  aRollbackTrigger,
  aWorkloadState,
  BAD_DIGEST,
  BAD_HASH,
  BAD_IMAGE,
  MOMENTS,
  releaseParts,
} from "../../support/builders/index.ts";

export const good = aRelease();
export const bad = aRelease({
  hash: "ffee00112233",
  verdict: "candidate",
  lastSeenAt: MOMENTS.openedAt,
  parts: releaseParts({
    templateHash: BAD_HASH,
    images: [{ container: "app", image: BAD_IMAGE, digest: BAD_DIGEST }],
    facets: { "container app": "ffff" },
  }),
});
export const withParts = (release: Release, parts: Parameters<typeof releaseParts>[0]): Release => ({
  ...release,
  parts: { ...release.parts, ...parts },
});

/** What differs from the usual: a bad release is live, and a good one was before it. */
export interface Situation {
  readonly releases?: readonly Release[];
  readonly live?: Release;
  readonly change?: Parameters<typeof aChange>[0];
  readonly workload?: Parameters<typeof aWorkloadState>[0];
  readonly quarantine?: Parameters<typeof selectStrategy>[0]["quarantine"];
  readonly observations?: Parameters<typeof selectStrategy>[0]["observations"];
  readonly preflight?: Parameters<typeof selectStrategy>[0]["preflight"];
  readonly guard?: boolean;
  readonly scaling?: ReturnType<typeof aBlueprint>["scaling"];
}

export function plan({
  live = bad,
  releases = [live, good],
  change = {},
  workload = {},
  quarantine = [],
  observations = [aReleaseObservation()],
  preflight = null,
  guard = false,
  scaling = null,
}: Situation = {}) {
  const { hash, parts, irreversible } = live;
  return selectStrategy({
    trigger: aRollbackTrigger(),
    blueprint: aBlueprint({ scaling, restore: { ...aBlueprint().restore, fieldManagerGuard: guard } }),
    assessment: anAssessment({
      change: aChange({ fromRelease: good.hash, toRelease: hash, ...change }),
      workload: aWorkloadState(workload),
      live: { hash, parts, irreversible },
    }),
    observations,
    releases,
    quarantine,
    switchState: "armed",
    gitops: null,
    gitopsProblem: null,
    preflight,
  });
}
/** The steps that bring something back, by the order in which they are reached when everything goes well. */
export const path = (steps: ReturnType<typeof plan>["steps"]) => {
  const ids: string[] = [];
  for (let step = steps[0]; step !== undefined && !ids.includes(step.id); step = steps.find(({ id }) => id === step?.onPass))
    ids.push(step.id);
  return ids.filter((id) => id.startsWith("restore"));
};
