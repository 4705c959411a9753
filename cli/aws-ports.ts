import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { hostname, userInfo } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../functions/adapters/aws/system-clock.ts";
import type { CommandPorts } from "./ports.ts";
import { readDecideAnswer, readServicesAnswer, readSnapshotAnswer, readStartAnswer } from "./start-answer.ts";
import { writeWhole } from "./write-whole.ts";

const load = createRequire(import.meta.url);

/** The clients of AWS take longer to load than most commands take to run, and many never ask AWS. */
function aws(): typeof import("./aws-clients.ts") {
  return load("./aws-clients.ts");
}

/** The real world: AWS by the SDK's own credentials and region, files and time of this machine. */
export function awsPorts(environment: NodeJS.ProcessEnv): CommandPorts {
  return {
    clock: systemClock,
    environment,
    person: `${userInfo().username}@${hostname()}`,
    store: (table) => aws().dynamoIncidentStore(table),
    escalations: (table) => aws().dynamoEscalations(table),
    governance: (table) => aws().dynamoGovernance(table),
    controls: (table) => aws().dynamoControls(table),
    approvals: (table) => aws().dynamoApprovals(table),
    ledger: (table) => aws().dynamoReleaseLedger(table),
    looks: (table) => aws().dynamoLooks(table),
    tunings: (table) => aws().dynamoTunings(table),
    baselines: (table) => aws().dynamoBaselines(table),
    wouldHaves: (table) => aws().dynamoWouldHaves(table),
    metrics: () => aws().cloudWatchMetricSource(),
    writeWhole,

    parameter: (name) => aws().parameterValue(name),

    async startRollback(functionName, request) {
      return readStartAnswer(...(await aws().invoke(functionName, { manual: request })));
    },

    async describeServices(functionName, service) {
      return readServicesAnswer(...(await aws().invoke(functionName, { describe: service === undefined ? {} : { service } })));
    },

    async decideApproval(functionName, decide) {
      return readDecideAnswer(...(await aws().invoke(functionName, { decide })));
    },

    async takeSnapshot(functionName, service) {
      return readSnapshotAnswer(...(await aws().invoke(functionName, { service })));
    },

    async writeFile(path, text) {
      await writeFile(path, text);
    },

    async pause(milliseconds) {
      await pause(milliseconds);
    },
  };
}
