import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { stepFunctionsStarter } from "../../adapters/aws/step-functions-starter.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { deploymentWorkload } from "../../adapters/kubernetes/deployment-workload.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ObserveReleasesEnvironmentSchema } from "./environment.ts";
import { observeReleases, observeReleasesSchemas } from "./observe-releases.ts";

const env = readEnvironment(ObserveReleasesEnvironmentSchema);

const [blueprints, workload, metrics, starter] = [
  bundledBlueprints(),
  deploymentWorkload(),
  cloudWatchMetricSource(),
  stepFunctionsStarter(env.MACHINE_ARN),
];
const [store, ledger] = [dynamoIncidentStore(env.TABLE_NAME), dynamoReleaseLedger(env.TABLE_NAME)];
const ports = { blueprints, workload, metrics, starter, store, ledger, clock: systemClock, sha256: sha256Hex };

export const handler = stepHandler("observe-releases", observeReleasesSchemas, observeReleases(ports));
