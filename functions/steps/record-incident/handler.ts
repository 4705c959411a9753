import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { RecordIncidentEnvironmentSchema } from "./environment.ts";
import { recordIncident, recordIncidentSchemas } from "./step.ts";

const env = readEnvironment(RecordIncidentEnvironmentSchema);

export const handler = stepHandler(
  "record-incident",
  recordIncidentSchemas,
  recordIncident({ store: dynamoIncidentStore(env.TABLE_NAME), ledger: dynamoReleaseLedger(env.TABLE_NAME), clock: systemClock }),
);
