import { expect, it } from "vitest";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { ROLLBACK_DEFINITION } from "../../../infra/constructs/rollback-machine.ts";
import type { Stage } from "../support/stage.ts";

const COMPARISONS = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
} as const;

/** What `cdk deploy` made is what the checked-in files say. */
export function describeDeployment(stage: () => Stage): void {
  it("deploys the alarms that the blueprints compile to, and no other", () => {
    const compiled = stage().target.blueprints.flatMap(compileAlarms);
    // Alarms on metric math are left out of the local target: no emulator has them.
    const expected = compiled.flatMap(({ alarmName, description, trigger, signal }) => {
      if (signal.source.kind !== "metric" || trigger.rule === null) return [];
      const { namespace, name, stat } = signal.source.metric;
      return {
        AlarmName: alarmName,
        AlarmDescription: description,
        ComparisonOperator: COMPARISONS[trigger.rule.operator],
        Threshold: trigger.rule.threshold,
        Period: trigger.periodSeconds,
        EvaluationPeriods: trigger.evaluationPeriods,
        DatapointsToAlarm: trigger.datapointsToAlarm,
        TreatMissingData: trigger.missingData,
        Namespace: namespace,
        MetricName: name,
        ...(stat.startsWith("p") ? { ExtendedStatistic: stat } : { Statistic: stat }),
      };
    });

    const byName = (a: { AlarmName?: string }, b: { AlarmName?: string }) => String(a.AlarmName).localeCompare(String(b.AlarmName));
    expect(expected.length).toBeGreaterThan(8);
    expect([...stage().deployedAlarms].sort(byName)).toMatchObject(expected.sort(byName));
  });

  it("deploys the checked-in state machine, with a function of that name in every Task", async () => {
    const { executions, target } = stage();
    const deployed = await executions.definition();

    const placeholders = [...new Set(ROLLBACK_DEFINITION.match(/\$\{\w+\}/g))];
    expect(placeholders).toContain("${PageTopicArn}");
    const values = new Map<string, string>();
    for (const placeholder of placeholders) {
      const name = placeholder.slice(2, -1);
      const arn = name === "PageTopicArn" ? target.outputs.TopicArn : functionArn(deployed, name.replace(/FunctionArn$/, ""));
      values.set(placeholder, arn);
    }
    const filled = ROLLBACK_DEFINITION.replaceAll(/\$\{\w+\}/g, (placeholder) => values.get(placeholder) ?? placeholder);
    expect(JSON.parse(deployed)).toEqual(JSON.parse(filled));
    expect(new Set(values.values()).size).toBe(placeholders.length);
  });
}

/** The one function whose name says that it belongs to this state. */
function functionArn(definition: string, state: string): string {
  const found = new Set(definition.match(new RegExp(`arn:aws:lambda:us-east-1:000000000000:function:[^"]*${state}[^"]*`, "g")));
  expect([...found], `functions of state ${state}`).toHaveLength(1);
  return [...found][0] ?? "";
}
