import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoBaselines } from "../../adapters/aws/dynamo-baselines.ts";
import { dynamoLock } from "../../adapters/aws/dynamo-lock.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { kmsMacKey } from "../../adapters/aws/kms-mac-key.ts";
import { kmsSeal } from "../../adapters/aws/kms-seal.ts";
import { lambdaKeeper } from "../../adapters/aws/lambda-keeper.ts";
import { s3Archive } from "../../adapters/aws/s3-archive.ts";
import { schedulerLooks } from "../../adapters/aws/scheduler-looks.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { stepFunctionsStarter } from "../../adapters/aws/step-functions-starter.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { eksConnections } from "../../adapters/kubernetes/eks-connections.ts";
import { kubernetesWorkload } from "../../adapters/kubernetes/kubernetes-workload.ts";
import { kubernetesSnapshots } from "../../adapters/kubernetes/snapshot.ts";
import { routeWeights } from "../../adapters/traffic/route-weights.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ObserveReleasesEnvironmentSchema } from "./environment.ts";
import { observeReleases, observeReleasesSchemas } from "./observe-releases.ts";

const env = readEnvironment(ObserveReleasesEnvironmentSchema);

const connect = eksConnections();
const [blueprints, workload, metrics] = [bundledBlueprints(), kubernetesWorkload(connect), cloudWatchMetricSource()];
// Only the lock of the incident store: the rest of it would make this, the largest bundle, larger.
const [ledger, store, starter] = [dynamoReleaseLedger(env.TABLE_NAME), dynamoLock(env.TABLE_NAME), stepFunctionsStarter(env.MACHINE_ARN)];
const snapshots = kubernetesSnapshots({
  connect,
  readWeights: routeWeights,
  macKey: env.MAC_KEY_ARN === "" ? null : kmsMacKey(env.MAC_KEY_ARN),
});
const [seal, archive, keeper] = [kmsSeal(env.TEMPLATE_KEY_ARN), s3Archive(env.ARCHIVE_BUCKET), lambdaKeeper(env.KEEP_FUNCTION)];
const lookTarget = { group: env.LOOK_GROUP, functionArn: env.LOOK_FUNCTION_ARN, roleArn: env.LOOK_ROLE_ARN };
const looks = env.LOOK_GROUP === "" ? {} : { lookSchedules: schedulerLooks(lookTarget) };
const kept = { ledger, seal, archive, keeper, sha256: sha256Hex };
const baselines = dynamoBaselines(env.TABLE_NAME);
const ports = { ...kept, ...looks, baselines, blueprints, workload, snapshots, metrics, store, starter, clock: systemClock };

export const handler = stepHandler("observe-releases", observeReleasesSchemas, observeReleases(ports));
