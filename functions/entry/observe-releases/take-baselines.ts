import { badIntervals } from "../../domain/baselines/bad-intervals.ts";
import { type BaselineItem, newestOf } from "../../domain/baselines/baseline-item.ts";
import { type BaselineMoment, baselineMoments, isTaken, isTriedNow } from "../../domain/baselines/baseline-moment.ts";
import { type BaselineRead, baselineReads, lookFamily } from "../../domain/baselines/baseline-reads.ts";
import type { TimeSpan } from "../../domain/baselines/baseline-window.ts";
import { hasHistory, historySpan, takeBaseline, withHistory } from "../../domain/baselines/take-baseline.ts";
import type { Blueprint } from "../../domain/blueprint.ts";
import type { Release } from "../../domain/release.ts";
import type { ReleaseObservation } from "../../domain/release-observation.ts";
import type { Baselines } from "../../ports/baselines.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import { settleBounded } from "../../runtime/bounded.ts";
import type { StepLogger } from "../../runtime/logger.ts";
import { readSignal } from "../../runtime/read-signal.ts";

const SIGNALS_AT_ONCE = 4;

export interface TakeBaselinesPorts {
  readonly baselines: Baselines;
  readonly metrics: Pick<MetricSource, "series">;
}

export interface TakeBaselinesFacts {
  readonly blueprint: Blueprint;
  /** As they are after this look. */
  readonly releases: readonly Release[];
  readonly observations: readonly ReleaseObservation[];
  /** The live release became good in this look. */
  readonly wasMarked: boolean;
  readonly now: string;
}

/** What one pass over all services has left for histories: each takes about a second of a small function. */
export interface HistoryBudget {
  left: number;
}

/**
 * Takes what is due of a service's baselines. Whatever fails is logged and tried again at a later look: a metric that cannot be read keeps no release from
 * being observed, and no other metric from being taken.
 */
export async function takeBaselines(
  ports: TakeBaselinesPorts,
  facts: TakeBaselinesFacts,
  budget: HistoryBudget,
  logger: StepLogger,
): Promise<void> {
  const { service } = facts.blueprint;
  try {
    const moments = baselineMoments(facts).filter((moment) => isTriedNow(moment, facts.now, facts.wasMarked));
    if (moments.length === 0) return;
    const kept = await ports.baselines.ofService(service);
    const bad = badIntervals(facts.releases, facts.observations);
    const reads = baselineReads(facts.blueprint);
    const taken = await takeMoments(ports, facts, { moments, kept, reads, bad }, logger);
    await readHistories(ports, facts, { items: merged(kept, taken), reads, bad }, budget, logger);
    await forgetGone(ports, facts, kept);
  } catch (error) {
    logger.warn("baselines could not be taken", { service, error });
  }
}

interface Due {
  readonly moments: readonly BaselineMoment[];
  readonly kept: readonly BaselineItem[];
  readonly reads: readonly BaselineRead[];
  readonly bad: readonly TimeSpan[];
}

async function takeMoments(
  { baselines, metrics }: TakeBaselinesPorts,
  { blueprint: { service }, now }: TakeBaselinesFacts,
  { moments, kept, reads, bad }: Due,
  logger: StepLogger,
): Promise<readonly BaselineItem[]> {
  const due = moments.flatMap((moment) =>
    reads
      .filter(
        ({ signal }) =>
          !isTaken(
            moment,
            kept.find((item) => item.release === moment.release && item.signal === signal.name),
          ),
      )
      .map((read) => ({ moment, read })),
  );
  const results = await settleBounded(due, SIGNALS_AT_ONCE, async ({ moment, read }) => {
    const series = await readSignal(metrics, { ...read, from: new Date(moment.from), to: new Date(moment.to) });
    const item = takeBaseline({ service, ...read, moment, series, bad, kept: newestOf(kept, read.signal.name), now });
    return item !== null && (await baselines.keep(item)) ? [item] : [];
  });
  return results.flatMap((result, index) => {
    if (result.status === "fulfilled") return result.value;
    logger.warn("a baseline could not be taken", { service, signal: due[index]?.read.signal.name, error: result.reason });
    return [];
  });
}

/** Two weeks of what is judged, for the newest baseline of each signal; the rest waits for the next look. */
async function readHistories(
  { baselines, metrics }: TakeBaselinesPorts,
  { blueprint, now }: TakeBaselinesFacts,
  { items, reads, bad }: { readonly items: readonly BaselineItem[] } & Pick<Due, "reads" | "bad">,
  budget: HistoryBudget,
  logger: StepLogger,
): Promise<void> {
  for (const { signal, minimumSamples, isJudged } of reads) {
    const item = newestOf(items, signal.name);
    if (!isJudged || item === null || item.historyReadAt !== null || !hasHistory(item)) continue;
    if (budget.left <= 0) return;
    budget.left -= 1;
    const span = historySpan(item);
    try {
      const window = { from: new Date(span.from), to: new Date(span.to) };
      const family = lookFamily(blueprint, signal.name);
      const series = await readSignal(metrics, { signal, minimumSamples, periodSeconds: item.periodSeconds, ...window });
      await baselines.keep(withHistory(item, series, { signal, family, bad, now }));
    } catch (error) {
      logger.warn("the history of a baseline could not be read", { service: blueprint.service, signal: signal.name, error });
    }
  }
}

/** Baselines go with their releases. */
async function forgetGone(
  { baselines }: TakeBaselinesPorts,
  { releases, observations }: TakeBaselinesFacts,
  kept: readonly BaselineItem[],
) {
  const known = new Set([...releases.map(({ hash }) => hash), ...observations.map(({ templateHash }) => templateHash)]);
  for (const item of kept.filter(({ release }) => !known.has(release))) await baselines.forget(item);
}

/** The kept ones with those that were just taken in their places. */
function merged(kept: readonly BaselineItem[], taken: readonly BaselineItem[]): readonly BaselineItem[] {
  const isReplaced = ({ release, signal }: BaselineItem) => taken.some((item) => item.release === release && item.signal === signal);
  return [...kept.filter((item) => !isReplaced(item)), ...taken];
}
