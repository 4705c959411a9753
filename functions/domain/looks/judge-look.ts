import type { TimeSpan } from "../baselines/baseline-window.ts";
import { type LookPolicy, SEVERITIES } from "../blueprint.ts";
import { calibrateRelease, type ReleaseCalibration } from "../judging/calibrate-release.ts";
import { judgeRelease, type ReleaseVerdict } from "../judging/judge-release.ts";
import { type JudgedValues, judgedValues } from "../judging/judged-values.ts";
import { type ReleaseHistory, releaseHistory, whyNoHistory } from "../judging/release-history.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";
import type { Series, Signal } from "../signal.ts";
import type { Look, LookRequest, SignalLook } from "./look.ts";
import { type LookSpan, lookSpan, splitSeries } from "./look-points.ts";
import { describeSignalLook, unjudgedSentence } from "./look-sentence.ts";
import { MOST_HOURS_BACK, trustedPast } from "./trusted-past.ts";

/** A signal that is judged, with what was read of it over its span. */
export interface LookData {
  readonly signal: Signal;
  readonly judged: LookPolicy["signals"][number];
  readonly series: Series;
}

export type Judgement = Pick<Look, "verdict" | "reason" | "gravest" | "signals">;

interface Prepared extends LookData {
  readonly span: LookSpan;
  readonly judgedBy: JudgedValues;
  readonly after: readonly number[];
  /** What was before the release and may be trusted; null where that is too long ago. */
  readonly past: readonly number[] | null;
  readonly history: ReleaseHistory | null;
}

/**
 * Judges a release at one look: every signal by its own history, all of them within one budget of false failures. Any failure fails it; it passes only where every
 * signal does, which is at the last look. A signal without points or without history is inconclusive, and the others have the budget for themselves.
 * `untrusted`: when releases were live by which nothing is measured.
 */
export function judgeLook(request: LookRequest, data: readonly LookData[], untrusted: readonly TimeSpan[]): Judgement {
  const prepared = data.map((one): Prepared => {
    const span = lookSpan(request, one.series.periodSeconds);
    const split = splitSeries(one.series, one.signal, span);
    const judgedBy = judgedValues(one.signal, split.before);
    const past = trustedPast(split.before.map(judgedBy.of), one.series, untrusted);
    const history = past === null ? null : releaseHistory(past, one.series.periodSeconds, judgedBy.direction);
    return { ...one, span, judgedBy, after: split.after.map(judgedBy.of), past, history };
  });
  const family = prepared.filter(({ history }) => history !== null).length;
  const signals = prepared.map((one) => judgeSignal(one, request, family));
  const failed = signals.filter(({ verdict }) => verdict === "fail");
  const [worst, ...others] = failed.toSorted((one, other) => gravity(data, one) - gravity(data, other) || excess(other) - excess(one));
  if (worst === undefined) return { ...withoutFailure(signals), gravest: null, signals };
  const more =
    others.length === 0 ? "" : `; ${others.map(({ signal }) => signal).join(", ")} ${others.length === 1 ? "fails" : "fail"} too`;
  const judged = data.find(({ signal }) => signal.name === worst.signal)?.judged;
  return {
    verdict: "fail",
    reason: `${request.minutes} min after release ${request.release} went live: ${worst.sentence}${more}`,
    gravest: judged === undefined ? null : { ...judged },
    signals,
  };
}

function judgeSignal(
  { signal, series, span, judgedBy, after, past, history }: Prepared,
  { minutes }: LookRequest,
  family: number,
): SignalLook {
  const calibration = history === null ? null : calibrateRelease(history, family);
  const common = {
    signal: signal.name,
    periodSeconds: series.periodSeconds,
    points: after.filter(Number.isFinite).length,
    expectedPoints: span.points,
    ...rates(calibration),
  };
  const undecided = { ...common, verdict: "inconclusive", factor: null, limit: null } as const;
  if (past === null) {
    return {
      ...undecided,
      sentence: unjudgedSentence(signal.name, `no release that is proven good was live in the ${MOST_HOURS_BACK} h before it`),
    };
  }
  if (history === null || calibration === null) {
    const why = whyNoHistory(past, series.periodSeconds) ?? "too little of its history could be judged itself";
    return { ...undecided, sentence: unjudgedSentence(signal.name, why) };
  }
  const { verdict, factor, limit }: ReleaseVerdict = judgeRelease(history, calibration, after);
  const judged = { ...common, verdict, factor, limit };
  if (factor === null) return { ...undecided, sentence: unjudgedSentence(signal.name, whyUnknown(common, history, calibration, minutes)) };
  return { ...judged, sentence: describeSignalLook(judged, judgedBy) };
}

function rates(calibration: ReleaseCalibration | null): Pick<SignalLook, "falsePercent" | "foundPercent" | "replays"> {
  const double = RELEASE_RULE.regressions.indexOf(2);
  return {
    falsePercent: calibration?.falsePercent ?? null,
    foundPercent: calibration?.foundPercent[double] ?? null,
    replays: calibration?.replays ?? 0,
  };
}

function whyUnknown(
  { points, expectedPoints }: Pick<SignalLook, "points" | "expectedPoints">,
  { lookPoints }: ReleaseHistory,
  { scales }: ReleaseCalibration,
  minutes: number,
): string {
  const look = lookPoints.indexOf(expectedPoints);
  if (look < 0) return `${minutes} min are too few for its period`;
  if (scales[look] === null) return `it moves too much by itself to be judged after ${minutes} min`;
  return `only ${points} of ${expectedPoints} points are there, or none of the hour before`;
}

function withoutFailure(signals: readonly SignalLook[]): Pick<Judgement, "verdict" | "reason"> {
  const undecided = signals.filter(({ verdict }) => verdict === "inconclusive");
  if (undecided.length === 0 && signals.length > 0)
    return { verdict: "pass", reason: `nothing is worse than expected: ${signals.map(({ signal }) => signal).join(", ")}` };
  const unknown = undecided.filter(({ factor }) => factor === null);
  if (unknown.length > 0) return { verdict: "inconclusive", reason: unknown.map(({ sentence }) => sentence).join("; ") };
  return { verdict: "inconclusive", reason: "nothing fails so far" };
}

function gravity(data: readonly LookData[], { signal }: SignalLook): number {
  const severity = data.find((one) => one.signal.name === signal)?.judged.severity ?? "low";
  return SEVERITIES.indexOf(severity);
}

/** How far over its limit, whatever the limit is. */
function excess({ factor, limit }: SignalLook): number {
  return factor === null || limit === null ? 0 : Math.log(factor) / Math.log(limit);
}
