import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { RecordSliceSchema, RollbackDocumentSchema } from "../../domain/rollback-document.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { RecordIncidentEnvironmentSchema } from "./environment.ts";
import { recordIncident } from "./step.ts";

const env = readEnvironment(RecordIncidentEnvironmentSchema);

export const handler = stepHandler(
  "record-incident",
  { input: RollbackDocumentSchema, output: RecordSliceSchema },
  recordIncident({ store: dynamoIncidentStore(env.TABLE_NAME), clock: systemClock }),
);
