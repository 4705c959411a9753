import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { loadBlueprints } from "../../blueprints/load-blueprints.ts";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import { tunableAlarms } from "../../functions/domain/tuning/plan-tuning.ts";
import { IncidentTable } from "../../infra/constructs/incident-table.ts";
import { TunedAlarms } from "../../infra/constructs/tuned-alarms.ts";
import { actionsNeededBy } from "./port-calls.ts";
import { functionOf, permissionsOf, resourcesOf } from "./read-template.ts";
import { anApp, synthesise } from "./synthesise.ts";

const FOLDER = "test/infra/blueprints/tuned";
const tuned = synthesise({ "rollguard:blueprints": FOLDER });
const local = synthesise({ "rollguard:target": "local", "rollguard:blueprints": FOLDER });
const plain = synthesise({ "rollguard:blueprints": "blueprints/examples" });
const CUSTOM = "Custom::RollguardTunedAlarms";

describe("a blueprint with thresholds that are tuned", () => {
  it("leaves their alarms to the function, and names them to it", () => {
    const [owned] = Object.values(resourcesOf(tuned.pipeline, CUSTOM));

    expect(
      Object.values(resourcesOf(tuned.pipeline, "AWS::CloudWatch::Alarm"))
        .map(({ Properties }) => Properties.AlarmName)
        .filter((name) => name.startsWith("rollguard-")),
    ).toEqual(["rollguard-shop-latency-fixed"]);
    expect(owned?.Properties).toMatchObject({
      ServiceTimeout: "300",
      Alarms: [
        { Service: "shop", Trigger: "latency-2x", AlarmName: "rollguard-shop-latency-2x-tuned" },
        { Service: "shop", Trigger: "errors-season", AlarmName: "rollguard-shop-errors-season-tuned" },
      ],
    });
  });

  it("lets the function touch our own alarms, read metrics and keep tunings, and nothing else", () => {
    const may = permissionsOf(tuned.pipeline).TunedAlarmsTuneAlarms ?? [];
    const table = ["DeleteItem", "PutItem", "Query", "UpdateItem"].map((action) => `dynamodb:${action} parameter tablename`);

    expect(may).toEqual(
      [
        ...["cloudwatch:DeleteAlarms cloudwatch alarm:rollguard-*", "cloudwatch:PutMetricAlarm cloudwatch alarm:rollguard-*"],
        ...["cloudwatch:DescribeAlarms *", "cloudwatch:GetMetricData *", ...table],
        ...["logs:CreateLogStream own Logs", "logs:PutLogEvents own Logs", "xray:PutTelemetryRecords *", "xray:PutTraceSegments *"],
      ].sort(),
    );
    const asked = may.map((permission) => permission.split(" ")[0] ?? "").filter((action) => !/^(logs|xray)/.test(action));
    expect([...new Set(asked)].sort()).toEqual(actionsNeededBy("entry/tune-alarms"));
  });

  it("tunes every two minutes, once the resource is there and no longer than that", () => {
    const rules = tuned.pipeline.findResources("AWS::Events::Rule");
    const resources = tuned.pipeline.findResources(CUSTOM);
    const rule = Object.entries(rules).find(([id]) => id.includes("TuneAlarmsSchedule"))?.[1];
    const [[ownedId, owned] = []] = Object.entries(resources);

    expect(rule).toMatchObject({ Properties: { ScheduleExpression: "rate(2 minutes)", State: "ENABLED" } });
    expect(rule?.DependsOn).toContain(ownedId);
    // Without its policy, the function could not remove anything when the stack goes.
    expect(owned?.DependsOn).toEqual(
      expect.arrayContaining([expect.stringContaining("TuneAlarmsRoleDefaultPolicy"), expect.stringContaining("TuneAlarmsFunction")]),
    );
  });

  it("ends the function before CloudFormation gives up waiting, and raises an alarm on its errors", () => {
    const { Timeout, Environment } = functionOf(tuned.pipeline, "TuneAlarms").Properties;
    const alarms = Object.values(resourcesOf(tuned.pipeline, "AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties.AlarmName);

    expect(Timeout).toBeLessThan(300);
    expect(Environment.Variables.METRIC_MATH).toBe("put");
    expect(alarms).toContain("rgpipeline-RollguardPipeline-TuneAlarmsErrors");
  });

  it("passes the checks that every stack passes", () => {
    expect(tuned.findings).toEqual([]);
    expect(local.findings).toEqual([]);
    const [accepted] = tuned.acknowledgements.filter(({ id }) => id.includes(":alarm:rollguard-*"));
    expect(accepted?.path).toContain("TunedAlarms/TuneAlarms/Role");
  });

  it("puts no alarm on metric math on an emulator, and runs there when it is asked", () => {
    const rules = Object.entries(resourcesOf(local.pipeline, "AWS::Events::Rule")).filter(([id]) => id.includes("TuneAlarms"));

    expect(functionOf(local.pipeline, "TuneAlarms").Properties.Environment.Variables.METRIC_MATH).toBe("left-out");
    expect(rules.map(([, { Properties }]) => Properties.State)).toEqual(["DISABLED"]);
    expect(Object.keys(local.pipeline.findOutputs("TuneAlarmsFunction"))).toHaveLength(1);
  });

  it("can do without the custom resource", () => {
    const stack = new Stack(anApp(), "Shop");
    const alarms = tunableAlarms(loadBlueprints(FOLDER, { metricPreset: "none" }).flatMap(compileAlarms));
    const { table } = new IncidentTable(stack, "Incidents");

    new TunedAlarms(stack, "TunedAlarms", { alarms, table, blueprintFiles: {}, ownedByStack: false });

    const template = Template.fromStack(stack);
    template.resourceCountIs(CUSTOM, 0);
    template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(2 minutes)" });
  });
});

it("makes nothing of this where no threshold is tuned", () => {
  const ids = Object.keys((plain.pipeline.toJSON() as { readonly Resources: object }).Resources);

  expect(ids.length).toBeGreaterThan(50);
  expect(ids.filter((id) => id.includes("Tune"))).toEqual([]);
  expect(plain.pipeline.findOutputs("TuneAlarmsFunction")).toEqual({});
});
