/**
 * A second, naive evaluation of CloudWatch alarms for comparison, written from the text of AWS's user guide ("How alarm state is evaluated when data is
 * missing", "Evaluating an alarm") and its tables alone. It shares no code with the product and works on letters: `X` breaching, `0` fine, `-` missing.
 */
export type Letter = "X" | "0" | "-";
export type NaiveState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type NaiveTreatment = "missing" | "ignore" | "breaching" | "notBreaching";

export interface NaiveAlarm {
  readonly m: number;
  readonly n: number;
  readonly treatment: NaiveTreatment;
}

/** `letters` is the evaluation range, oldest first. `open`: neither text nor tables say. */
export function naiveState(alarm: NaiveAlarm, letters: readonly Letter[], previous: NaiveState): NaiveState | "open" {
  const { m, n, treatment } = alarm;
  const existing = letters.filter((letter) => letter !== "-");

  // "based on the most recent real data points": the treatment "is not needed and is ignored".
  if (existing.length >= n) return crossed(existing.slice(existing.length - n), m);

  // "fills in the missing data points ... as few times as possible", "all real data points in the evaluation range are included".
  const fills = Array.from(
    { length: n - existing.length },
    (): Letter => (treatment === "breaching" ? "X" : treatment === "notBreaching" ? "0" : "-"),
  );
  const filled = [...existing, ...fills];
  if (treatment === "breaching" || treatment === "notBreaching") return crossed(filled, m);

  // "missing: if all data points in the alarm evaluation range are missing, the alarm transitions to INSUFFICIENT_DATA"; "ignore: the current state is maintained".
  if (existing.length === 0) return treatment === "missing" ? "INSUFFICIENT_DATA" : previous;
  if (crossed(filled, m) === "ALARM") return "ALARM";
  if (!letters.includes("X")) return "OK";

  // The row `0 - X - -` with M = 2 is OK: where at least M points exist, they decide.
  if (existing.length >= m) return "OK";

  // "the oldest available breaching data point ... is at least as old as Datapoints to Alarm, and all other more recent data points are breaching or missing".
  const oldest = letters.indexOf("X");
  const age = letters.length - oldest;
  const newer = letters.slice(oldest + 1);
  const waitsForNothing = age >= m && !newer.includes("0");
  // Only the treatment `missing` has examples of an alarm that still waits.
  if (!waitsForNothing) return treatment === "missing" ? "OK" : "open";
  // No example has a fine point before the breaching ones.
  if (letters.slice(0, oldest).includes("0")) return "open";
  return treatment === "missing" ? "ALARM" : previous;
}

function crossed(letters: readonly Letter[], m: number): "ALARM" | "OK" {
  return letters.filter((letter) => letter === "X").length >= m ? "ALARM" : "OK";
}

/** What was measured in one base period. */
export interface NaivePoint {
  readonly second: number;
  readonly value: number;
  readonly samples: number;
}

/** The statistic of the points in [from, to); null without any. */
export function naiveStatistic(stat: string, points: readonly NaivePoint[], from: number, to: number): number | null {
  const inside = points.filter(({ second }) => second >= from && second < to);
  if (inside.length === 0) return null;
  const values = inside.map(({ value }) => value);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number);
  switch (stat) {
    case "Minimum":
      return Math.min(...values);
    case "Maximum":
      return Math.max(...values);
    case "Average":
      return sum(inside.map(({ value, samples }) => value * samples)) / sum(inside.map(({ samples }) => samples));
    default:
      return sum(values);
  }
}

/** Letters of an evaluation at `at`: windows of `period` seconds that end at the last full `slide` seconds, oldest first. */
export function naiveLetters(
  points: readonly NaivePoint[],
  look: {
    readonly at: number;
    readonly slide: number;
    readonly period: number;
    readonly range: number;
    readonly stat: string;
    readonly breaches: (value: number) => boolean;
  },
): Letter[] {
  const end = look.at - (look.at % look.slide);
  return Array.from({ length: look.range }, (_, i) => {
    const to = end - (look.range - 1 - i) * look.period;
    const value = naiveStatistic(look.stat, points, to - look.period, to);
    return value === null ? "-" : look.breaches(value) ? "X" : "0";
  });
}
