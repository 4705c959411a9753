import * as z from "zod/mini";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import {
  AssessmentSchema,
  DiagnosisSchema,
  OpeningSchema,
  PlanSchema,
  RollbackDocumentSchema,
  VerificationSchema,
} from "../../domain/rollback-document.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { DiagnoseCauseEnvironmentSchema } from "./environment.ts";
import { diagnoseCause } from "./step.ts";

const env = readEnvironment(DiagnoseCauseEnvironmentSchema);

export const handler = stepHandler(
  "diagnose-cause",
  {
    input: z.extend(RollbackDocumentSchema, {
      opening: OpeningSchema,
      assessment: AssessmentSchema,
      plan: PlanSchema,
      verification: VerificationSchema,
    }),
    output: DiagnosisSchema,
  },
  diagnoseCause({ metrics: cloudWatchMetricSource(), store: dynamoIncidentStore(env.TABLE_NAME), clock: systemClock }),
);
