import { alarmReason, alarmReasonData } from "../../../functions/domain/alarm-reason.ts";
import type { AlarmState } from "../../../functions/domain/alarm-rule.ts";
import { type CompiledAlarm, compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import type { Incident } from "../../../functions/domain/incident.ts";
import { ALARM_CLOCK_SOURCE, ALARM_DETAIL_TYPE, alarmStateChange, type StateOfAlarm } from "../../../local/alarm-clock/alarm-event.ts";
import { cloudWatchAlarmBoard } from "../../../local/alarm-clock/cloud-watch-alarm-board.ts";
import { waitForDeployment } from "../../../local/cluster/seed.ts";
import type { LocalTarget } from "../../../local/local-target.ts";
import { DEMO_NAMESPACE, type DeploymentFacts } from "../../../local/scenarios/demo-cluster.ts";
import { waitUntil } from "./wait-until.ts";

/** What a test does to one of its services, and what it sees of it. */
export interface ServiceHands {
  readonly service: string;
  readonly alarm: CompiledAlarm;
  /** Deploys an image of that tag and waits until its pods, and no others, serve. */
  release(tag: string): Promise<DeploymentFacts>;
  facts(): Promise<DeploymentFacts>;
  /** Waits until an image is the one that the Deployment asks for. */
  restored(image: string): Promise<void>;
  /** Sets the alarm's state; nobody is told. */
  setAlarm(state: AlarmState): Promise<void>;
  /** The alarm goes into ALARM, and the event about it is sent so many times at once. Resolves with that event. */
  raiseAlarm(times?: number): Promise<object>;
  /** Resolves with the incident when so many (and no more) of this service are known and the newest one is closed. */
  closedIncident(number?: number, withinSeconds?: number): Promise<Incident>;
  /** Counts the PATCH requests of Rollguard for this Deployment that the API accepts, from now on; one that met a new status of it is refused, and sent again. */
  countPatches(): () => number;
}

/** The dry run, then the template and the strategy, and after each of those two the fields are given back (which changes no generation). */
export const PATCHES_OF_A_ROLLBACK = 5;

export function serviceHands(target: LocalTarget, service: string): ServiceHands {
  const blueprint = target.blueprints.find((candidate) => candidate.service === service);
  const alarm = blueprint && compileAlarms(blueprint)[0];
  if (alarm === undefined) throw new Error(`no blueprint with an alarm is deployed for ${service}`);
  let lastRaisedAt = 0;
  const second = () => Math.floor(Date.now() / 1000);
  return {
    service,
    alarm,
    async release(tag) {
      await target.demo.deploy(service, `demo/${service}:${tag}`);
      await waitForDeployment(target.cluster.client, DEMO_NAMESPACE, service);
      return await target.demo.facts(service);
    },
    facts: () => target.demo.facts(service),
    restored: async (image) =>
      void (await waitUntil(`${service} has ${image} again`, async () => (await target.demo.facts(service)).image === image)),
    setAlarm: async (state) => void (await setAlarm(alarm, state)),
    async raiseAlarm(times) {
      // Two transitions within one second would be taken for one.
      await waitUntil("the next second begins", () => second() > lastRaisedAt);
      const event = await raiseAlarm(alarm, times);
      lastRaisedAt = second();
      return event;
    },
    closedIncident: (number = 1, withinSeconds = 90) =>
      waitUntil(
        `incident ${number} of ${service} is closed`,
        async () => {
          const metas = await target.store.list({ service, limit: 10 });
          if (metas.length > number) throw new Error(`${service} has ${metas.length} incidents, expected ${number}`);
          return metas.length === number && metas[0]?.status === "closed" && (await target.store.read(metas[0].id));
        },
        withinSeconds,
      ),
    countPatches() {
      // A delay of nothing changes nothing, but it is counted.
      const action = { kind: "delay", milliseconds: 0 } as const;
      const counter = target.cluster.faults.add({
        method: "PATCH",
        path: `/deployments/${service}`,
        action,
        times: Number.MAX_SAFE_INTEGER,
      });
      return () => counter.accepted;
    },
  };
}

/** Sends what CloudWatch would send about this alarm; for alarms that no blueprint knows, too. Resolves with the event as a rule's target gets it. */
export async function raiseAlarm(alarm: CompiledAlarm, times = 1): Promise<object> {
  const { board, alarmArn, from, to } = await setAlarm(alarm, "ALARM");
  const change = alarmStateChange(alarm, alarmArn, { from, to });
  await Promise.all(Array.from({ length: times }, () => board.announce(change)));
  return { source: ALARM_CLOCK_SOURCE, "detail-type": ALARM_DETAIL_TYPE, resources: [alarmArn], detail: change.detail };
}

/** Sets an alarm's state; nobody is told. */
export async function setAlarm({ alarmName, trigger }: CompiledAlarm, value: AlarmState) {
  if (trigger.rule === null) throw new Error(`${alarmName} has no rule of its own`);
  const { rule, periodSeconds } = trigger;
  const board = cloudWatchAlarmBoard();
  const posted = (await board.read([alarmName])).get(alarmName);
  if (posted === undefined) throw new Error(`alarm ${alarmName} does not exist`);
  const at = new Date();
  const evaluated = [{ atEpochSeconds: Math.floor(at.getTime() / 1000), value: value === "ALARM" ? rule.threshold : 0 }];
  const reason = alarmReason({ ...trigger, ...rule }, value, evaluated);
  const reasonData = alarmReasonData(evaluated, { threshold: rule.threshold, periodSeconds, statistic: "Sum", queryAt: at });
  await board.setState(alarmName, value, reason, reasonData);
  const from: StateOfAlarm = { value: posted.state, reason: posted.reason, reasonData: posted.reasonData, at: posted.since };
  const to: StateOfAlarm = { value, reason, reasonData, at };
  return { board, alarmArn: posted.alarmArn, from, to };
}
