import { dynamoControls } from "../../adapters/aws/dynamo-controls.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { kmsMacKey } from "../../adapters/aws/kms-mac-key.ts";
import { kmsSeal } from "../../adapters/aws/kms-seal.ts";
import { lambdaHooks } from "../../adapters/aws/lambda-hooks.ts";
import { s3Archive } from "../../adapters/aws/s3-archive.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { clusterActions } from "../../adapters/cluster-actions.ts";
import { sealedSecrets } from "../../adapters/config/sealed-secrets.ts";
import { eksConnections } from "../../adapters/kubernetes/eks-connections.ts";
import { kubernetesWorkload } from "../../adapters/kubernetes/kubernetes-workload.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { ExecuteStepEnvironmentSchema } from "./environment.ts";
import { executeGroup } from "./group-step.ts";
import { executeStepSchemas } from "./step.ts";

const env = readEnvironment(ExecuteStepEnvironmentSchema);
const connect = eksConnections();
const macKey = env.MAC_KEY_ARN === "" ? null : kmsMacKey(env.MAC_KEY_ARN);
const seal = kmsSeal(env.TEMPLATE_KEY_ARN);
const sealed = macKey === null ? null : sealedSecrets({ archive: s3Archive(env.ARCHIVE_BUCKET), seal, macKey });

export const handler = stepHandler(
  "execute-step",
  executeStepSchemas,
  executeGroup({
    workload: kubernetesWorkload(connect),
    actions: clusterActions(connect, { macKey, sealed }),
    store: dynamoIncidentStore(env.TABLE_NAME),
    controls: dynamoControls(env.TABLE_NAME),
    hooks: lambdaHooks(),
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    seal,
    clock: systemClock,
  }),
);
