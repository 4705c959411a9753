import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoBaselines } from "../../adapters/aws/dynamo-baselines.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { kmsMacKey } from "../../adapters/aws/kms-mac-key.ts";
import { s3Archive } from "../../adapters/aws/s3-archive.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { eksConnections } from "../../adapters/kubernetes/eks-connections.ts";
import { kubernetesEvidence } from "../../adapters/kubernetes/evidence.ts";
import { kubernetesSnapshots } from "../../adapters/kubernetes/snapshot.ts";
import { kubernetesWorkloadReads } from "../../adapters/kubernetes/workload-reads.ts";
import { routeWeights } from "../../adapters/traffic/route-weights.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { AssessIncidentEnvironmentSchema } from "./environment.ts";
import { assessGroup } from "./group-step.ts";
import { assessIncidentSchemas } from "./step.ts";

const env = readEnvironment(AssessIncidentEnvironmentSchema);
const connect = eksConnections();

export const handler = stepHandler(
  "assess-incident",
  assessIncidentSchemas,
  assessGroup({
    workload: kubernetesWorkloadReads(connect),
    metrics: cloudWatchMetricSource(),
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    baselines: dynamoBaselines(env.TABLE_NAME),
    store: dynamoIncidentStore(env.TABLE_NAME),
    evidence: kubernetesEvidence(connect),
    archive: env.ARCHIVE_BUCKET === undefined ? null : s3Archive(env.ARCHIVE_BUCKET),
    snapshots: kubernetesSnapshots({
      connect,
      readWeights: routeWeights,
      macKey: env.MAC_KEY_ARN === "" ? null : kmsMacKey(env.MAC_KEY_ARN),
    }),
    clock: systemClock,
    sha256: sha256Hex,
  }),
);
