import type { Backtest } from "../../functions/domain/backtest/backtest.ts";
import type { DeployRates } from "../../functions/domain/backtest/deploy-outcomes.ts";
import { type Colours, coloursOf, plainText } from "../terminal/colours.ts";
import { hanging } from "../terminal/hanging.ts";
import { table } from "../terminal/layout.ts";
import { sparkline } from "../terminal/sparkline.ts";
import { dataWords } from "./data-words.ts";
import type { GatheredData } from "./gathered-data.ts";
import { delayWords, percentWords, rateWords } from "./rate-words.ts";
import { triggerWords } from "./trigger-words.ts";
import { worstPoints } from "./worst-points.ts";

export const BACKTEST_COLUMNS = 100;
const LABEL = 12;

/** A backtest for a terminal, at most 100 columns wide: the rates of all rules side by side, then what must be said of each trigger. */
export function renderBacktest(result: Backtest, gathered: GatheredData, width: number, coloured: boolean): string {
  const colours = coloursOf(coloured);
  const columns = Math.min(width, BACKTEST_COLUMNS);
  const head = ["RULE", "FALSE 1 H", "FALSE 24 H", "1.5x", "2x", "3x", "DELAY 2x", "N"].map(colours.dim);
  const rows = [
    ...result.triggers.map((one) => [`  ${name(one.trigger)}`, ...cells(one)]),
    [colours.bold("  any trigger"), ...cells(result.family.triggers)],
    ...result.judge.map((one) => [`  judge ${name(one.signal)}`, ...cells(one)]),
    [colours.bold("  any judge"), ...cells(result.family.judge)],
  ];
  const lines = [
    colours.bold(plainText(result.service)),
    ...dataWords(gathered).flatMap((words) => hanging("", plainText(words), 2, columns)),
    "",
    table([[`  ${head[0]}`, ...head.slice(1)], ...rows]),
    ...result.triggers.flatMap((trigger) => ["", ...details(trigger, gathered, columns, colours)]),
    ...unjudged(result, columns, colours),
  ];
  return lines.join("\n");
}

function cells({ falseInHour, falseInDay, found }: DeployRates): readonly string[] {
  const [, twice] = found;
  return [
    rateWords(falseInHour),
    rateWords(falseInDay),
    ...found.map(({ rate }) => percentWords(rate)),
    twice === undefined ? "-" : delayWords(twice),
    `${falseInHour.of}`,
  ];
}

function details(
  trigger: Backtest["triggers"][number],
  { blueprint, data, report }: GatheredData,
  columns: number,
  colours: Colours,
): readonly string[] {
  const signal = blueprint.signals.find((one) => one.name === trigger.signal);
  const rule = blueprint.triggers.find((one) => one.name === trigger.trigger)?.rule ?? null;
  const points = signal === undefined ? null : worstPoints(signal, data, report, columns - 4, rule?.threshold ?? null);
  const side = signal?.better === "higher" ? "below" : "above";
  const label = (text: string) => `${text}${" ".repeat(Math.max(1, LABEL - text.length))}`;
  return [
    `  ${colours.bold(plainText(trigger.trigger))}`,
    ...(points === null || points.points.length === 0 ? [] : [`    ${sparkline(points, side, columns - 4, colours)}`]),
    ...triggerWords(trigger).flatMap(([name, text]) => hanging(label(name), plainText(text), 4, columns)),
  ];
}

function unjudged({ judge }: Backtest, columns: number, colours: Colours): readonly string[] {
  const lines = judge.flatMap(({ signal, why }) =>
    why === null ? [] : hanging(`judge ${plainText(signal)} `, `not judged: ${why}`, 2, columns),
  );
  return lines.length === 0 ? [] : ["", ...lines.map((line) => colours.dim(line))];
}

/** A table has room for so much of a name. */
function name(text: string): string {
  const plain = plainText(text);
  return plain.length <= 18 ? plain : `${plain.slice(0, 17)}…`;
}
