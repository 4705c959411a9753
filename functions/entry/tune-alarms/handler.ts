import { bundledBlueprints } from "../../adapters/aws/bundled-blueprints.ts";
import { cloudWatchAlarmEditor } from "../../adapters/aws/cloud-watch-alarm-editor.ts";
import { cloudWatchMetricSource } from "../../adapters/aws/cloud-watch-metric-source.ts";
import { dynamoReleaseLedger } from "../../adapters/aws/dynamo-release-ledger.ts";
import { dynamoTunings } from "../../adapters/aws/dynamo-tunings.ts";
import { pause } from "../../adapters/aws/pause.ts";
import { sha256Hex } from "../../adapters/aws/sha256-hex.ts";
import { systemClock } from "../../adapters/aws/system-clock.ts";
import { stackReply } from "../../adapters/http/stack-reply.ts";
import { compileAlarms } from "../../domain/blueprint-alarms.ts";
import { tunableAlarms } from "../../domain/tuning/plan-tuning.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { stepHandler } from "../../runtime/step-handler.ts";
import { TuneAlarmsEnvironmentSchema } from "./environment.ts";
import { tuneAlarms, tuneAlarmsSchemas } from "./tune-alarms.ts";

const env = readEnvironment(TuneAlarmsEnvironmentSchema);

export const handler = stepHandler(
  "tune-alarms",
  tuneAlarmsSchemas,
  tuneAlarms({
    alarms: tunableAlarms(bundledBlueprints().all.flatMap(compileAlarms)),
    editor: cloudWatchAlarmEditor(),
    tunings: dynamoTunings(env.TABLE_NAME),
    ledger: dynamoReleaseLedger(env.TABLE_NAME),
    metrics: cloudWatchMetricSource(),
    reply: stackReply(),
    pause,
    clock: systemClock,
    sha256: sha256Hex,
    deployment: env.TABLE_NAME,
    metricMath: env.METRIC_MATH === "put",
  }),
);
