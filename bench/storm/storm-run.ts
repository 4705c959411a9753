import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { dynamoControls } from "../../functions/adapters/aws/dynamo-controls.ts";
import { dynamoGovernance } from "../../functions/adapters/aws/dynamo-governance.ts";
import { dynamoIncidentStore } from "../../functions/adapters/aws/dynamo-incident-store.ts";
import { dynamoReleaseLedger } from "../../functions/adapters/aws/dynamo-release-ledger.ts";
import { dynamoWouldHaves } from "../../functions/adapters/aws/dynamo-would-haves.ts";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { stepFunctionsStarter } from "../../functions/adapters/aws/step-functions-starter.ts";
import { systemClock } from "../../functions/adapters/aws/system-clock.ts";
import { alarmTimestamp } from "../../functions/domain/alarm-reason.ts";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { homeOf } from "../../functions/domain/start-decision.ts";
import { startRollback, startRollbackSchemas } from "../../functions/entry/start-rollback/start-rollback.ts";
import { stepHandler } from "../../functions/runtime/step-handler.ts";
import { ALARM_CLOCK_SOURCE, ALARM_DETAIL_TYPE } from "../../local/alarm-clock/alarm-event.ts";
import { enterLocalEnvironment, LOCAL_ACCOUNT, LOCAL_REGION } from "../../local/emulator/local-environment.ts";
import { startEmulator } from "../../local/emulator/start-emulator.ts";
import { createIncidentTable } from "../../test/support/contracts/incident-table.ts";
import { registryOf } from "../../test/support/fakes/fake-registry.ts";
import { aFleetScene, alarmsOf, type FleetService } from "../../test/support/machine/fleet-scene.ts";
import { taskHandlers } from "../../test/support/machine/run-rollback.ts";
import { startFunctionServer } from "./function-server.ts";
import { Gate } from "./gate.ts";
import { countStorm, type StormFigures } from "./storm-count.ts";
import { MACHINE_ARN, makeStormStack } from "./storm-stack.ts";

export const ALARMS_PER_SERVICE = 6;
const TABLE = "storm";
/** By then the run has taken the answer of its step and waits. */
const STOP_AFTER_MILLISECONDS = 2_000;
/** PutEvents takes so many at once. */
const EVENTS_AT_ONCE = 10;
const PUTS_AT_ONCE = 8;
/** Runs that have neither joined nor written, before further alarms wait in the starter's queue: with more, states of one emulator on two cores run into their timeouts. */
const RUNS_AT_ONCE = 40;
/** A storm that has not come to its last first write by then is measured as it is. */
const PATIENCE_MILLISECONDS = 240_000;

/** One storm on a fresh emulator: its table, its Step Functions and its event bus; cluster and CloudWatch are played in this process. */
export async function runStorm(size: number, say: (line: string) => void, signal?: AbortSignal): Promise<StormFigures> {
  const emulator = await startEmulator({ eksEndpoint: "http://127.0.0.1:1", port: 0, environment: { LOG_LEVEL: "ERROR" }, signal });
  const leave = enterLocalEnvironment(emulator.endpoint);
  const client = new DynamoDBClient({ maxAttempts: 10, requestHandler: { httpsAgent: { maxSockets: 64 }, httpAgent: { maxSockets: 64 } } });
  const alarmAt = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
  const services = Array.from({ length: size }, (_, index): FleetService => ({ name: `service-${index}`, alarms: ALARMS_PER_SERVICE }));
  const scene = aFleetScene(services, alarmAt);
  const blueprints = registryOf(...scene.blueprints.map(unhurried));
  const store = dynamoIncidentStore(TABLE, client);
  const ledger = dynamoReleaseLedger(TABLE, client);
  const firstWrites = new Map<string, number>();
  const watching = setInterval(() => {
    const fresh = scene.fleet.restored.filter((name) => !firstWrites.has(name));
    for (const name of fresh) firstWrites.set(name, Date.now());
    if (fresh.length > 0) scene.followAlarms();
  }, 50);
  const gate = new Gate(RUNS_AT_ONCE, stopper());
  const handlers = {
    ...taskHandlers({
      ...{ ...scene.ports, blueprints, store, ledger, clock: systemClock },
      governance: dynamoGovernance(TABLE, client),
      controls: dynamoControls(TABLE, client),
    }),
    StartRollback: stepHandler(
      "start-rollback",
      startRollbackSchemas,
      startRollback({
        ...{ starter: stepFunctionsStarter(MACHINE_ARN), blueprints, clock: systemClock, sha256: sha256Hex },
        ...{ home: homeOf(MACHINE_ARN), sources: [ALARM_CLOCK_SOURCE], ledger, wouldHaves: dynamoWouldHaves(TABLE, client) },
      }),
    ),
  };
  const server = await startFunctionServer({ handlers: gate.watch(handlers), queued: "StartRollback", mayCall: () => gate.mayStart() });
  try {
    await createIncidentTable(client, TABLE);
    for (const { name } of services) for (const seen of await scene.ledger.observations(name)) await ledger.save(seen, null);
    await makeStormStack(server, Object.keys(handlers));
    say(`${size} services, ${size * ALARMS_PER_SERVICE} alarms`);
    const beganAt = Date.now();
    await sendAll(services, alarmAt, signal);
    say(`  all events were taken after ${((Date.now() - beganAt) / 1000).toFixed(1)} s`);
    const deadline = beganAt + PATIENCE_MILLISECONDS;
    const isOver = () => firstWrites.size === size && gate.opened >= size * ALARMS_PER_SERVICE;
    while (!isOver() && Date.now() < deadline) await pauseOr(signal);
    say(`  ${gate.opened} alarms have been looked at after ${((Date.now() - beganAt) / 1000).toFixed(1)} s`);
    const counted = await countStorm({ services: services.map(({ name }) => name), alarms: ALARMS_PER_SERVICE, store });
    for (const [what, times] of server.errors) say(`  ${times} x ${what}`);
    const again = scene.fleet.restored.length - new Set(scene.fleet.restored).size;
    const seconds = (Math.max(beganAt, ...firstWrites.values()) - beganAt) / 1000;
    return {
      services: size,
      ...counted,
      twice: counted.twice + again,
      unwritten: size - firstWrites.size,
      seconds: Number(seconds.toFixed(1)),
    };
  } finally {
    clearInterval(watching);
    await emulator.stop();
    await server.stop();
    client.destroy();
    leave();
  }
}

/** A run that has written is stopped where it waits, and keeps its lock: what it would look at from then on would slow down those that have not written yet. */
function stopper(): (execution: string) => void {
  const client = new SFNClient({ maxAttempts: 10 });
  const arnOf = (name: string) => `${MACHINE_ARN.replace(":stateMachine:", ":execution:")}:${name}`;
  const stop = (execution: string) =>
    client
      .send(new StopExecutionCommand({ executionArn: arnOf(execution), cause: "the bench has its first write" }))
      .catch(() => undefined);
  return (execution) => void setTimeout(stop, STOP_AFTER_MILLISECONDS, execution);
}

/** An incident stays open for longer than the storm, as with the phases that a blueprint has by default, and is looked at as often. */
function unhurried(blueprint: Blueprint): Blueprint {
  const { verification } = blueprint;
  const phases = { ...verification.phases, health: { intervalSeconds: 30, consecutiveFailures: 2 } };
  return { ...blueprint, verification: { ...verification, stabilizationSeconds: 300, phases } };
}

/** Every first alarm of all services, then every second one: as they come when a shared cause strikes. */
async function sendAll(services: readonly FleetService[], alarmAt: string, signal?: AbortSignal): Promise<void> {
  const bus = new EventBridgeClient({ maxAttempts: 10 });
  const entries = Array.from({ length: ALARMS_PER_SERVICE }, (_, index) => index).flatMap((index) =>
    services.map(({ name }) => entryOf(alarmsOf(name, ALARMS_PER_SERVICE)[index] ?? "", alarmAt)),
  );
  const batches = Array.from({ length: Math.ceil(entries.length / EVENTS_AT_ONCE) }, (_, index) =>
    entries.slice(index * EVENTS_AT_ONCE, (index + 1) * EVENTS_AT_ONCE),
  );
  const worker = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      signal?.throwIfAborted();
      await bus.send(new PutEventsCommand({ Entries: batch }));
    }
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, worker));
}

function entryOf(alarmName: string, at: string) {
  const state = (value: string) => ({
    value,
    reason: "Threshold Crossed: 2 out of the last 3 datapoints",
    timestamp: alarmTimestamp(new Date(at)),
  });
  return {
    Source: ALARM_CLOCK_SOURCE,
    DetailType: ALARM_DETAIL_TYPE,
    Resources: [`arn:aws:cloudwatch:${LOCAL_REGION}:${LOCAL_ACCOUNT}:alarm:${alarmName}`],
    Time: new Date(at),
    Detail: JSON.stringify({ alarmName, state: state("ALARM"), previousState: state("OK"), configuration: {} }),
  };
}

async function pauseOr(signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, 50));
}
