import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoIncidentStore } from "../../adapters/aws/dynamo-incident-store.ts";
import { s3Archive } from "../../adapters/aws/s3-archive.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { kubernetesEvidence } from "../../adapters/kubernetes/evidence.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { DiagnoseCauseEnvironmentSchema } from "./environment.ts";
import { diagnoseGroup } from "./group-step.ts";
import { diagnoseCauseSchemas } from "./step.ts";

const env = readEnvironment(DiagnoseCauseEnvironmentSchema);

export const handler = stepHandler(
  "diagnose-cause",
  diagnoseCauseSchemas,
  diagnoseGroup({
    metrics: cloudWatchMetricSource(),
    store: dynamoIncidentStore(env.TABLE_NAME),
    evidence: kubernetesEvidence(),
    archive: env.ARCHIVE_BUCKET === undefined ? null : s3Archive(env.ARCHIVE_BUCKET),
    clock: systemClock,
  }),
);
