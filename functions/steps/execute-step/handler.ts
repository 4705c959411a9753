import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { clusterActions } from "../../adapters/cluster-actions.ts";
import { kubernetesWorkload } from "../../adapters/kubernetes/kubernetes-workload.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ExecuteStepEnvironmentSchema } from "./environment.ts";
import { executeStep, executeStepSchemas } from "./step.ts";

const env = readEnvironment(ExecuteStepEnvironmentSchema);

export const handler = stepHandler(
  "execute-step",
  executeStepSchemas,
  executeStep({
    workload: kubernetesWorkload(),
    actions: clusterActions(),
    store: dynamoIncidentStore(env.TABLE_NAME),
    clock: systemClock,
  }),
);
