import type { ThresholdChoice, TriggerCalibration } from "../../functions/domain/backtest/calibrate-trigger.ts";
import { formatQuantity } from "../../functions/domain/quantity.ts";
import { dateTime } from "../report/format.ts";
import type { DataReport } from "./gathered-data.ts";
import { rateWords } from "./rate-words.ts";

/** `> 480ms`, `> 1.8x baseline`: as a blueprint's `when`. */
export function whenOf({ operator, unit }: Pick<TriggerCalibration, "operator" | "unit">, { kind, threshold }: ThresholdChoice): string {
  return kind === "static"
    ? `${operator} ${formatQuantity(threshold, unit).replace(/ (?=[a-z%])/, "")}`
    : `${operator} ${threshold}x baseline`;
}

/** The suggestions as a snippet of a blueprint, each with its evidence. A trigger that is not calibrated is a comment. */
export function calibrationYaml(service: string, report: DataReport, triggers: readonly TriggerCalibration[]): string {
  return [
    `# Thresholds that the past of ${service} suggests: ${report.file ?? "CloudWatch"}, ${dateTime(report.from)} to ${dateTime(report.to)}.`,
    "# Copy what you agree with into the blueprint; every other key of a trigger stays as it is.",
    "triggers:",
    ...triggers.flatMap((trigger) => {
      const { suggested } = trigger;
      if (suggested === null)
        return [`  # ${trigger.trigger}: not calibrated, ${trigger.why ?? ""}`.replace(/\s+/g, " ").replace(/^ #/, "  #")];
      const found = suggested.found.map(({ factor, rate }) => `${factor}x found ${rateWords(rate)}`).join(", ");
      return [
        `  # false ${rateWords(suggested.false)}, ${found}; ${trigger.n} pretended deploys, ${trigger.effectiveN} hours without overlap`,
        `  - name: ${JSON.stringify(trigger.trigger)}`,
        `    when: ${JSON.stringify(whenOf(trigger, suggested))}`,
      ];
    }),
    "",
  ].join("\n");
}
