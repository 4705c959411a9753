import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { type Conversion, freeName, type ImportContext, type ImportedTrigger, kebabName, STARTS_IN_OBSERVE } from "./imported.ts";
import { burnTrigger } from "./open-slo-burn-rate.ts";
import { type OpenSloObject, OpenSloObjects } from "./open-slo-objects.ts";
import { ratioOf } from "./open-slo-signal.ts";
import type { SourceDocument } from "./source-document.ts";

/** Whether the document is one of OpenSLO, of whatever version. */
export function isOpenSlo(source: SourceDocument): boolean {
  return String(source.at(["apiVersion"])).startsWith("openslo/");
}

/** Why parts of an SLO have no place in a trigger. */
const SLO_ELSEWHERE: readonly (readonly [path: ProblemPath, note: string])[] = [
  [["spec", "description"], "for people"],
  [["spec", "timeWindow"], "a burn rate is a speed: the length of the budget's own window does not change when it fires"],
  [["spec", "budgetingMethod"], "bad requests are counted (Occurrences); slices of time have no counterpart"],
];
const METADATA = ["displayName", "labels", "annotations", "namespace"];

/** Converts the SLOs of a file: each objective with each burn-rate condition of its alert policies becomes a trigger. */
export function fromOpenSlo(sources: readonly SourceDocument[], context: ImportContext): Conversion {
  const objects = new OpenSloObjects(sources);
  const signals: Record<string, AuthoredSignal> = {};
  const triggers: ImportedTrigger[] = [];
  const slos = objects.all("SLO");
  for (const slo of slos) convertSlo(slo, objects, signals, triggers);
  describeRest(objects);
  const services = [...new Set(slos.flatMap(({ source }) => source.text(["spec", "service"]) ?? []))];
  const [first, second] = slos;
  if (services.length > 1 && context.service === null && second !== undefined) {
    throw second.source.broken(
      ["spec", "service"],
      `the file speaks of the services ${services.join(" and ")}`,
      "import the SLOs of one service at a time",
    );
  }
  return {
    service: services[0] ?? first?.source.text(["metadata", "name"]) ?? null,
    spec: {
      ...(Object.keys(signals).length === 0 ? {} : { signals }),
      mode: "observe",
      mode_reason: "imported from OpenSLO: arm it when the alarms have proven right",
    },
    verification: null,
    triggers,
    decide: [STARTS_IN_OBSERVE],
    mapping: objects.entries(),
  };
}

function convertSlo(
  slo: OpenSloObject,
  objects: OpenSloObjects,
  signals: Record<string, AuthoredSignal>,
  triggers: ImportedTrigger[],
): void {
  const { source, mapping } = slo;
  const sloName = source.text(["metadata", "name"]) ?? "";
  mapping.mapped(["metadata", "name"], "names of the triggers");
  mapping.mapped(["spec", "service"], "metadata.name");
  const budgeting = source.text(["spec", "budgetingMethod"]);
  if (budgeting !== undefined && budgeting !== "Occurrences") {
    const other = `${budgeting} counts bad stretches of time, and a burn rate here counts bad requests: it would be another rule`;
    for (const key of ["budgetingMethod", "timeWindow", "indicator", "indicatorRef", "objectives", "alertPolicies"])
      mapping.notMapped(["spec", key], other);
    return;
  }
  for (const [path, note] of SLO_ELSEWHERE) mapping.notMapped(path, note);
  const referred = source.text(["spec", "indicatorRef"]);
  const at = referred === undefined ? ["spec", "indicator"] : ["spec", "indicatorRef"];
  const indicator = source.at(at) === undefined ? null : objects.resolve(slo, at, "indicatorRef", "SLI");
  const ratio =
    indicator === null ? null : ratioOf(indicator, freeSignal(`${kebabName(sloName)?.replaceAll("-", "_") ?? "slo"}_bad`, signals));
  if (indicator !== null) describeMetadata(indicator);
  if (ratio === null) {
    for (const key of ["objectives", "alertPolicies"]) mapping.notMapped(["spec", key], "the SLO has no ratio that could burn a budget");
    return;
  }
  const before = triggers.length;
  for (const index of (source.list(["spec", "objectives"]) ?? []).keys()) {
    const objective = objectivePercent(slo, ["spec", "objectives", index]);
    if (objective === null) continue;
    for (const condition of conditionsOf(slo, objects)) {
      const trigger = burnTrigger(condition, {
        name: freeName(`${kebabName(sloName) ?? "slo"}-burn`, triggers),
        signal: ratio.name,
        described: ratio.signal === null ? {} : { [ratio.name]: ratio.signal },
        objective,
        decide: ratio.decide,
      });
      if (trigger !== null) triggers.push(trigger);
    }
  }
  if (triggers.length > before && ratio.signal !== null) signals[ratio.name] = ratio.signal;
}

/** Two SLOs may come down to one name, and each has metrics of its own. */
function freeSignal(base: string, signals: Readonly<Record<string, AuthoredSignal>>): string {
  let name = base;
  for (let number = 2; Object.hasOwn(signals, name); number++) name = `${base}_${number}`;
  return name;
}

/** `99.9%`, out of a share or a percentage. */
function objectivePercent({ source, mapping }: OpenSloObject, path: ProblemPath): string | null {
  const share = source.number([...path, "target"]);
  const percent = source.number([...path, "targetPercent"]) ?? (share === undefined ? undefined : share * 100);
  mapping.notMapped([...path, "displayName"], "for people");
  for (const key of ["op", "value", "timeSliceTarget", "timeSliceWindow"])
    mapping.notMapped([...path, key], "a ratio has no value of its own to compare");
  if (percent === undefined || percent <= 0 || percent >= 100) {
    mapping.notMapped(path, "an objective is a target between 0 and 1, or a targetPercent between 0 and 100");
    return null;
  }
  for (const key of ["target", "targetPercent"]) mapping.mapped([...path, key], "burn_rate.objective");
  return `${Number(percent.toPrecision(12))}%`;
}

function conditionsOf(slo: OpenSloObject, objects: OpenSloObjects): readonly OpenSloObject[] {
  const policies = (slo.source.list(["spec", "alertPolicies"]) ?? []).flatMap(
    (_, index) => objects.resolve(slo, ["spec", "alertPolicies", index], "alertPolicyRef", "AlertPolicy") ?? [],
  );
  return policies.flatMap((policy) => {
    describePolicy(policy);
    const at = [...policy.path, "spec", "conditions"];
    return (policy.source.list(at) ?? []).flatMap(
      (_, index) => objects.resolve(policy, [...at, index], "conditionRef", "AlertCondition") ?? [],
    );
  });
}

function describePolicy({ mapping, path }: OpenSloObject): void {
  for (const key of ["alertWhenNoData", "alertWhenResolved", "alertWhenBreaching"])
    mapping.notMapped([...path, "spec", key], "a trigger acts when it goes into ALARM; silence is a trigger of its own (absent: true)");
  const told = "whom to tell is a topic: spec.rollback.escalation, spec.notifications.topic";
  mapping.notMapped([...path, "spec", "notificationTargets"], told);
  mapping.notMapped([...path, "spec", "description"], "for people");
}

function describeRest(objects: OpenSloObjects): void {
  for (const policy of objects.all("AlertPolicy")) describePolicy(policy);
  for (const { mapping } of objects.all("AlertNotificationTarget"))
    mapping.outside(["spec"], "a subscription of the service's SNS topic", "blueprints hold no addresses and no secrets");
  for (const { mapping } of objects.all("DataSource")) mapping.notMapped(["spec"], "signals are read from CloudWatch");
  for (const kind of ["SLO", "SLI", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "DataSource", "Service"] as const)
    for (const object of objects.all(kind)) {
      describeMetadata(object);
      if (kind !== "SLO") object.mapping.mapped(["metadata", "name"], "the name that others refer to");
      object.mapping.notMapped(["spec", "description"], "for people");
    }
}

function describeMetadata({ mapping, path }: OpenSloObject): void {
  for (const key of METADATA) mapping.notMapped([...path, "metadata", key], "for people");
}
