import { dynamoGovernance } from "../../adapters/aws/dynamo-governance.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { dynamoKnownFindings } from "../../adapters/aws/dynamo-known-findings.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { ecrImages } from "../../adapters/aws/ecr-images.ts";
import { inspectorFindings } from "../../adapters/aws/inspector-findings.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { clusterGitops } from "../../adapters/gitops/cluster-gitops.ts";
import { eksConnections } from "../../adapters/kubernetes/eks-connections.ts";
import { clusterPreflight } from "../../adapters/kubernetes/preflight.ts";
import { clusterSurroundings } from "../../adapters/traffic/surroundings.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { SelectStrategyEnvironmentSchema } from "./environment.ts";
import { selectForGroup } from "./group-step.ts";
import { selectStrategySchemas } from "./step.ts";

const env = readEnvironment(SelectStrategyEnvironmentSchema);
const connect = eksConnections();

export const handler = stepHandler(
  "select-strategy",
  selectStrategySchemas,
  selectForGroup({
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    store: dynamoIncidentStore(env.TABLE_NAME),
    gitops: clusterGitops(connect),
    preflight: clusterPreflight(connect, ecrImages()),
    surroundings: clusterSurroundings(connect),
    governance: dynamoGovernance(env.TABLE_NAME),
    imageFindings: inspectorFindings(),
    knownFindings: dynamoKnownFindings(env.TABLE_NAME),
    clock: systemClock,
    sha256: sha256Hex,
  }),
);
