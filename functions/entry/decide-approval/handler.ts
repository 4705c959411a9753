import { dynamoApprovals } from "../../adapters/aws/dynamo-approvals.ts";
import { kmsSeal } from "../../adapters/aws/kms-seal.ts";
import { stepFunctionsWaitingRun } from "../../adapters/aws/step-functions-waiting-run.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { decideApproval, decideApprovalSchemas } from "./decide-approval.ts";
import { DecideApprovalEnvironmentSchema } from "./environment.ts";

const env = readEnvironment(DecideApprovalEnvironmentSchema);

export const handler = stepHandler(
  "decide-approval",
  decideApprovalSchemas,
  decideApproval({
    approvals: dynamoApprovals(env.TABLE_NAME),
    seal: kmsSeal(env.TEMPLATE_KEY_ARN),
    run: stepFunctionsWaitingRun(),
    clock: systemClock,
  }),
);
