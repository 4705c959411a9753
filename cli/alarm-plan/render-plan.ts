import { formatSeconds, plural } from "../report/format.ts";
import { type Colours, coloursOf, plainText } from "../terminal/colours.ts";
import { hanging } from "../terminal/hanging.ts";
import type { ServicePlan, TriggerPlan } from "./service-plan.ts";

/** How wide a plan is, whatever the terminal. */
export const PLAN_COLUMNS = 100;
const LABEL = 11;
const HEADINGS = ["TRIGGER", "CLASS/SEVERITY", "MODE", "DETECTS", "JUDGED", "$/MONTH", "OWNER"] as const;
/** Of the columns behind the name, which is as wide as the rest allows. */
const WIDTHS = [23, 7, 12, 7, 7, 8] as const;
const NAME = PLAN_COLUMNS - WIDTHS.reduce((sum, width) => sum + width + 2, 2);

/** The plan of one service for a person, at most `columns` wide: a line of figures for each trigger, its details below, then the sums. */
export function renderPlan(plan: ServicePlan, columns: number, coloured: boolean): string {
  const colours = coloursOf(coloured);
  const { service, file, target, mode, modeReason } = plan;
  const where = `${target.kind} ${target.namespace}/${target.name} of cluster ${target.cluster}`;
  const why = modeReason === null ? "" : `: ${modeReason}`;
  const heading = [
    ...hanging("", `${service} (${file}), ${where}`, 0, columns).map((line) => colours.bold(line)),
    ...hanging("", `mode ${mode}${why}`, 2, columns),
  ];
  const rows = plan.triggers.flatMap((trigger) => ["", ...renderTrigger(trigger, columns, colours)]);
  const none = plan.triggers.length === 0 ? ["", "  no triggers: only people start rollbacks"] : [];
  const titles = plan.triggers.length === 0 ? [] : ["", colours.dim(figures(HEADINGS[0], HEADINGS.slice(1)))];
  return [...heading, ...titles, ...rows, ...none, "", ...renderSums(plan, columns, colours)].join("\n");
}

function renderTrigger(trigger: TriggerPlan, columns: number, colours: Colours): readonly string[] {
  const { worstDetectionSeconds, judgeablePercent, judgeableNote } = trigger;
  const values = [
    `${trigger.class}/${trigger.severity}`,
    trigger.mode,
    worstDetectionSeconds === null ? "-" : formatSeconds(worstDetectionSeconds),
    judgeablePercent === null ? "-" : `${percent(judgeablePercent)}`,
    dollars(trigger.dollarsPerMonth),
    trigger.owner,
  ];
  const detail = (label: string, text: string | null) => (text === null ? [] : labelled(label, text, columns, colours.dim));
  return [
    ...(trigger.name.length > NAME ? [...hanging("", trigger.name, 2, columns), figures("", values)] : [figures(trigger.name, values)]),
    ...detail("rule", ruleOf(trigger)),
    ...detail("reads", trigger.reads),
    ...detail("mode", modeOf(trigger)),
    ...detail("judged", judgeableNote),
    ...trigger.warnings.flatMap((warning) => labelled("warning", warning, columns, colours.yellow)),
  ];
}

function ruleOf({ rule, missingData, minimumSamples, armedAfterChangeMinutes, owner, preset }: TriggerPlan): string {
  const extras = [
    ...(owner === "other" ? [] : [`missing data: ${missingData}`]),
    ...(minimumSamples === null ? [] : [`from ${minimumSamples} samples a period`]),
    ...(armedAfterChangeMinutes === null ? [] : [`armed for ${armedAfterChangeMinutes} min after a change`]),
    ...(preset === null ? [] : [`preset ${preset}`]),
  ];
  return [rule, ...extras].join("; ");
}

/** Only where it is not the service's own. */
function modeOf({ mode, modeFrom, modeReason, expires }: TriggerPlan): string | null {
  const until = expires === null ? "" : `, reminds after ${expires}`;
  if (modeFrom === "trigger") return `${mode}${modeReason === null ? "" : `: ${modeReason}`}${until}`;
  return expires === null ? null : `the service's${until}`;
}

function renderSums(plan: ServicePlan, columns: number, colours: Colours): readonly string[] {
  const { metric, highResolution, composite, parts } = plan.alarms;
  const { owners, price, findings } = plan;
  const line = (label: string, text: string) => labelled(label, text, columns, colours.dim);
  const owned = (["cdk", "pipeline", "other"] as const).flatMap((owner) =>
    owners[owner].length === 0 ? [] : line("", `${owner}: ${owners[owner].join(", ")}`),
  );
  const found = findings === null ? [] : line("findings", `${findings.sources.join(", ")}, from severity ${findings.minimumSeverity}`);
  return [
    ...line("alarms", `${metric} metric, ${highResolution} high resolution, ${composite} composite, ${plural(parts, "part")}`),
    ...owned,
    ...line("cost", `$${dollars(plan.dollarsPerMonth)} a month for alarms, list price of ${price.region}, ${price.listedOn}`),
    ...found,
    ...plan.warnings.flatMap((warning) => labelled("warning", warning, columns, colours.yellow)),
    ...plan.rbac.flatMap(({ group, rules }, index) => line(index === 0 ? "rbac" : "", `${group}: ${rules.join("; ")}`)),
  ];
}

function labelled(label: string, text: string, columns: number, paint: (text: string) => string): readonly string[] {
  const [first = "", ...rest] = hanging(label.padEnd(LABEL), plainText(text), 4, columns);
  const indent = 4 + label.length;
  return [label === "" ? first : `${first.slice(0, 4)}${paint(first.slice(4, indent))}${first.slice(indent)}`, ...rest];
}

function figures(name: string, values: readonly string[]): string {
  const [klass = "", mode = "", detects = "", judged = "", cost = "", owner = ""] = values;
  const [a, b, c, d, e] = WIDTHS;
  return `  ${name.padEnd(NAME)}  ${klass.padEnd(a)}  ${mode.padEnd(b)}  ${detects.padStart(c)}  ${judged.padStart(d)}  ${cost.padStart(e)}  ${owner}`.trimEnd();
}

function percent(value: number): string {
  // Never 100 where something was missing.
  return `${value === 100 ? "100" : (Math.floor(value * 10) / 10).toFixed(1)} %`;
}

function dollars(value: number): string {
  return value.toFixed(2);
}
