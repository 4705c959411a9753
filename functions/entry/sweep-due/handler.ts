import { dynamoApprovals } from "../../adapters/aws/dynamo-approvals.ts";
import { dynamoEscalations } from "../../adapters/aws/dynamo-escalations.ts";
import { kmsSeal } from "../../adapters/aws/kms-seal.ts";
import { stepFunctionsWaitingRun } from "../../adapters/aws/step-functions-waiting-run.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { SweepDueEnvironmentSchema } from "./environment.ts";
import { sweepDue, sweepDueSchemas } from "./sweep-due.ts";

const env = readEnvironment(SweepDueEnvironmentSchema);

export const handler = stepHandler(
  "sweep-due",
  sweepDueSchemas,
  sweepDue({
    approvals: dynamoApprovals(env.TABLE_NAME),
    escalations: dynamoEscalations(env.TABLE_NAME),
    seal: kmsSeal(env.TEMPLATE_KEY_ARN),
    run: stepFunctionsWaitingRun(),
    clock: systemClock,
  }),
);
