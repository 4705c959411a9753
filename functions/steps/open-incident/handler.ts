import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { OpenIncidentEnvironmentSchema } from "./environment.ts";
import { openIncident, openIncidentSchemas } from "./step.ts";

const env = readEnvironment(OpenIncidentEnvironmentSchema);

export const handler = stepHandler(
  "open-incident",
  openIncidentSchemas,
  openIncident({ blueprints: bundledBlueprints(), store: dynamoIncidentStore(env.TABLE_NAME), clock: systemClock }),
);
