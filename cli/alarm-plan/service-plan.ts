import { alarmPrice } from "../../functions/domain/alarms/alarm-price.ts";
import { type Blueprint, MODES, type Mode, type Trigger } from "../../functions/domain/blueprint.ts";
import { type CompiledAlarm, compileAlarms, describeRule, worstDetectionSeconds } from "../../functions/domain/blueprint-alarms.ts";
import { describeSource } from "../../functions/domain/blueprint-bindings.ts";
import type { MetricRef } from "../../functions/domain/signal.ts";
import { leafMetrics } from "../../functions/domain/signal-series.ts";
import { type BlueprintWarning, warningText } from "./blueprint-warnings.ts";
import type { JudgeableShare } from "./judgeable-share.ts";
import { type RbacNeed, rbacNeeds } from "./rbac-needs.ts";

/** What arming one trigger means, in the order of `docs/plan.md`; `--json` prints it as it is. */
export interface TriggerPlan {
  readonly name: string;
  readonly preset: string | null;
  readonly alarmName: string;
  /** Alarms that start nothing by themselves: the composite of this trigger reads them. */
  readonly parts: readonly string[];
  readonly class: Trigger["class"];
  readonly severity: Trigger["severity"];
  /** How far it may go: the weaker of the trigger's own mode and the service's. */
  readonly mode: Mode;
  readonly modeFrom: "trigger" | "service";
  readonly modeReason: string | null;
  /** Day after which people are reminded of the mode. */
  readonly expires: string | null;
  readonly signal: string;
  /** What is read, in words. */
  readonly reads: string;
  /** Every metric that is read; none for an alarm that is another's. */
  readonly metrics: readonly MetricRef[];
  readonly rule: string;
  readonly form: "static" | "baseline" | "burn-rate" | "trend" | "absence" | "existing";
  readonly periodSeconds: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: Trigger["missingData"];
  readonly minimumSamples: number | null;
  readonly armedAfterChangeMinutes: number | null;
  /** Null where nothing can be promised: the alarm is another's. */
  readonly worstDetectionSeconds: number | null;
  /** Share of the evaluation windows of the last 7 days that had enough data to judge; null when it was not asked or is not known. */
  readonly judgeablePercent: number | null;
  readonly judgeableNote: string | null;
  /** List price of its alarms; 0 for an alarm that is another's. */
  readonly dollarsPerMonth: number;
  readonly owner: CompiledAlarm["owner"];
  readonly warnings: readonly string[];
}

/** Alarms that are ours, by what CloudWatch charges for; a part is counted as a part and as nothing else. */
export interface AlarmCounts {
  readonly metric: number;
  /** Period below 60 s. */
  readonly highResolution: number;
  readonly composite: number;
  readonly parts: number;
}

export interface ServicePlan {
  readonly file: string;
  readonly service: string;
  readonly hash: string;
  readonly target: Blueprint["target"];
  readonly mode: Mode;
  readonly modeReason: string | null;
  readonly triggers: readonly TriggerPlan[];
  /** Security findings that start a rollback; null = none do. */
  readonly findings: NonNullable<Blueprint["findings"]> | null;
  readonly dollarsPerMonth: number;
  /** Whose list prices they are, and of which day. */
  readonly price: { readonly region: string; readonly listedOn: string };
  readonly alarms: AlarmCounts;
  /** About the triggers as a whole, findings, and signals that no trigger reads. */
  readonly warnings: readonly string[];
  /** Names of the alarms by who makes them. */
  readonly owners: Readonly<Record<CompiledAlarm["owner"], readonly string[]>>;
  readonly rbac: readonly RbacNeed[];
}

/** What is known beside the blueprint. */
export interface PlanFacts {
  readonly file: string;
  /** By alarm name; null when the past was not read. */
  readonly judgeable: ReadonlyMap<string, JudgeableShare> | null;
  readonly warnings: readonly BlueprintWarning[];
}

/** Everything that arming a blueprint would make, cost and need. Pure. */
export function servicePlan(blueprint: Blueprint, facts: PlanFacts): ServicePlan {
  const compiled = compileAlarms(blueprint);
  const ours = compiled.filter(({ existing }) => !existing);
  const triggers = compiled
    .filter(({ role }) => role === "acting")
    .map((alarm) =>
      triggerPlan(
        blueprint,
        alarm,
        compiled.filter((other) => isPartOf(other, alarm)),
        facts,
      ),
    );
  const price = alarmPrice(compiled);
  const named = (owner: CompiledAlarm["owner"]) => compiled.filter((alarm) => alarm.owner === owner).map(({ alarmName }) => alarmName);
  return {
    file: facts.file,
    service: blueprint.service,
    hash: blueprint.hash,
    target: blueprint.target,
    mode: blueprint.mode,
    modeReason: blueprint.modeReason ?? null,
    triggers,
    findings: blueprint.findings ?? null,
    dollarsPerMonth: price.usdPerMonth,
    price: { region: price.region, listedOn: price.listedOn },
    alarms: {
      metric: ours.filter((alarm) => alarm.role === "acting" && alarm.watch?.kind === "metric" && alarm.watch.periodSeconds >= 60).length,
      highResolution: ours.filter((alarm) => alarm.role === "acting" && alarm.watch?.kind === "metric" && alarm.watch.periodSeconds < 60)
        .length,
      composite: ours.filter(({ watch }) => watch?.kind === "composite").length,
      parts: ours.filter(({ role }) => role === "part").length,
    },
    warnings: facts.warnings
      .filter(({ trigger }) => !triggers.some(({ name }) => name === trigger))
      .map((warning) => warningText(warning, true)),
    owners: { cdk: named("cdk"), pipeline: named("pipeline"), other: named("other") },
    rbac: rbacNeeds(blueprint),
  };
}

function triggerPlan(blueprint: Blueprint, alarm: CompiledAlarm, parts: readonly CompiledAlarm[], facts: PlanFacts): TriggerPlan {
  const { trigger, signal } = alarm;
  const judged = facts.judgeable?.get(alarm.alarmName) ?? null;
  return {
    name: trigger.name,
    preset: trigger.preset ?? null,
    alarmName: alarm.alarmName,
    parts: parts.map(({ alarmName }) => alarmName),
    class: trigger.class,
    severity: trigger.severity,
    ...modeOf(blueprint, trigger),
    signal: signal.name,
    reads: describeSource(signal.source),
    metrics: metricsOf(alarm, parts),
    rule: describeRule(trigger, signal),
    form: alarm.existing ? "existing" : (trigger.form?.type ?? "static"),
    periodSeconds: trigger.periodSeconds,
    datapointsToAlarm: trigger.datapointsToAlarm,
    evaluationPeriods: trigger.evaluationPeriods,
    missingData: trigger.missingData,
    minimumSamples: trigger.minimumSamples ?? null,
    armedAfterChangeMinutes: trigger.armed?.afterChangeMinutes ?? null,
    worstDetectionSeconds: alarm.existing ? null : worstDetectionSeconds(trigger, signal),
    judgeablePercent: judged?.percent ?? null,
    judgeableNote: judged?.note ?? null,
    dollarsPerMonth: alarmPrice([alarm, ...parts]).usdPerMonth,
    owner: alarm.owner,
    warnings: facts.warnings.filter((warning) => warning.trigger === trigger.name).map((warning) => warningText(warning, false)),
  };
}

function modeOf(blueprint: Blueprint, trigger: Trigger): Pick<TriggerPlan, "mode" | "modeFrom" | "modeReason" | "expires"> {
  const own = trigger.mode;
  // Equal is the trigger's own too: an observe trigger starts nothing, while a service in observe runs everything but the writes.
  if (own === undefined || MODES.indexOf(own) > MODES.indexOf(blueprint.mode)) {
    return { mode: blueprint.mode, modeFrom: "service", modeReason: blueprint.modeReason ?? null, expires: trigger.expires ?? null };
  }
  return { mode: own, modeFrom: "trigger", modeReason: trigger.modeReason ?? null, expires: trigger.expires ?? null };
}

function metricsOf(alarm: CompiledAlarm, parts: readonly CompiledAlarm[]): readonly MetricRef[] {
  const watched = [alarm, ...parts].flatMap(({ watch }) => (watch?.kind === "metric" ? watch.leaves.map(({ metric }) => metric) : []));
  const metrics = watched.length > 0 ? watched : leafMetrics(alarm.signal);
  return [...new Map(metrics.map((metric) => [JSON.stringify(metric), metric])).values()];
}

function isPartOf(part: CompiledAlarm, alarm: CompiledAlarm): boolean {
  return part.role === "part" && part.trigger.name === alarm.trigger.name;
}
