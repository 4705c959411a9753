import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { snsPager } from "../../adapters/aws/sns-pager.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ReleaseLockEnvironmentSchema } from "./environment.ts";
import { releaseLock, releaseLockSchemas } from "./release-lock.ts";

const env = readEnvironment(ReleaseLockEnvironmentSchema);

export const handler = stepHandler(
  "release-lock",
  releaseLockSchemas,
  releaseLock({
    store: dynamoIncidentStore(env.TABLE_NAME),
    pager: snsPager(env.TOPIC_ARN),
    blueprints: bundledBlueprints(),
    clock: systemClock,
  }),
);
