import { decisionInWords, isRefused } from "../../functions/domain/approval.ts";
import { describeAction } from "../../functions/domain/cluster-action-words.ts";
import type { Incident, IncidentSeries } from "../../functions/domain/incident.ts";
import type { CheckResult, Plan, PlanStep } from "../../functions/domain/rollback-document.ts";
import { clockTime, dateTime, formatSeconds, formatValue, offset } from "../report/format.ts";
import { incidentTimes } from "../report/incident-times.ts";
import { outcomeWords, type Tone, whatToDo } from "../report/outcome.ts";
import { rolloutWords } from "../report/sections/preflight.ts";
import { judgedSentence, seriesByConcern, signalFigures } from "../report/signal-figures.ts";
import { analysisOf, analysisRows } from "../report/verification-words.ts";
import { type Colours, plainText, toned } from "./colours.ts";
import { escalationLines } from "./escalation-lines.ts";
import { table, wrap } from "./layout.ts";
import { memberLines } from "./member-lines.ts";
import { sparkline } from "./sparkline.ts";

export interface TerminalLook {
  readonly colours: Colours;
  readonly columns: number;
}

/** An incident for a terminal: outcome, what to do, times, signals, why, what was done, checks, timeline, who was called. */
export function renderIncident(incident: Incident, look: TerminalLook): string {
  const sections = [
    head(incident, look),
    failure(incident, look),
    signals(incident, look),
    why(incident, look),
    done(incident, look),
    members(incident, look),
    checks(incident, look),
    timeline(incident, look),
    escalations(incident, look),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function head(incident: Incident, { colours, columns }: TerminalLook): string {
  const { meta } = incident;
  const words = outcomeWords(meta.outcome);
  const times = incidentTimes(incident);
  const durations = [
    ["detection", times.detectionSeconds],
    ["reaction", times.reactionSeconds],
    ["recovery", times.recoverySeconds],
  ] as const;
  const known = durations.flatMap(([name, seconds]) => (seconds === null ? [] : `${name} ${formatSeconds(seconds)}`));
  return [
    `${toned(colours, words.tone, `${words.mark} ${words.label}`)}  ${colours.bold(plainText(meta.service))}  ${colours.dim(plainText(meta.id))}`,
    wrap(plainText(meta.summary), columns),
    wrap(colours.bold(plainText(whatToDo(incident))), columns),
    [dateTime(times.triggeredAt), ...(meta.severity === null ? [] : [`severity ${meta.severity}`]), ...known].join(" · "),
  ].join("\n");
}

function failure({ meta }: Incident, { colours, columns }: TerminalLook): string {
  const failed = meta.record?.failure;
  return failed
    ? section(colours, "What failed in the run", wrap(`  ${plainText(failed.error)}: ${plainText(failed.cause)}`, columns, 2))
    : "";
}

function signals(incident: Incident, look: TerminalLook): string {
  if (incident.series.length === 0) return "";
  return section(
    look.colours,
    "Signals",
    seriesByConcern(incident)
      .map((series) => signal(incident, series, look))
      .join("\n"),
  );
}

function signal(incident: Incident, series: IncidentSeries, { colours, columns }: TerminalLook): string {
  const figures = signalFigures(incident, series);
  const value = (number: number | null) => formatValue(number, series.unit);
  const threshold = series.threshold === null ? "" : `, threshold ${value(series.threshold)}`;
  const line = sparkline(series, figures.breachSide, Math.min(60, columns - 2), colours);
  const words = `  ${plainText(series.signal)}: before ${value(figures.before)}, during ${value(figures.during)}, after ${value(figures.after)}${threshold}`;
  const judged = judgedSentence(incident, series);
  return [words, judged === null ? [] : wrap(`  judge: ${plainText(judged)}`, columns, 4), line === "" ? [] : `  ${line}`]
    .flat()
    .join("\n");
}

function why({ meta }: Incident, { colours, columns }: TerminalLook): string {
  const assessment = meta.record?.assessment;
  if (!assessment) return "";
  const { finding } = meta.trigger;
  const found = finding ? [`finding ${finding.id} of ${finding.source}, first seen ${dateTime(finding.firstSeenAt)}`] : [];
  const reasons = [...found, ...assessment.reasons].map((reason) => wrap(`  - ${plainText(reason)}`, columns, 4));
  return section(colours, `Why: ${assessment.decision}`, reasons.join("\n"));
}

function done({ meta }: Incident, { colours, columns }: TerminalLook): string {
  const plan = meta.record?.plan;
  if (!plan) return "";
  const { progress, approval } = meta.record ?? {};
  const title = plan.mode === "observe" || isRefused(approval) ? "What would have been done" : "What was done";
  const asked = approval
    ? [wrap(`  the approval ${plainText(decisionInWords(approval))} (${dateTime(approval.decidedAt)})`, columns, 4)]
    : [];
  const last = progress ? [wrap(`  last step ${progress.stepId}: ${progress.outcome}, ${plainText(progress.reason)}`, columns, 4)] : [];
  return section(
    colours,
    `${title}: ${plan.mode === "none" ? "nothing" : plan.strategy}`,
    [...planLines(plan, columns), ...asked, ...last].join("\n"),
  );
}

function members(incident: Incident, look: TerminalLook): string {
  const lines = memberLines(incident, look);
  return lines.length === 0 ? "" : section(look.colours, `Group ${plainText(incident.meta.group ?? "")}`, lines.join("\n"));
}

/** A plan for a terminal, also for the preview of `rollback --dry-run`. */
export function planLines(plan: Plan, columns: number): readonly string[] {
  const steps = plan.steps.map((step, index) => {
    return wrap(`  ${index + 1}. ${plainText(goalOf(step))}`, columns, 5);
  });
  const { verdict, rule, checks: asked } = plan.governance;
  const failing = asked.filter((check) => check.outcome === "fail");
  return [
    ...steps,
    ...preflightLines(plan, columns),
    ...failing.map((check) => {
      const until = check.until === undefined ? "" : `, until ${dateTime(check.until)}`;
      const who = check.rule === rule ? `${verdict} by rule ${check.rule}` : `rule ${check.rule} fails too`;
      return wrap(`  ${who}: ${plainText(check.observed)} (needed: ${check.limit}${until})`, columns, 4);
    }),
  ];
}

function goalOf(step: PlanStep): string {
  if (step.action !== undefined) return describeAction(step.action);
  if (step.target !== null) return `back to ${step.target.image} (${step.target.replicaSet})`;
  return step.kind === "restore-scale" ? `back to ${step.replicas} replicas` : "put the workload's own update strategy back";
}

/** How the rollout goes, and what a person should know of what was looked at. */
function preflightLines({ preflight }: Plan, columns: number): readonly string[] {
  if (preflight === undefined) return [];
  const worth = preflight.checks.filter(({ outcome }) => outcome !== "pass");
  return [
    wrap(`  rollout: ${plainText(rolloutWords(preflight.availability))}`, columns, 4),
    ...worth.map(({ check, outcome, observed, fix }) =>
      wrap(`  preflight ${outcome}: ${plainText(`${check}, ${observed}${fix === "" ? "" : ` (${fix})`}`)}`, columns, 4),
    ),
  ];
}

const VERDICTS: Readonly<Record<CheckResult["verdict"], { readonly mark: string; readonly tone: Tone }>> = {
  pass: { mark: "✓", tone: "good" },
  fail: { mark: "✕", tone: "bad" },
  inconclusive: { mark: "?", tone: "warn" },
};

function checks({ meta }: Incident, { colours, columns }: TerminalLook): string {
  const verification = meta.record?.verification;
  if (!verification) return "";
  const rows = verification.checks.map((check) => {
    const { mark, tone } = VERDICTS[check.verdict];
    const note = check.degradation ?? check.improvement ?? "";
    return [
      `  ${toned(colours, tone, `${mark} ${check.verdict}`)}`,
      plainText(check.check),
      check.expected,
      check.actual,
      note === "" ? "" : note === "" ? "" : colours.dim(note),
    ];
  });
  const reason = wrap(`  ${plainText(verification.reason)}`, columns, 2);
  const analysis = analysisOf(meta.record);
  const analysed =
    analysis === null ? [] : analysisRows(analysis).map(({ about, text }) => wrap(`  ${about}: ${plainText(text)}`, columns, 4));
  const found = [...(rows.length === 0 ? [] : [table(rows)]), reason, ...analysed].join("\n");
  return section(colours, `Checks: ${verification.verdict}`, found);
}

function timeline({ events, meta }: Incident, { colours, columns }: TerminalLook): string {
  if (events.length === 0) return "";
  const from = meta.record?.assessment?.onsetAt ?? meta.trigger.at;
  const lines = [...events]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((event) => {
      const when = `${clockTime(event.at)} ${offset(event.at, from).padEnd(9)}`;
      const paged = event.urgency === "page" ? " [paged a person]" : "";
      return wrap(`  ${colours.dim(when)} ${plainText(event.message)}${paged === "" ? "" : colours.red(paged)}`, columns, 21);
    });
  return section(colours, "Timeline (UTC)", lines.join("\n"));
}

function escalations({ escalations: notices = [] }: Incident, { colours }: TerminalLook): string {
  const lines = escalationLines(notices, colours);
  return lines === "" ? "" : section(colours, "Who was called", lines);
}

function section(colours: Colours, title: string, body: string): string {
  return body === "" ? colours.bold(title) : `${colours.bold(title)}\n${body}`;
}
