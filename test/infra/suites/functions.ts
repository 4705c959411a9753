import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import { STEP_NAMES, STEPS } from "../../../infra/constructs/rollback-steps.ts";
import { functionOf, resourcesOf } from "../read-template.ts";
import type { Synthesised } from "../synthesise.ts";

interface Definition {
  readonly TimeoutSeconds: number;
  readonly States: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Resource?: string;
        readonly Parameters?: { readonly FunctionName?: string };
        readonly TimeoutSeconds?: number;
      }
    >
  >;
}

const definition = JSON.parse(readFileSync("statemachines/rollback.asl.json", "utf8")) as Definition;
const tasks = Object.entries(definition.States).filter(([, { Resource, Parameters }]) =>
  (Parameters?.FunctionName ?? Resource)?.endsWith("FunctionArn}"),
);

/** Entry functions by construct name, with their folders. */
const ENTRIES = {
  StartRollback: "start-rollback",
  ReconcileAlarms: "reconcile-alarms",
  ObserveReleases: "observe-releases",
  KeepConfig: "keep-config",
  DecideApproval: "decide-approval",
  SweepDue: "sweep-due",
  ReleaseLock: "release-lock",
  DeliverNotifications: "deliver-notifications",
  JudgeRelease: "judge-release",
};

/** Deployed only where a blueprint asks for them: see the tests of their own. */
const ON_DEMAND = ["tune-alarms"];

export function functionSuite(aws: Synthesised, enrolled: Synthesised): void {
  it("makes a function for every Task state and for every entry", () => {
    expect(STEP_NAMES.toSorted()).toEqual(tasks.map(([name]) => name).sort());
    expect(Object.values(STEPS).map(({ folder }) => folder.replace("steps/", ""))).toEqual(
      expect.arrayContaining(readdirSync("functions/steps")),
    );
    expect([...Object.values(ENTRIES), ...ON_DEMAND].sort()).toEqual(readdirSync("functions/entry").sort());
    aws.pipeline.resourceCountIs("AWS::Lambda::Function", STEP_NAMES.length + Object.keys(ENTRIES).length);
  });

  it.each(tasks)("ends the function of %s before its Task gives up", (name, task) => {
    const { Timeout } = functionOf(aws.pipeline, name).Properties;

    expect(Timeout).toBeGreaterThan(0);
    expect(Timeout).toBeLessThan(task.TimeoutSeconds ?? 0);
  });

  it("runs every function on Node 24 and arm64, with JSON logs kept for three months, traced and with source maps", () => {
    aws.pipeline.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: 512,
      Handler: "index.handler",
      LoggingConfig: { LogFormat: "JSON", LogGroup: Match.anyValue() },
      TracingConfig: { Mode: "Active" },
      Environment: { Variables: Match.objectLike({ NODE_OPTIONS: "--enable-source-maps" }) },
    });
    aws.pipeline.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
  });

  it("logs the machine where the account's log delivery policy does not grow, under a name that is new with every stack", () => {
    const { RollbackLogs } = resourcesOf(aws.pipeline, "AWS::Logs::LogGroup");
    const [prefix, ending] = RollbackLogs?.Properties.LogGroupName["Fn::Join"][1] ?? [];

    expect(prefix).toMatch(/^\/aws\/vendedlogs\/states\/\w+-$/);
    expect(ending).toEqual({ "Fn::Select": [2, { "Fn::Split": ["/", { Ref: "AWS::StackId" }] }] });
  });

  it("gives every function a log group and a role of its own", () => {
    const functions = Object.values(resourcesOf(aws.pipeline, "AWS::Lambda::Function"));
    const distinct = (values: unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size;

    expect(distinct(functions.map(({ Properties }) => Properties.Role))).toBe(functions.length);
    expect(distinct(functions.map(({ Properties }) => Properties.LoggingConfig.LogGroup))).toBe(functions.length);
  });

  it("puts only the functions that call Kubernetes into the VPC", () => {
    const inside = Object.entries(resourcesOf(enrolled.pipeline, "AWS::Lambda::Function")).filter(
      ([, { Properties }]) => Properties.VpcConfig,
    );

    expect(inside.map(([name]) => name).sort()).toEqual([
      "ObserverKeepConfigFunction",
      "ObserverObserveReleasesFunction",
      "StepsAssessIncidentFunction",
      "StepsDiagnoseCauseFunction",
      "StepsExecuteStepFunction",
      "StepsSelectStrategyFunction",
      "StepsVerifyStepFunction",
    ]);
    expect(inside.map(([, { Properties }]) => Properties.VpcConfig.SubnetIds)).toEqual(
      inside.map(() => ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]),
    );
    expect(callersOfKubernetes().sort()).toEqual(inside.map(([name]) => name.replace(/^(Observer|Steps)(.*)Function$/, "$2")).sort());
  });

  it("deploys the checked-in state machine with every placeholder filled, all events logged and no execution data in the log", () => {
    const [machine] = Object.values(resourcesOf(aws.pipeline, "AWS::StepFunctions::StateMachine"));
    const { DefinitionString, DefinitionSubstitutions, ...rest } = machine?.Properties ?? {};
    const placeholders = [...DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);

    expect(JSON.parse(DefinitionString)).toEqual(definition);
    expect(Object.keys(DefinitionSubstitutions).sort()).toEqual([...new Set(placeholders)].sort());
    expect(rest).toMatchObject({
      StateMachineType: "STANDARD",
      LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
  });
}

/** Construct names of the functions whose handler wires an adapter of the cluster. */
function callersOfKubernetes(): string[] {
  const folders = { ...Object.fromEntries(Object.entries(STEPS).map(([name, { folder }]) => [name, folder])), ...entryFolders() };
  return Object.entries(folders)
    .filter(([, folder]) => handlerText(folder).match(/adapters\/(kubernetes|config)\//))
    .map(([name]) => name);
}

function entryFolders(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(ENTRIES).map(([name, folder]) => [name, `entry/${folder}`]));
}

function handlerText(folder: string): string {
  const file = `functions/${folder}/handler.ts`;
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
