import { type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { type Blueprint, type FindingSource, SEVERITIES, type Severity } from "../../functions/domain/blueprint.ts";
import { FINDING_EVENTS } from "../../functions/domain/findings/finding-event.ts";
import { isAtLeast } from "../../functions/domain/findings/finding-severity.ts";
import { drillSources, listedSources } from "../../functions/domain/findings/finding-sources.ts";
import { type AlarmTrigger, MAX_EVENT_AGE } from "./alarm-trigger.ts";

export interface FindingTriggerProps {
  readonly blueprints: readonly Blueprint[];
  /** EventBridge sources of the deployment; those that are not AWS's may send findings too. */
  readonly eventSources: readonly string[];
  /** Whose function and queues take them. */
  readonly alarms: AlarmTrigger;
}

/** The least number of GuardDuty for each severity. */
const GUARDDUTY_FROM: Readonly<Record<Severity, number>> = { critical: 9, high: 7, medium: 4, low: 0 };

/** From a finding to `start-rollback`: one rule for each service whose findings a blueprint lists, and none otherwise. */
export class FindingTrigger extends Construct {
  readonly sources: readonly FindingSource[];

  constructor(scope: Construct, id: string, props: FindingTriggerProps) {
    super(scope, id);
    const { blueprints, eventSources, alarms } = props;
    this.sources = listedSources(blueprints);
    for (const source of this.sources) {
      const { source: eventSource, detailType } = FINDING_EVENTS[source];
      const target = new LambdaFunction(alarms.starter.fn, {
        deadLetterQueue: alarms.undelivered.queue,
        maxEventAge: MAX_EVENT_AGE,
        retryAttempts: 20,
      });
      new Rule(this, source, {
        description: `Rollguard: findings of ${source} that are active`,
        eventPattern: {
          source: [eventSource, ...drillSources(eventSources)],
          detailType: [detailType],
          detail: detailPattern(source, leastSeverity(source, blueprints)),
        },
        targets: [target],
      });
    }
  }
}

/** What the function would ignore anyway, and costs no call here. In an array of findings one has to match: the others are looked at by the function. */
function detailPattern(source: FindingSource, minimum: Severity): NonNullable<EventPattern["detail"]> {
  const words = SEVERITIES.filter((severity) => isAtLeast(severity, minimum)).map((severity) => severity.toUpperCase());
  switch (source) {
    case "guardduty":
      return { service: { archived: [false] }, severity: [{ numeric: [">=", GUARDDUTY_FROM[minimum]] }] };
    case "inspector":
      return { status: ["ACTIVE"], severity: words, resources: { type: ["AWS_ECR_CONTAINER_IMAGE"] } };
    case "security-hub":
      return { findings: { RecordState: ["ACTIVE"], Workflow: { Status: ["NEW"] }, Severity: { Label: words } } };
  }
}

/** The least that any blueprint wants of a source. */
function leastSeverity(source: FindingSource, blueprints: readonly Blueprint[]): Severity {
  const minimums = blueprints.flatMap(({ findings }) => (findings?.sources.includes(source) ? [findings.minimumSeverity] : []));
  return SEVERITIES.findLast((severity) => minimums.includes(severity)) ?? "critical";
}
