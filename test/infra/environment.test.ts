import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { it } from "vitest";
import { StartRollbackEnvironmentSchema } from "../../functions/entry/start-rollback/environment.ts";
import { PipelineFunction } from "../../infra/constructs/pipeline-function.ts";

const common = {
  folder: "entry/start-rollback",
  description: "under test",
  timeout: Duration.seconds(1),
  permissions: [],
  environmentSchema: StartRollbackEnvironmentSchema,
};

/** Never called: each line below a directive must not compile, which `tsc` proves (an unused directive is an error). */
export function doesNotCompile(stack: Stack): void {
  // @ts-expect-error EVENT_SOURCES is missing
  new PipelineFunction(stack, "Missing", { ...common, environment: { MACHINE_ARN: "arn" } });
  // @ts-expect-error EVENT_SOURCE is no variable of this function
  new PipelineFunction(stack, "Unknown", { ...common, environment: { MACHINE_ARN: "arn", EVENT_SOURCES: "a", EVENT_SOURCE: "a" } });
}

it("gives a function the variables that its handler reads", () => {
  const stack = new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Test");

  new PipelineFunction(stack, "Complete", { ...common, environment: { MACHINE_ARN: "arn", EVENT_SOURCES: "a" } });

  Template.fromStack(stack).hasResourceProperties("AWS::Lambda::Function", {
    Environment: { Variables: { MACHINE_ARN: "arn", EVENT_SOURCES: "a", NODE_OPTIONS: "--enable-source-maps" } },
  });
});
