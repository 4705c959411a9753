import { describe, expect, it } from "vitest";
import type { Release } from "../../../functions/domain/release.ts";
import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import { suspectChange } from "../../../functions/domain/suspect-change.ts";
import {
  aBlueprint,
  aChange,
  aGoodReplicaSet,
  anAssessment,
  aRelease,
  aReleaseObservation,
  aWorkloadState,
  GOOD_HASH,
  releaseParts,
} from "../../support/builders/index.ts";
import { aTraffic, routed, strategyFacts, wayThrough, weightsOf } from "./support.ts";

const NOW = "2026-11-20T03:13:00.000Z";
const routes = (canary: number, owner: string | null = null) => [
  { route: aTraffic().route, weights: { "checkout-stable": 100 - canary, "checkout-canary": canary }, owner },
];
const before = aRelease({ hash: "before", parts: releaseParts({ routes: routes(10) }) });
const workload = aWorkloadState({ templateHash: GOOD_HASH, replicaSets: [aGoodReplicaSet()] });

function suspected(live: Release["parts"], releases: readonly Release[] = [before]) {
  return suspectChange({
    workload,
    observations: [aReleaseObservation()],
    releases,
    live: { hash: "live", parts: live, irreversible: null },
    onsetAt: "2026-11-20T03:12:20.000Z",
    now: NOW,
    windowHours: 24,
    toleranceSeconds: 60,
  });
}

describe("a shift of weights alone", () => {
  it("is a change of its own, and suspected like another", () => {
    const { change, reasons } = suspected(releaseParts({ routes: routes(100) }));

    expect(change).toMatchObject({
      kind: "traffic",
      fromRelease: "before",
      toRelease: "live",
      parts: ["traffic weights of checkout"],
      digests: [],
    });
    expect(reasons.join()).toContain("the shift of traffic weights of checkout");
  });

  it.each([
    ["something else has changed too", releaseParts({ routes: routes(100), configs: [] }), [before]],
    ["a router's own controller has made it", releaseParts({ routes: routes(100, "Flagger") }), [before]],
    [
      "the release before was not proven good: it is a step of a rollout, and the deploy is suspected",
      releaseParts({ routes: routes(100) }),
      [{ ...before, verdict: "candidate" as const }],
    ],
    ["the routes could not be read", releaseParts({ routes: routes(100), unread: ["routes"] }), [before]],
  ])("is none where %s", (_name, live, releases) => {
    expect(suspected(live, releases).change?.kind).not.toBe("traffic");
  });
});

describe("the plan that takes a shift back", () => {
  const change = aChange({ kind: "traffic", fromHash: GOOD_HASH, toHash: GOOD_HASH, fromRelease: "before", toRelease: "live" });
  const facts = strategyFacts({
    blueprint: aBlueprint({ traffic: aTraffic() }),
    assessment: anAssessment({ change, workload }),
    releases: [before],
    surroundings: routed(100),
  });

  it("is the weights of the good release, at once, judged by the service's checks", () => {
    const plan = selectStrategy(facts);

    expect(wayThrough(plan)).toEqual(["restore-weights-1"]);
    expect(plan.steps[0]).toMatchObject({ judged: true, action: { kind: "set-weights", prior: { "checkout-canary": 100 } } });
    expect(weightsOf(plan, "restore-weights-1")).toEqual({ "checkout-stable": 90, "checkout-canary": 10 });
  });

  it.each([
    ["they are what they were", { ...facts, surroundings: routed(10) }, "are what they were"],
    ["nobody knows them", { ...facts, releases: [] }, "nobody knows the weights"],
    ["the route could not be read", { ...facts, surroundings: { route: { problem: "not allowed" }, autoscaler: null } }, "not allowed"],
  ])("is none where %s", (_name, given, reason) => {
    expect(selectStrategy(given)).toMatchObject({
      mode: "none",
      steps: [],
      governance: {
        rule: "target",
        checks: expect.arrayContaining([expect.objectContaining({ observed: expect.stringContaining(reason) })]),
      },
    });
  });
});
