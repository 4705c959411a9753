import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoLock } from "../../adapters/aws/dynamo-lock.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { stepFunctionsStarter } from "../../adapters/aws/step-functions-starter.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { kubernetesWorkload } from "../../adapters/kubernetes/kubernetes-workload.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ObserveReleasesEnvironmentSchema } from "./environment.ts";
import { observeReleases, observeReleasesSchemas } from "./observe-releases.ts";

const { TABLE_NAME, MACHINE_ARN } = readEnvironment(ObserveReleasesEnvironmentSchema);

const [blueprints, workload, metrics] = [bundledBlueprints(), kubernetesWorkload(), cloudWatchMetricSource()];
// Only the lock of the incident store: the rest of it would make this, the largest bundle, larger.
const [ledger, store, starter] = [dynamoReleaseLedger(TABLE_NAME), dynamoLock(TABLE_NAME), stepFunctionsStarter(MACHINE_ARN)];
const ports = { blueprints, workload, metrics, ledger, store, starter, clock: systemClock, sha256: sha256Hex };

export const handler = stepHandler("observe-releases", observeReleasesSchemas, observeReleases(ports));
