import * as z from "zod/mini";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { deploymentWorkload } from "../../adapters/kubernetes/deployment-workload.ts";
import {
  AssessmentSchema,
  OpeningSchema,
  PlanSchema,
  ProgressSchema,
  RollbackDocumentSchema,
  VerificationSchema,
} from "../../domain/rollback-document.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { VerifyStepEnvironmentSchema } from "./environment.ts";
import { verifyStep } from "./step.ts";

const env = readEnvironment(VerifyStepEnvironmentSchema);

export const handler = stepHandler(
  "verify-step",
  {
    input: z.extend(RollbackDocumentSchema, {
      opening: OpeningSchema,
      assessment: AssessmentSchema,
      plan: PlanSchema,
      progress: ProgressSchema,
    }),
    output: VerificationSchema,
  },
  verifyStep({
    workload: deploymentWorkload(),
    metrics: cloudWatchMetricSource(),
    store: dynamoIncidentStore(env.TABLE_NAME),
    clock: systemClock,
  }),
);
