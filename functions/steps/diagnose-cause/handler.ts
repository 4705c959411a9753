import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { DiagnoseCauseEnvironmentSchema } from "./environment.ts";
import { diagnoseCause, diagnoseCauseSchemas } from "./step.ts";

const env = readEnvironment(DiagnoseCauseEnvironmentSchema);

export const handler = stepHandler(
  "diagnose-cause",
  diagnoseCauseSchemas,
  diagnoseCause({ metrics: cloudWatchMetricSource(), store: dynamoIncidentStore(env.TABLE_NAME), clock: systemClock }),
);
