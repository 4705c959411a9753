import type { TriggerBacktest } from "../../functions/domain/backtest/backtest-trigger.ts";
import { dateTime, formatNumber, plural } from "../report/format.ts";

/** What must be said beside the rates of a trigger: a label and a sentence each. */
export function triggerWords(trigger: TriggerBacktest): readonly (readonly [label: string, text: string])[] {
  const { segments, missing, deploys, thresholds, evaluations, undocumented, alarms } = trigger;
  const refused = segments.filter(({ judged }) => !judged);
  if (!trigger.judged)
    return [
      ["rule", trigger.rule],
      ["not judged", trigger.why ?? ""],
    ];
  const first = alarms[0];
  return [
    ["rule", trigger.rule],
    ["fired", first === undefined ? "never" : `${plural(alarms.length, "time")}, first ${dateTime(first)}`],
    ["deploys", deployWords(deploys)],
    ...segments
      .filter(({ judged }) => judged)
      .map(({ from, to, resolutionSeconds }) => ["data", `${resolutionSeconds} s from ${dateTime(from)} to ${dateTime(to)}`] as const),
    ...refused.map(({ from, to, why }) => ["refused", `${dateTime(from)} to ${dateTime(to)}: ${why}`] as const),
    ...(missing.points === 0
      ? []
      : [["missing", `${formatNumber(missing.points)} of ${formatNumber(missing.of)} points, treated as ${missing.treatedAs}`] as const]),
    ...(thresholds === null
      ? []
      : [
          [
            "tuned",
            `${plural(thresholds.tunings, "time")}, between ${formatNumber(thresholds.lowest)} and ${formatNumber(thresholds.highest)}`,
          ] as const,
        ]),
    ...(undocumented === 0
      ? []
      : [["open", `AWS's documentation leaves ${formatNumber(undocumented)} of ${plural(evaluations, "evaluation")} open`] as const]),
    ...(trigger.dependsOnRange
      ? [["open", "another evaluation range (AWS does not publish it) would give other transitions"] as const]
      : []),
    ...trigger.notes.map((note) => ["note", note] as const),
  ];
}

function deployWords({ judged, outside, inAlarm, bad }: TriggerBacktest["deploys"]): string {
  return [
    `${judged} judged`,
    ...(bad > 0 ? [`${bad} of them known to be bad`] : []),
    ...(outside > 0 ? [`${outside} too near to an end of the data`] : []),
    ...(inAlarm > 0 ? [`${inAlarm} came while it was in ALARM`] : []),
  ].join(", ");
}
