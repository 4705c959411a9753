import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { kubernetesWorkload } from "../../adapters/kubernetes/kubernetes-workload.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { AssessIncidentEnvironmentSchema } from "./environment.ts";
import { assessIncident, assessIncidentSchemas } from "./step.ts";

const env = readEnvironment(AssessIncidentEnvironmentSchema);

export const handler = stepHandler(
  "assess-incident",
  assessIncidentSchemas,
  assessIncident({
    workload: kubernetesWorkload(),
    metrics: cloudWatchMetricSource(),
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    store: dynamoIncidentStore(env.TABLE_NAME),
    clock: systemClock,
  }),
);
