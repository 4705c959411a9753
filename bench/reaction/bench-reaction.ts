import { setTimeout as pause } from "node:timers/promises";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import { ALARM_CLOCK_SOURCE } from "../../local/alarm-clock/alarm-event.ts";
import { cloudWatchAlarmBoard } from "../../local/alarm-clock/cloud-watch-alarm-board.ts";
import { type LocalTarget, startLocalTarget } from "../../local/local-target.ts";
import type { ReactionPart } from "../bench-result.ts";
import { median, percentile, rounded } from "../statistics.ts";
import { type BenchAlarm, benchAlarm } from "./alarm.ts";
import { bareUndo } from "./bare-undo.ts";
import { eventBus } from "./event-bus.ts";
import { executions, type StepsToWrite, stepsBefore } from "./executions.ts";
import { deployFloor, FLOOR_SOURCE } from "./floor/deploy-floor.ts";
import { type StampServer, startStampServer } from "./floor/start-stamp-server.ts";
import { Patient } from "./patient.ts";

const SERVICE = "checkout";
const SAMPLES = 30;
/** Cold functions, first handshakes and DescribeCluster are not what is compared: an alarm storm or the schedule keeps functions warm. */
const WARM_UPS = 3;
const DEADLINE_SECONDS = 30;
const BREATH_MILLISECONDS = 200;

interface Samples {
  readonly floor: number[];
  readonly ours: number[];
  readonly bareUndo: number[];
  readonly steps: StepsToWrite[];
}

/** Event accepted -> first template change accepted, on the local target with everything really deployed; beside it the floor, sample by sample. */
export async function benchReaction(say: (line: string) => void, signal?: AbortSignal): Promise<ReactionPart> {
  const target = await startLocalTarget({
    services: [SERVICE],
    alarmClock: false,
    observeEverySeconds: null,
    ports: { emulator: 0, eks: 0, kubernetes: 0 },
    say: (line) => say(`  ${line}`),
    signal,
  });
  const stamps = await startStampServer();
  try {
    // From here on nothing but the bench moves: the metrics of the past are there, new ones would make the emulator work beside the samples.
    await target.traffic.stop();
    say("  cdk deploy of the floor");
    await deployFloor(target.emulator.endpoint, stamps.url, signal);
    const { floor, ours, bareUndo, steps } = await sample(target, stamps, say, signal);
    return {
      reaction: {
        floorP50Ms: rounded(median(floor), 0),
        p50Ms: rounded(median(ours), 0),
        p95Ms: rounded(percentile(ours, 95), 0),
        ratioP50: rounded(median(ours) / median(floor), 2),
        ratioP95: rounded(percentile(ours, 95) / percentile(floor, 95), 2),
        samples: ours.length,
      },
      bareUndo: { p50Ms: rounded(median(bareUndo), 1) },
      statesBeforeFirstWrite: Math.max(...steps.map(({ states }) => states)),
      // The starter is one too.
      lambdasBeforeFirstWrite: Math.max(...steps.map(({ tasks }) => tasks)) + 1,
    };
  } finally {
    await stamps.stop();
    await target.stop();
  }
}

/** Floor and ours by turns, each on a service that was reset, with nothing else going on; the bare undo during the reset. */
async function sample(target: LocalTarget, stamps: StampServer, say: (line: string) => void, signal?: AbortSignal): Promise<Samples> {
  const compiled = target.blueprints.filter(({ service }) => service === SERVICE).flatMap(compileAlarms)[0];
  if (compiled === undefined) throw new Error(`no blueprint of ${SERVICE} has a trigger`);
  const parts: Parts = {
    ...{ target, stamps, patient: new Patient(target, SERVICE), put: eventBus() },
    alarm: await benchAlarm(compiled, cloudWatchAlarmBoard()),
    undo: await bareUndo(target.cluster),
    runs: executions(target.outputs.MachineArn),
  };
  const samples: Samples = { floor: [], ours: [], bareUndo: [], steps: [] };
  say(`reaction: ${WARM_UPS} warm-ups, then ${SAMPLES} samples of the floor and of ours by turns`);
  for (let round = 1 - WARM_UPS; round <= SAMPLES; round += 1) {
    signal?.throwIfAborted();
    const undone = await parts.undo.sample();
    await parts.patient.reset();
    await parts.alarm.calm();
    await pause(BREATH_MILLISECONDS);
    const floor = await floorSample(parts);
    await pause(BREATH_MILLISECONDS);
    const ours = await oursSample(parts);
    if (round < 1) continue;
    samples.bareUndo.push(undone);
    samples.floor.push(floor);
    samples.ours.push(ours.milliseconds);
    samples.steps.push(ours.steps);
    if (round % 10 === 0)
      say(`  ${round}: floor ${median(samples.floor).toFixed(0)} ms, ours ${median(samples.ours).toFixed(0)} ms (medians so far)`);
  }
  return samples;
}

interface Parts {
  readonly target: LocalTarget;
  readonly stamps: StampServer;
  readonly patient: Patient;
  readonly put: ReturnType<typeof eventBus>;
  readonly alarm: BenchAlarm;
  readonly undo: Awaited<ReturnType<typeof bareUndo>>;
  readonly runs: ReturnType<typeof executions>;
}

/** Until the function in the place of the writing one had run, by its own time stamp. */
async function floorSample({ put, stamps, alarm }: Parts): Promise<number> {
  const { id, acceptedAt } = await put(FLOOR_SOURCE, await alarm.ring());
  const ranAt = await stamps.stamp(id, DEADLINE_SECONDS);
  await alarm.calm();
  return ranAt - acceptedAt;
}

/** Until the watch shows the restored template; then the execution is stopped and its lock freed, as every stopped execution's is. */
async function oursSample({ put, patient, alarm, runs }: Parts): Promise<{ milliseconds: number; steps: StepsToWrite }> {
  const { written } = await patient.nextTemplate(DEADLINE_SECONDS);
  // Nobody awaits it until the event is out; a failure must not be an unhandled rejection meanwhile.
  written.catch(() => undefined);
  const { acceptedAt } = await put(ALARM_CLOCK_SOURCE, await alarm.ring());
  // Two transitions of one alarm within one second are one to Rollguard, so the next must not come sooner.
  const aSecondLater = pause(1_000);
  const { at, image, execution } = await written.catch(async (cause: Error) => {
    throw new Error(`${cause.message}; ${await runs.newest()}`, { cause });
  });
  if (image !== patient.goodImage || execution === "") {
    throw new Error(`the template was changed to ${image} by "${execution}", not to ${patient.goodImage} by an execution of ours`);
  }
  const steps = stepsBefore(at, await runs.stopWhenWaiting(execution));
  await patient.lockIsFree();
  await aSecondLater;
  return { milliseconds: at - acceptedAt, steps };
}
