import type { Blueprint, FindingSource } from "../blueprint.ts";
import { FINDING_EVENTS, type FindingEvent } from "./finding-event.ts";
import type { FindingReport } from "./finding-report.ts";

/** Sources that any blueprint lists, in a fixed order: only of these is there a rule, and only these are taken. */
export function listedSources(blueprints: readonly Pick<Blueprint, "findings">[]): readonly FindingSource[] {
  const listed = new Set(blueprints.flatMap(({ findings }) => findings?.sources ?? []));
  return (Object.keys(FINDING_EVENTS) as FindingSource[]).filter((source) => listed.has(source));
}

/** EventBridge sources of a deployment that are nobody else's: a drill may send findings where it may send alarms. AWS's own are configured by the blueprints. */
export function drillSources(eventSources: readonly string[]): readonly string[] {
  return eventSources.filter((source) => !source.startsWith("aws."));
}

/** Why an event is not looked into; null when it is. */
export function notListed(
  { source, deliveredBy }: Pick<FindingEvent, "source" | "deliveredBy">,
  blueprints: readonly Pick<Blueprint, "findings">[],
  eventSources: readonly string[],
): string | null {
  const sources = [FINDING_EVENTS[deliveredBy].source, ...drillSources(eventSources)];
  if (!sources.includes(source)) return `source ${source} is not configured (${sources.join(", ")})`;
  return listedSources(blueprints).includes(deliveredBy) ? null : `no blueprint lists findings of ${deliveredBy}`;
}

/** Does a service want this finding? What Security Hub passes on counts for who lists Security Hub, and for who lists the service that found it. */
export function wants({ findings }: Pick<Blueprint, "findings">, { finding, deliveredBy }: FindingReport): boolean {
  const sources = findings?.sources ?? [];
  return sources.includes(deliveredBy) || sources.includes(finding.source);
}
