import { readFileSync } from "node:fs";

export const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** One cell of AWS's missing-data examples. */
export interface MissingDataCell {
  /** `0` fine, `X` breaching, `-` missing; newest point right. */
  readonly points: string;
  readonly m: number;
  readonly n: number;
  readonly range: number;
  /** Points that have to be filled. */
  readonly fill: number;
  readonly treatment: (typeof TREATMENTS)[number];
  /** A state, or RETAIN. */
  readonly expected: string;
}

/** The 40 cells of AWS's two tables and the 5 of its prose (user guide, "Configuring how CloudWatch alarms treat missing data"). */
export function missingDataTable(): MissingDataCell[] {
  const text = readFileSync(new URL("../fixtures/cloudwatch-missing-data.csv", import.meta.url), "utf8");
  const rows = text.split("\n").filter((line) => /^(table|prose),/.test(line));
  return rows.flatMap((row) => {
    const [, m, n, range, points = "", fill, ...states] = row.split(",");
    return TREATMENTS.map((treatment, i) => ({
      points,
      treatment,
      m: Number(m),
      n: Number(n),
      range: Number(range),
      fill: Number(fill),
      expected: states[i] ?? "",
    })).filter((cell) => cell.expected !== "");
  });
}
