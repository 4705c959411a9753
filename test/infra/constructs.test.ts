import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Duration, Stack, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, it } from "vitest";
import { StartRollbackEnvironmentSchema } from "../../functions/entry/start-rollback/environment.ts";
import { buildRollguard } from "../../infra/build-rollguard.ts";
import { PipelineFunction } from "../../infra/constructs/pipeline-function.ts";
import { IncidentTable, Rollguard } from "../../infra/index.ts";
import { aBlueprint, aSignal, aTrigger } from "../support/builders/index.ts";
import { resourceName, resourcesOf } from "./read-template.ts";
import { anApp } from "./synthesise.ts";

const common = {
  folder: "entry/start-rollback",
  description: "under test",
  timeout: Duration.seconds(1),
  permissions: [],
  environmentSchema: StartRollbackEnvironmentSchema,
};

const known = { TABLE_NAME: "table", MACHINE_ARN: "arn" };

/** Never called: each line below a directive must not compile, which `tsc` proves (an unused directive is an error). */
export function doesNotCompile(stack: Stack): void {
  // @ts-expect-error EVENT_SOURCES is missing
  new PipelineFunction(stack, "Missing", { ...common, environment: known });
  // @ts-expect-error EVENT_SOURCE is no variable of this function
  new PipelineFunction(stack, "Unknown", { ...common, environment: { ...known, EVENT_SOURCES: "a", EVENT_SOURCE: "a" } });
}

it("gives a function the variables that its handler reads", () => {
  const stack = new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Test");

  new PipelineFunction(stack, "Complete", { ...common, environment: { TABLE_NAME: "table", MACHINE_ARN: "arn", EVENT_SOURCES: "a" } });

  Template.fromStack(stack).hasResourceProperties("AWS::Lambda::Function", {
    Environment: { Variables: { TABLE_NAME: "table", MACHINE_ARN: "arn", EVENT_SOURCES: "a", NODE_OPTIONS: "--enable-source-maps" } },
  });
});

it("makes its own table and topic where a stack of somebody else gives none, without findings", () => {
  const app = anApp();
  const stack = new Stack(app, "Shop");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

  new Rollguard(stack, "Rollguard", { blueprints: [aBlueprint()] });

  const template = Template.fromJSON(app.synth().getStackByName("Shop").template);
  template.resourceCountIs("AWS::DynamoDB::GlobalTable", 1);
  template.resourceCountIs("AWS::SNS::Topic", 1);
  template.resourceCountIs("AWS::SSM::Parameter", 0);
  template.hasResourceProperties("AWS::Events::Rule", { EventPattern: { source: ["aws.cloudwatch"] } });
});

it("lets every function that uses a table under a key of its own use that key, through DynamoDB alone", () => {
  const stack = new Stack(anApp(), "Shop", { env: { region: "eu-west-1" } });
  const key = new Key(stack, "Key");
  const { table } = new IncidentTable(stack, "Incidents", { encryptionKey: key });

  new Rollguard(stack, "Rollguard", { blueprints: [aBlueprint()], table });

  const policies = Object.values(resourcesOf(Template.fromStack(stack), "AWS::IAM::Policy")).map(({ Properties }) => Properties);
  const statementsOf = (policy: (typeof policies)[number]) => policy.PolicyDocument.Statement as Record<string, unknown>[];
  const users = policies.filter((policy) => /dynamodb:(?!ListStreams)/.test(JSON.stringify(statementsOf(policy))));
  const allowed = users.filter((policy) =>
    statementsOf(policy).some(
      ({ Condition, Resource }) =>
        JSON.stringify(Resource) === JSON.stringify(stack.resolve(key.keyArn)) &&
        JSON.stringify(Condition) === '{"StringLike":{"kms:ViaService":"dynamodb.*.amazonaws.com*"}}',
    ),
  );
  expect(users).toHaveLength(15);
  expect(allowed).toEqual(users);
});

it("lets no other alarm invoke the starter because a blueprint listens to one with a wildcard in its name", () => {
  const stack = new Stack(anApp(), "Shop");
  const signals = [aSignal({ source: { kind: "alarm", alarmName: "5xx*" } })];

  new Rollguard(stack, "Rollguard", { blueprints: [aBlueprint({ signals, triggers: [aTrigger({ alarmName: "5xx*", rule: null })] })] });

  const template = Template.fromStack(stack);
  const direct = Object.values(resourcesOf(template, "AWS::Lambda::Permission")).filter(
    ({ Properties }) => Properties.Principal === "lambda.alarms.cloudwatch.amazonaws.com",
  );
  expect(direct.map(({ Properties }) => resourceName(Properties.SourceArn))).toEqual(["cloudwatch alarm:rollguard-*"]);
  template.hasResourceProperties("AWS::Events::Rule", { EventPattern: { detail: { alarmName: [{ prefix: "rollguard-" }, "5xx*"] } } });
});

it("says of every property that may be left out what happens then", () => {
  const files = readdirSync("infra", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const optional = files.flatMap((file) => {
    const exported = readFileSync(join("infra", file), "utf8").matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm);
    return [...exported].flatMap(([, name, body = ""]) =>
      [...body.matchAll(/((?:^ {2}\/\*\*[\s\S]*?\*\/\n)?)^ {2}readonly (\w+)\?:/gm)].map(([, comment = "", property]) => ({
        property: `${name}.${property}`,
        documented: /@default \S/.test(comment.slice(comment.lastIndexOf("/**"))),
      })),
    );
  });

  expect(optional.length).toBeGreaterThan(15);
  expect(optional.filter(({ documented }) => !documented)).toEqual([]);
});

it("fails synth on a finding that nobody acknowledged", () => {
  const app = anApp({ "rollguard:blueprints": "blueprints/examples" });
  new Queue(buildRollguard(app).pipeline, "Careless");

  expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
});
