import type { Look, SignalLook } from "../../../functions/domain/looks/look.ts";
import { MOMENTS, SERVICE, secondsAfter } from "./moments.ts";

/** What `latency_p95` says of a release that is more than twice as slow. */
export function aSignalLook(overrides: Partial<SignalLook> = {}): SignalLook {
  return {
    signal: "latency_p95",
    verdict: "fail",
    factor: 2.4,
    limit: 1.3,
    periodSeconds: 60,
    points: 10,
    expectedPoints: 10,
    falsePercent: 0.5,
    foundPercent: 97,
    replays: 2_000,
    sentence: "latency_p95: at least half of 10 points since the release are 2.40 times higher than expected (it fails from 1.30 times)",
    ...overrides,
  };
}

/** A look that failed, ten minutes after the change. */
export function aLook(overrides: Partial<Look> = {}): Look {
  return {
    service: SERVICE,
    release: "ffee00112233",
    liveSince: MOMENTS.changeAt,
    minutes: 10,
    judgedAt: secondsAfter(MOMENTS.changeAt, 725),
    verdict: "fail",
    reason: "10 min after release ffee00112233 went live: latency_p95: 2.40 times higher than expected (it fails from 1.30 times)",
    mode: "auto",
    gravest: { signal: "latency_p95", class: "performance", severity: "high" },
    signals: [aSignalLook()],
    ...overrides,
  };
}
