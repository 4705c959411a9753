import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Fn, Names, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledgeAnyResource } from "../acknowledge.ts";
import { PROJECT_ROOT } from "../bundle-handlers.ts";
import { type PageTarget, publishPages } from "./page-topic.ts";
import type { FunctionDefaults } from "./pipeline-function.ts";
import type { RollbackSteps } from "./rollback-steps.ts";

export interface RollbackMachineProps extends FunctionDefaults {
  readonly steps: RollbackSteps;
  readonly page: PageTarget;
}

/** The checked-in definition, with its placeholders. */
export const ROLLBACK_DEFINITION = readFileSync(join(PROJECT_ROOT, "statemachines/rollback.asl.json"), "utf8");

/** The machine `rollback`: the checked-in ASL with the functions filled in. Its execution timeout is in the ASL. */
export class RollbackMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: RollbackMachineProps) {
    super(scope, id);
    const functions = Object.entries(props.steps.functions);
    this.machine = new StateMachine(this, "Machine", {
      // Inline, so that templates can be read and asserted on; a file asset would hide the definition in S3.
      definitionBody: DefinitionBody.fromString(ROLLBACK_DEFINITION),
      definitionSubstitutions: {
        ...Object.fromEntries(functions.map(([name, { fn }]) => [`${name}FunctionArn`, fn.functionArn])),
        PageTopicArn: props.page.topic.topicArn,
      },
      stateMachineType: StateMachineType.STANDARD,
      logs: {
        destination: new LogGroup(this, "Logs", {
          logGroupName: deliveryName(this),
          retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
          removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN,
        }),
        level: LogLevel.ALL,
        // The incident record has the facts; a document in the log could hold a token (approvals), and logs are read by more people.
        includeExecutionData: false,
      },
      tracingEnabled: true,
    });
    this.machine.addToRolePolicy(
      // Not `grantInvoke`: it adds every version and alias (`:*`), and the ASL calls the bare function.
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: functions.map(([, { fn }]) => fn.functionArn) }),
    );
    for (const statement of publishPages(props.page)) this.machine.addToRolePolicy(statement);
    acknowledgeAnyResource(this.machine.role, "Log delivery and X-Ray offer no narrower resource to a state machine");
  }
}

/**
 * Step Functions writes through log delivery, whose policy of at most 5,120 characters is shared by the whole account and names every group
 * outside of `/aws/vendedlogs/`: where many are, a machine cannot be created. The end of the name is new with every stack, so that the
 * groups that an earlier one left behind are not in the way.
 */
function deliveryName(scope: Construct): string {
  const stackUuid = Fn.select(2, Fn.split("/", Stack.of(scope).stackId));
  return `/aws/vendedlogs/states/${Names.uniqueResourceName(scope, { maxLength: 80 })}-${stackUuid}`;
}
