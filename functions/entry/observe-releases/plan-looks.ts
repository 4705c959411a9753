import type { Blueprint } from "../../domain/blueprint.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { Sha256 } from "../../domain/execution-name.ts";
import { plannedLooks, wantsLooks } from "../../domain/looks/look-times.ts";
import type { Release } from "../../domain/release.ts";
import { later, secondsAfter, secondsBetween } from "../../domain/time.ts";
import type { LookSchedules } from "../../ports/look-schedules.ts";
import type { StepLogger } from "../../runtime/logger.ts";

/**
 * So long after a release went live, or could first be named (a rollout may take longer), its schedules are asked for at every pass, so that one that failed is
 * made by the next; asking twice plans once.
 */
const ASK_SECONDS = 600;

export interface PlanLooksPorts {
  /** Absent where no deployed blueprint has looks. */
  readonly lookSchedules?: LookSchedules;
  readonly sha256: Sha256;
}

/** What is known of the live release once the ledger has it. */
export interface LiveFacts {
  /** As it was before this pass; null: it is new. */
  readonly read: Release | null;
  readonly release: Release;
  /** Was anything else of the service ever seen live? */
  readonly othersKnown: boolean;
}

/**
 * Asks for the looks at a release that has just gone live. A scheduler that is away for now costs nothing but a line in the log; any other failure is thrown, since
 * it would stay. The ledger does not wait for looks: call this after the release was kept.
 */
export async function planLooks(
  { lookSchedules, sha256 }: PlanLooksPorts,
  { looks }: Blueprint,
  { read, release, othersKnown }: LiveFacts,
  logger: StepLogger,
): Promise<void> {
  if (lookSchedules === undefined || looks === undefined) return;
  const cameLive = read === null || read.liveSince !== release.liveSince;
  const askedUntil = secondsAfter(later(release.liveSince, release.firstSeenAt), ASK_SECONDS);
  const isYoung = secondsBetween(release.lastSeenAt, askedUntil) > 0;
  if (!(cameLive || isYoung) || !wantsLooks(release, othersKnown)) return;
  try {
    const planned = plannedLooks(release, release.lastSeenAt, sha256);
    await Promise.all(planned.map((look) => lookSchedules.plan(look)));
  } catch (error) {
    const { service, hash } = release;
    if (!(error instanceof TransientUpstreamError)) throw error;
    logger.warn(`the looks at a release could not be planned: passes until ${askedUntil} try again`, { service, release: hash, error });
  }
}
