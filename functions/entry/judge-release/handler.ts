import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoLooks } from "../../adapters/aws/dynamo-looks.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { dynamoWouldHaves } from "../../adapters/aws/dynamo-would-haves.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { stepFunctionsStarter } from "../../adapters/aws/step-functions-starter.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { JudgeReleaseEnvironmentSchema } from "./environment.ts";
import { judgeNewRelease, judgeNewReleaseSchemas } from "./judge-new-release.ts";

const env = readEnvironment(JudgeReleaseEnvironmentSchema);

export const handler = stepHandler(
  "judge-release",
  judgeNewReleaseSchemas,
  judgeNewRelease({
    blueprints: bundledBlueprints(),
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    store: dynamoIncidentStore(env.TABLE_NAME),
    looks: dynamoLooks(env.TABLE_NAME),
    wouldHaves: dynamoWouldHaves(env.TABLE_NAME),
    metrics: cloudWatchMetricSource(),
    starter: stepFunctionsStarter(env.MACHINE_ARN),
    clock: systemClock,
    sha256: sha256Hex,
  }),
);
