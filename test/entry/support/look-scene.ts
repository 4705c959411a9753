import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import type { Blueprint, LookPolicy } from "../../../functions/domain/blueprint.ts";
import type { LookRequest } from "../../../functions/domain/looks/look.ts";
import { dueAt } from "../../../functions/domain/looks/look-times.ts";
import { type JudgeReleasePorts, judgeNewRelease } from "../../../functions/entry/judge-release/judge-new-release.ts";
import { aBlueprint, aRelease, aReleaseObservation, BAD_HASH, MOMENTS, releaseParts } from "../../support/builders/index.ts";
import { FakeMetricSource } from "../../support/fakes/fake-metric-source.ts";
import { registryOf } from "../../support/fakes/fake-registry.ts";
import { FakeStarter } from "../../support/fakes/fake-starter.ts";
import { fixedClock } from "../../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../../support/fakes/in-memory-incident-store.ts";
import { InMemoryLooks } from "../../support/fakes/in-memory-looks.ts";
import { InMemoryWouldHaves } from "../../support/fakes/in-memory-would-haves.ts";
import { silentLogger } from "../../support/fakes/silent-logger.ts";

export const NEW_RELEASE = "ffee00112233";
export const LATENCY_LOOKS: LookPolicy = {
  mode: "auto",
  signals: [{ signal: "latency_p95", class: "performance", severity: "high" }],
};

/** The release that went live at `changeAt`, of which nobody knows yet how it does. */
export const newRelease = aRelease({
  hash: NEW_RELEASE,
  verdict: "candidate",
  verdictBy: null,
  firstSeenAt: MOMENTS.changeAt,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: "2026-11-20T04:20:00.000Z",
  parts: releaseParts({ templateHash: BAD_HASH }),
});
const observedNew = aReleaseObservation({
  templateHash: BAD_HASH,
  firstSeenAt: MOMENTS.changeAt,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: "2026-11-20T04:20:00.000Z",
  verdict: "candidate",
});

/** A level with the same scatter in every run: within 10 % of 120. */
export function steady(epochSeconds: number, level = 120): number {
  const minute = Math.floor(epochSeconds / 60);
  return level * (1 + (((minute * 7_919) % 97) / 97 - 0.5) / 5);
}

/** Steady, and so many times that once the release is live. */
export function after(factor: number, level = 120): (epochSeconds: number) => number {
  return (epochSeconds) => steady(epochSeconds, level) * (epochSeconds * 1000 >= Date.parse(MOMENTS.changeAt) ? factor : 1);
}

/** Two weeks of `latency_p95`, a release in the night, and `judge-release` at the look after ten minutes. */
export function aLookScene(overrides: Partial<Pick<Blueprint, "looks" | "mode" | "signals">> = {}, ports: Partial<JudgeReleasePorts> = {}) {
  const blueprint = aBlueprint({ looks: LATENCY_LOOKS, ...overrides });
  const request: LookRequest = { service: blueprint.service, release: NEW_RELEASE, liveSince: MOMENTS.changeAt, minutes: 10 };
  const store = new InMemoryIncidentStore();
  store.ledger.seedReleases(aRelease(), newRelease);
  store.ledger.seed(aReleaseObservation());
  store.ledger.seed(observedNew);
  const metrics = new FakeMetricSource().setMetric("Latency", after(2.5));
  const [looks, wouldHaves, starter] = [new InMemoryLooks(), new InMemoryWouldHaves(), new FakeStarter()];
  const clock = fixedClock(dueAt(request));
  const all = {
    blueprints: registryOf(blueprint),
    store,
    ledger: store.ledger,
    metrics,
    looks,
    wouldHaves,
    starter,
    clock,
    sha256: sha256Hex,
  };
  const lookAfter = (minutes: number) => {
    clock.set(dueAt({ ...request, minutes }));
    return judgeNewRelease({ ...all, ...ports })({ ...request, minutes }, { logger: silentLogger });
  };
  return { ...all, blueprint, request, lookAfter };
}
