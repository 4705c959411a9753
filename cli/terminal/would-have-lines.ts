import type { WouldHave } from "../../functions/domain/would-have.ts";
import { dateTime, formatNumber } from "../report/format.ts";
import { type Colours, plainText } from "./colours.ts";
import { table, wrap } from "./layout.ts";

/** A table of what triggers that may not act would have done, each with the reason below its line. */
export function wouldHaveLines(records: readonly WouldHave[], columns: number, colours: Colours): string {
  const head = ["FIRED", "SERVICE", "TRIGGER", "VALUE", "LIMIT", "WOULD HAVE", "WHY NOT"].map(colours.dim);
  const rows = records.map((record) => [
    dateTime(record.at),
    plainText(record.service),
    plainText(record.trigger),
    numberOrNone(record.value),
    numberOrNone(record.threshold),
    deed(record),
    record.cause === "observe" ? "observe" : "not armed",
  ]);
  const [first = "", ...lines] = table([head, ...rows]).split("\n");
  const reasons = records.map(({ because }) => colours.dim(wrap(`  ${plainText(because)}`, columns, 2)));
  return [first, ...lines.flatMap((line, index) => [line, reasons[index] ?? ""])].join("\n");
}

/** What it comes to where nothing says otherwise when it is assessed. */
function deed({ strategy, target, live }: WouldHave): string {
  if (target !== null) return `${strategy}: ${live === null ? "" : `${plainText(live.templateHash)} -> `}${plainText(target)}`;
  return `${strategy}: called people`;
}

function numberOrNone(value: number | null): string {
  return value === null ? "-" : formatNumber(value);
}
