import { dateTime, plural } from "../report/format.ts";
import type { DataReport, GatheredData } from "./gathered-data.ts";

/** What the figures rest on, and what had to be put right: a sentence each. */
export function dataWords({ report, deploys, deploysFrom }: GatheredData): readonly string[] {
  const bad = deploys.filter((deploy) => deploy.bad).length;
  const from = deploysFrom === "ledger" ? "of the release ledger" : "of the file";
  return [
    `${dateTime(report.from)} to ${dateTime(report.to)}, ${plural(report.datapoints, report.source === "file" ? "row" : "datapoint")} of ${report.file ?? "CloudWatch"}`,
    `${plural(deploys.length, "deploy")} ${from}${bad === 0 ? "" : `, ${bad} of them known to be bad`}`,
    ...report.signals.flatMap((signal) => repairs(signal)),
    ...(report.unknownSignals.length === 0 ? [] : [`not in the blueprint, and not looked at: ${report.unknownSignals.join(", ")}`]),
  ];
}

function repairs({
  signal,
  duplicates,
  unsorted,
  irregular,
  missing,
  resolutionsSeconds,
}: DataReport["signals"][number]): readonly string[] {
  const put = [
    ...(resolutionsSeconds.length > 1
      ? [`the resolution changes: ${resolutionsSeconds.map((seconds) => `${seconds} s`).join(", then ")}`]
      : []),
    ...(missing > 0 ? [plural(missing, "missing point")] : []),
    ...(duplicates > 0 ? [`${plural(duplicates, "duplicate")} (the first row counts)`] : []),
    ...(unsorted > 0 ? [`${plural(unsorted, "row")} out of order (sorted)`] : []),
    ...(irregular > 0 ? [`${plural(irregular, "row")} not at the start of a period (counted in theirs)`] : []),
  ];
  return put.length === 0 ? [] : [`${signal}: ${put.join(", ")}`];
}
