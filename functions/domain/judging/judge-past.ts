import { calibrateRelease } from "./calibrate-release.ts";
import { judgeRelease } from "./judge-release.ts";
import type { JudgeInput, Judgement, PastValues } from "./judgement.ts";
import { releaseHistory, whyNoHistory } from "./release-history.ts";

/** Judges what came after a release by what the signal did before it, at a threshold that its own history was replayed for. Weaker than another arm: the time of day moves too. */
export function judgePast({ after, direction }: JudgeInput, { values, periodSeconds, family = 1 }: PastValues): Judgement {
  const samples = { compared: values.filter(Number.isFinite).length, judged: after.filter(Number.isFinite).length };
  const history = releaseHistory(values, periodSeconds, direction === "lower" ? "increase" : "decrease");
  const calibration = history === null ? null : calibrateRelease(history, family);
  if (history === null || calibration === null) {
    return open(samples, whyNoHistory(values, periodSeconds) ?? "too little of its history could be judged itself");
  }
  const { verdict, factor, limit, points } = judgeRelease(history, calibration, after);
  if (factor === null || limit === null)
    return open(samples, `nothing can be told from ${samples.judged} of ${points} values at this time`);
  const worse = direction === "lower" ? "higher" : "lower";
  const { replays, falsePercent } = calibration;
  return {
    verdict,
    effect: { estimate: 100 * (direction === "lower" ? factor : 1 / factor), low: null, high: null },
    evidence: { kind: "threshold", value: factor, limit },
    samples,
    sentence:
      `at least half of ${samples.judged} values since the release are ${factor.toFixed(2)} times ${worse} than expected, it fails over ${limit.toFixed(2)} times; ` +
      `of ${replays} pretended releases before it ${falsePercent.toFixed(1)}% would have failed`,
  };
}

function open(samples: Judgement["samples"], why: string): Judgement {
  const nothing = { estimate: null, low: null, high: null };
  return { verdict: "inconclusive", effect: nothing, evidence: { kind: "threshold", value: null, limit: null }, samples, sentence: why };
}
