import type { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { PipelineFunction } from "./pipeline-function.ts";

/** Invokes the function again and again. A look that failed is not repeated: the next one comes by itself, and two at once would only disturb each other. */
export function schedule(
  scope: Construct,
  { fn, node }: PipelineFunction<Record<string, string>>,
  interval: Duration,
  enabled: boolean,
): void {
  fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval });
  new Rule(scope, `${node.id}Schedule`, {
    schedule: Schedule.rate(interval),
    enabled,
    targets: [new LambdaFunction(fn, { retryAttempts: 0, maxEventAge: interval })],
  });
}
