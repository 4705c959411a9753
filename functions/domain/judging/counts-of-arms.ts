import type { Series } from "../signal.ts";
import type { SignalData } from "../signal-readings.ts";
import type { ArmCounts } from "./count-e-value.ts";

/**
 * The counts of two arms by the period, within [from, to): null where either is no ratio of two counts, or they were read over different times. Where more is
 * better (successes), what is bad is the rest. A period without a total says nothing, nor one without the good ones; one without bad ones had none. Small
 * totals count too.
 */
export function countsOfArms(
  judged: SignalData,
  control: SignalData,
  better: "lower" | "higher",
): ((from: Date, to: Date) => readonly ArmCounts[]) | null {
  const [own, other] = [judged.counted, control.counted];
  if (own === undefined || other === undefined || !areAligned(own.total, other.total)) return null;
  const { startEpochSeconds, periodSeconds } = own.total;
  const missingPart = better === "lower" ? 0 : null;
  return (from, to) =>
    own.total.values.flatMap((total, index): ArmCounts[] => {
      const startMillis = (startEpochSeconds + index * periodSeconds) * 1000;
      const controlTotal = other.total.values[index] ?? null;
      const isInside = startMillis >= from.getTime() && startMillis + periodSeconds * 1000 <= to.getTime();
      const [part, controlPart] = [own.part.values[index] ?? missingPart, other.part.values[index] ?? missingPart];
      if (!isInside || total === null || controlTotal === null || part === null || controlPart === null) return [];
      const bad = (all: number, some: number) => Math.min(all, Math.max(0, better === "lower" ? some : all - some));
      return [{ bad: bad(total, part), total, controlBad: bad(controlTotal, controlPart), controlTotal }];
    });
}

function areAligned(one: Series, other: Series): boolean {
  return one.startEpochSeconds === other.startEpochSeconds && one.periodSeconds === other.periodSeconds;
}
