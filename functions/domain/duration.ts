/** A duration as authored: a number and one of `s`, `m`, `h`, `d`, without a space (`60s`, `1.5m`, `24h`). */
export const DURATION_PATTERN = /^\d+(\.\d+)?(s|m|h|d)$/;

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of an authored duration; null when the text is not one. */
export function parseDurationSeconds(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  const secondsPerUnit = SECONDS_PER_UNIT[text.slice(-1)] ?? Number.NaN;
  return Number((Number(text.slice(0, -1)) * secondsPerUnit).toPrecision(12));
}

/** The shortest authored form of a duration: `90s`, `5m`, `24h`. */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return `${seconds}s`;
}
