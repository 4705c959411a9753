import type { ThresholdChoice, TriggerCalibration } from "../../functions/domain/backtest/calibrate-trigger.ts";
import { dateTime } from "../report/format.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { hanging } from "../terminal/hanging.ts";
import { table } from "../terminal/layout.ts";
import { whenOf } from "./calibration-yaml.ts";
import type { DataReport } from "./gathered-data.ts";
import { percentWords, rateWords } from "./rate-words.ts";

const COLUMNS = 100;

/** Suggested thresholds for a terminal: what is, what would be better, and the best of the other kind, a line each. */
export function renderCalibration(
  service: string,
  report: DataReport,
  triggers: readonly TriggerCalibration[],
  width: number,
  coloured: boolean,
): string {
  const colours = coloursOf(coloured);
  const columns = Math.min(width, COLUMNS);
  const head = ["TRIGGER", "", "WHEN", "FALSE", "1.5x", "2x", "N", "EFFECTIVE"].map(colours.dim);
  const rows = triggers.flatMap((trigger) => {
    const line = (name: string, label: string, choice: ThresholdChoice | null) =>
      choice === null ? [] : [cells(trigger, name, label, choice)];
    const [first, ...rest] = [
      ...line("", "now", trigger.current),
      ...line("", "suggested", trigger.suggested),
      ...line("", "or", trigger.other),
    ];
    return first === undefined ? [] : [[`  ${plainText(trigger.trigger).slice(0, 24)}`, ...first.slice(1)], ...rest];
  });
  const unknown = triggers.flatMap(({ trigger, why }) =>
    why === null ? [] : hanging(`${plainText(trigger)} `, `not calibrated: ${why}`, 2, columns),
  );
  return [
    colours.bold(plainText(service)),
    `  ${dateTime(report.from)} to ${dateTime(report.to)} of ${plainText(report.file ?? "CloudWatch")}`,
    "",
    table([[`  ${head[0]}`, ...head.slice(1)], ...rows]),
    ...(unknown.length === 0 ? [] : ["", ...unknown]),
  ].join("\n");
}

function cells(trigger: TriggerCalibration, name: string, label: string, choice: ThresholdChoice): readonly string[] {
  const found = choice.found.map(({ rate }) => percentWords(rate));
  return [name, label, whenOf(trigger, choice), rateWords(choice.false), ...found, `${trigger.n}`, `${trigger.effectiveN}`];
}
