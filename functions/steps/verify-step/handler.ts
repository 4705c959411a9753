import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoEscalations } from "../../adapters/aws/dynamo-escalations.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { kmsMacKey } from "../../adapters/aws/kms-mac-key.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { clusterActions } from "../../adapters/cluster-actions.ts";
import { eksConnections } from "../../adapters/kubernetes/eks-connections.ts";
import { kubernetesWorkload } from "../../adapters/kubernetes/kubernetes-workload.ts";
import { serviceProbes } from "../../adapters/probes/service-probes.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { VerifyStepEnvironmentSchema } from "./environment.ts";
import { verifyGroup } from "./group-step.ts";
import { verifyStepSchemas } from "./step.ts";

const env = readEnvironment(VerifyStepEnvironmentSchema);
const connect = eksConnections();
const macKey = env.MAC_KEY_ARN === "" ? null : kmsMacKey(env.MAC_KEY_ARN);

export const handler = stepHandler(
  "verify-step",
  verifyStepSchemas,
  verifyGroup({
    workload: kubernetesWorkload(connect),
    actions: clusterActions(connect, { macKey }),
    metrics: cloudWatchMetricSource(),
    probes: serviceProbes(connect),
    store: dynamoIncidentStore(env.TABLE_NAME),
    escalations: dynamoEscalations(env.TABLE_NAME),
    clock: systemClock,
  }),
);
