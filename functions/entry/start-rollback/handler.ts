import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoKnownFindings } from "../../adapters/aws/dynamo-known-findings.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { dynamoWouldHaves } from "../../adapters/aws/dynamo-would-haves.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { stepFunctionsStarter } from "../../adapters/aws/step-functions-starter.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { homeOf } from "../../domain/start-decision.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { StartRollbackEnvironmentSchema } from "./environment.ts";
import { startRollback, startRollbackSchemas } from "./start-rollback.ts";

const env = readEnvironment(StartRollbackEnvironmentSchema);

export const handler = stepHandler(
  "start-rollback",
  startRollbackSchemas,
  startRollback({
    starter: stepFunctionsStarter(env.MACHINE_ARN),
    blueprints: bundledBlueprints(),
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    wouldHaves: dynamoWouldHaves(env.TABLE_NAME),
    store: dynamoIncidentStore(env.TABLE_NAME),
    knownFindings: dynamoKnownFindings(env.TABLE_NAME),
    clock: systemClock,
    sha256: sha256Hex,
    home: homeOf(env.MACHINE_ARN),
    sources: env.EVENT_SOURCES.split(",").map((source) => source.trim()),
  }),
);
