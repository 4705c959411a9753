import * as z from "zod/mini";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { deploymentWorkload } from "../../adapters/kubernetes/deployment-workload.ts";
import { AssessmentSchema, OpeningSchema, PlanSchema, ProgressSchema, RollbackDocumentSchema } from "../../domain/rollback-document.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ExecuteStepEnvironmentSchema } from "./environment.ts";
import { executeStep } from "./step.ts";

const env = readEnvironment(ExecuteStepEnvironmentSchema);

export const handler = stepHandler(
  "execute-step",
  {
    input: z.extend(RollbackDocumentSchema, { opening: OpeningSchema, assessment: AssessmentSchema, plan: PlanSchema }),
    output: ProgressSchema,
  },
  executeStep({ workload: deploymentWorkload(), store: dynamoIncidentStore(env.TABLE_NAME), clock: systemClock }),
);
