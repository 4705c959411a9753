import type { Baseline, TunedAlarm } from "./tuned-alarm.ts";

/** Basis of a record whose alarm was taken away until its hour is known again. */
export const AWAY = "away";
const SEASON = "season:";

/** `03` of a moment of a season: what a threshold of it holds for. UTC. */
export function hourOfDay(now: string): string {
  return now.slice("2026-11-20T".length, "2026-11-20T03".length);
}

/** Basis of an hour that has only what was kept of an earlier day. */
export function keptBasis(now: string): string {
  return `${SEASON}${now.slice(0, "2026-11-20T03".length)}:00:00.000Z:kept`;
}

/** For which hour of the day the threshold of a record holds; null where it is none of a season, or taken away. */
export function hourOfRecord({ basis }: TunedAlarm): string | null {
  return basis.startsWith(SEASON) ? hourOfDay(basis.slice(SEASON.length)) : null;
}

/** The newest baseline of each hour of the day that was ever known, of the same measurement. */
export function keptHours(record: TunedAlarm | null, measureHash: string): Readonly<Record<string, Baseline>> {
  if (record === null || record.measureHash !== measureHash) return {};
  const own = hourOfRecord(record);
  return { ...(own === null ? {} : { [own]: record.baseline }), ...record.hours };
}
