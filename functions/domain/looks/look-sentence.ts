import type { JudgedValues } from "../judging/judged-values.ts";
import type { SignalLook } from "./look.ts";

/** `latency_p95: at least half of 10 points since the release are at least 2.3 times higher than expected, and it fails from 1.4 times; ...`: the verdict with its numbers. */
export function describeSignalLook(
  look: Omit<SignalLook, "sentence">,
  { direction, instead }: Pick<JudgedValues, "direction" | "instead">,
): string {
  const { signal, points, factor, limit, replays, falsePercent, foundPercent } = look;
  const worse = direction === "increase" ? "higher" : "lower";
  const found =
    factor === null || factor <= 1 ? "no worse than expected" : `${times(factor)} ${worse} than expected (it fails from ${times(limit)})`;
  const proof =
    falsePercent === null || foundPercent === null
      ? ""
      : `; of ${replays} pretended releases in its own history this rule fails ${percent(falsePercent)}, and finds ${percent(foundPercent)} of regressions of 2x`;
  return `${instead === null ? signal : `${signal} (${instead})`}: at least half of ${points} points since the release are ${found}${proof}`;
}

/** A signal that says nothing, and why. */
export function unjudgedSentence(signal: string, why: string): string {
  return `${signal}: inconclusive, ${why}`;
}

function times(factor: number | null): string {
  return factor === null ? "-" : `${factor >= 10 ? factor.toFixed(0) : factor.toFixed(2)} times`;
}

function percent(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
