import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import type { Release } from "../../../functions/domain/release.ts";
import type { TunableAlarm } from "../../../functions/domain/tuning/plan-tuning.ts";
import type { StackRequestPorts } from "../../../functions/entry/tune-alarms/stack-request.ts";
import type { StackReplyBody } from "../../../functions/ports/stack-reply.ts";
import { aRelease, releaseParts } from "../../support/builders/release.ts";
import { aTunableAlarm } from "../../support/builders/tuning.ts";
import { FakeAlarmEditor } from "../../support/fakes/fake-alarm-editor.ts";
import { FakeMetricSource } from "../../support/fakes/fake-metric-source.ts";
import { fixedClock } from "../../support/fakes/fixed-clock.ts";
import { InMemoryTunings } from "../../support/fakes/in-memory-tunings.ts";

export const NOW = "2026-11-20T03:13:30.000Z";
export const CHANGE_AT = "2026-11-20T03:12:00.000Z";
const CHANGED_SECONDS = Date.parse(CHANGE_AT) / 1000;

/** The good release, replaced a minute ago by one that nobody knows. */
export const GOOD = aRelease({ hash: "good", lastSeenAt: CHANGE_AT });
export const NEXT = aRelease({
  hash: "next",
  parts: releaseParts({ templateHash: "t2" }),
  verdict: "candidate",
  verdictBy: null,
  firstSeenAt: "2026-11-20T03:13:00.000Z",
  liveSince: "2026-11-20T03:13:00.000Z",
  lastSeenAt: NOW,
  healthySince: "2026-11-20T03:13:00.000Z",
});

/** `checkout` a minute after a change that made it slow: 120 ms before, 900 ms since. What the stack was told is in `told`, its pauses in `paused`. */
export function tuningScene(alarms: readonly TunableAlarm[] = [aTunableAlarm()]) {
  const [editor, tunings, metrics, clock] = [new FakeAlarmEditor(), new InMemoryTunings(), new FakeMetricSource(), fixedClock(NOW)];
  metrics.setMetric("Latency", (second) => (second < CHANGED_SECONDS ? 120 : 900));
  const ledger = { releases: [NEXT, GOOD] as readonly Release[] };
  const told: StackReplyBody[] = [];
  const paused: number[] = [];
  const ports: StackRequestPorts = {
    ...{ editor, tunings, metrics, clock, alarms, sha256: sha256Hex, deployment: "rollguard-table", metricMath: true },
    ledger: { releases: async () => ledger.releases, observations: async () => [] },
    pause: async (milliseconds) => void paused.push(milliseconds),
    reply: { send: async (_url, body) => void told.push(body) },
  };
  return { editor, tunings, metrics, clock, ledger, told, paused, ports };
}
