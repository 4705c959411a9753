import { rmSync } from "node:fs";
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { systemClock } from "../../../functions/adapters/aws/system-clock.ts";
import { ALARM_PREFIX } from "../../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import type { Transition } from "../../../local/alarm-clock/alarm-clock.ts";
import { cloudWatchAlarmBoard } from "../../../local/alarm-clock/cloud-watch-alarm-board.ts";
import { startAlarmClock } from "../../../local/alarm-clock/start-alarm-clock.ts";
import { type LocalTarget, startLocalTarget } from "../../../local/local-target.ts";
import { repeat } from "../../../local/repeat.ts";
import { SCENARIOS } from "../../../local/scenarios/index.ts";
import { openPageInbox, type PageInbox } from "../../../local/scenarios/page-inbox.ts";
import { seedLedger } from "../../../local/scenarios/seed-ledger.ts";
import { blueprintFolder, FIXTURE_SERVICES } from "./blueprint-folder.ts";
import { type Executions, executionsOf } from "./executions.ts";
import { type ServiceHands, serviceHands } from "./service-hands.ts";

/** All that the tests share: one emulator, one cluster, one deployment. */
export interface Stage {
  readonly target: LocalTarget;
  readonly executions: Executions;
  readonly inbox: PageInbox;
  /** Of the demo's alarms, as they happen. */
  readonly transitions: readonly Transition[];
  /** Alarms with our prefix as `cdk deploy` left them, before the alarm clock took them over. */
  readonly deployedAlarms: readonly MetricAlarm[];
  hands(service: keyof typeof FIXTURE_SERVICES): ServiceHands;
}

const REPLICAS = 2;
const OBSERVE_EVERY_SECONDS = 5;
const HOUR_MILLISECONDS = 3_600_000;

/** What ends this process, or takes away whoever waits for its results. */
const ENDS = ["SIGTERM", "SIGINT", "disconnect"] as const;

/** Starts it all on free ports, so that a demo may run beside it. What was started is ended by `stop`, also when the start failed, or with this process. */
export function startStage(): { readonly started: Promise<Stage>; stop(): Promise<void> } {
  const stops: (() => unknown)[] = [];
  const ending = new AbortController();
  let ready = false;
  const started = start(stops, ending.signal).then((stage) => {
    ready = true;
    return stage;
  });
  started.catch(() => undefined);
  const stop = async () => {
    if (!ready) ending.abort();
    await started.catch(() => undefined);
    for (const each of stops.splice(0).reverse()) await each();
    for (const end of ENDS) process.off(end, leave);
  };
  const leave = () => {
    ending.abort();
    // The test runner forbids `process.exit` and leaves half a second: the emulator's own exit handler ends it at once.
    process.emit("exit", 1);
    process.kill(process.pid, "SIGKILL");
  };
  for (const end of ENDS) process.once(end, leave);
  return { started, stop };
}

async function start(stops: (() => unknown)[], signal: AbortSignal): Promise<Stage> {
  let doing = "the local target";
  try {
    return await startParts(stops, signal, (part) => {
      doing = part;
    });
  } catch (error) {
    // A broken connection says neither which one nor when.
    throw new Error(`the stage could not be set up, at ${doing}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function startParts(stops: (() => unknown)[], signal: AbortSignal, at: (part: string) => void): Promise<Stage> {
  // The suite is about MiniStack, and it must not change what somebody else runs.
  delete process.env.AWS_ENDPOINT_URL;
  const folder = blueprintFolder();
  process.once("exit", folder.remove);
  stops.push(folder.remove, () => process.off("exit", folder.remove));
  const services = SCENARIOS.map((scenario) => scenario.service);
  const target = await startLocalTarget({
    services,
    blueprints: folder.path,
    ports: { emulator: 0, eks: 0, kubernetes: 0 },
    alarmClock: false,
    observeEverySeconds: null,
    signal,
    say: at,
  });
  at("what comes after the deployment");
  stops.push(
    () => removeAssemblies(target.emulator.endpoint),
    () => target.stop(),
  );
  const deployedAlarms = await readAlarms();
  const inbox = await openPageInbox(target.outputs.TopicArn);
  stops.push(() => inbox.stop());
  const alarms = target.blueprints.filter(({ service }) => services.includes(service)).flatMap(compileAlarms);
  const ports = { metrics: target.metrics, board: cloudWatchAlarmBoard(), clock: systemClock };
  const transitions: Transition[] = [];
  const clock = await startAlarmClock({ alarms, ports, onTransition: (transition) => transitions.push(transition) });
  stops.push(() => clock.stop());
  at("the fixtures' first releases");
  await seedFixtures(target);
  // A planted fault may make one look fail; the next one comes by itself.
  const observing = repeat(OBSERVE_EVERY_SECONDS, target.observeReleases, () => undefined);
  stops.push(() => observing.stop());
  at("the wait for calm alarms");
  await target.untilCalm(services);
  return {
    target,
    inbox,
    transitions,
    deployedAlarms,
    executions: executionsOf(target.outputs.MachineArn),
    hands: (service) => serviceHands(target, service),
  };
}

/** First releases that are known as good, and alarms that are OK. */
async function seedFixtures(target: LocalTarget): Promise<void> {
  const since = new Date(Date.now() - HOUR_MILLISECONDS);
  const seeded = await Promise.all(
    Object.keys(FIXTURE_SERVICES).map(async (service) => {
      const facts = await target.demo.seedDeployment(service, `demo/${service}:v1`, REPLICAS, since);
      await serviceHands(target, service).setAlarm("OK");
      return [service, facts] as const;
    }),
  );
  await seedLedger(target.ledger, new Map(seeded), since, new Date());
}

async function readAlarms(): Promise<readonly MetricAlarm[]> {
  const client = new CloudWatchClient({});
  try {
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: ALARM_PREFIX, MaxRecords: 100 }));
    return MetricAlarms;
  } finally {
    client.destroy();
  }
}

/** What `cdk synth` and `cdk deploy` left for this run's port. */
function removeAssemblies(endpoint: string): void {
  const { port } = new URL(endpoint);
  for (const suffix of ["", ".bootstrap", ".tmp"]) {
    rmSync(new URL(`../../../.rollguard/cdk.out-${port}${suffix}`, import.meta.url), { recursive: true, force: true });
  }
}
