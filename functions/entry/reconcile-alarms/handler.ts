import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { cloudWatchMuteRules } from "../../adapters/aws/cloud-watch-mute-rules.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { dynamoWouldHaves } from "../../adapters/aws/dynamo-would-haves.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { stepFunctionsStarter } from "../../adapters/aws/step-functions-starter.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ReconcileAlarmsEnvironmentSchema } from "./environment.ts";
import { reconcileAlarms, reconcileAlarmsSchemas } from "./reconcile-alarms.ts";

const env = readEnvironment(ReconcileAlarmsEnvironmentSchema);

export const handler = stepHandler(
  "reconcile-alarms",
  reconcileAlarmsSchemas,
  reconcileAlarms({
    metrics: cloudWatchMetricSource(),
    muteRules: cloudWatchMuteRules(),
    starter: stepFunctionsStarter(env.MACHINE_ARN),
    blueprints: bundledBlueprints(),
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    incidents: dynamoIncidentStore(env.TABLE_NAME),
    wouldHaves: dynamoWouldHaves(env.TABLE_NAME),
    clock: systemClock,
    sha256: sha256Hex,
  }),
);
