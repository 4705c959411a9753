import * as z from "zod/mini";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { AssessmentSchema, OpeningSchema, PlanSchema, RollbackDocumentSchema } from "../../domain/rollback-document.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { SelectStrategyEnvironmentSchema } from "./environment.ts";
import { selectStrategy } from "./step.ts";

const env = readEnvironment(SelectStrategyEnvironmentSchema);

export const handler = stepHandler(
  "select-strategy",
  { input: z.extend(RollbackDocumentSchema, { opening: OpeningSchema, assessment: AssessmentSchema }), output: PlanSchema },
  selectStrategy({ ledger: dynamoReleaseLedger(env.TABLE_NAME), store: dynamoIncidentStore(env.TABLE_NAME) }),
);
