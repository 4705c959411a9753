import { dynamoApprovals } from "../../adapters/aws/dynamo-approvals.ts";
import { dynamoLock } from "../../adapters/aws/dynamo-lock.ts";
import { kmsSeal } from "../../adapters/aws/kms-seal.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { RequestApprovalEnvironmentSchema } from "./environment.ts";
import { requestApproval, requestApprovalSchemas } from "./step.ts";

const env = readEnvironment(RequestApprovalEnvironmentSchema);

export const handler = stepHandler(
  "request-approval",
  requestApprovalSchemas,
  requestApproval({
    approvals: dynamoApprovals(env.TABLE_NAME),
    store: dynamoLock(env.TABLE_NAME),
    seal: kmsSeal(env.TEMPLATE_KEY_ARN),
    clock: systemClock,
    sha256: sha256Hex,
  }),
);
