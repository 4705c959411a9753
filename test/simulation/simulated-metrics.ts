import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { toSecond } from "../../functions/domain/execution-name.ts";
import type { Series } from "../../functions/domain/signal.ts";
import type { AlarmReading, MetricQuery, MetricSource } from "../../functions/ports/metric-source.ts";
import { anAlarmEvent } from "../support/events/alarm-events.ts";
import type { Random } from "./random.ts";
import type { ServiceModel, Symptom } from "./service-model.ts";
import type { VirtualTime } from "./virtual-time.ts";

interface Alarm {
  readonly service: ServiceModel;
  readonly alarmName: string;
  readonly alarmArn: string;
  readonly symptom: Symptom;
  state: "OK" | "ALARM";
  since: string;
  /** Red without a reason until then. */
  falseUntil: number;
}

const VALUES = { Latency: { well: 120, ill: 480 }, ErrorCount: { well: 2, ill: 120 }, RequestCount: { well: 1000, ill: 1000 } } as const;
const SYMPTOM_OF: Readonly<Record<string, Symptom>> = { Latency: "latency", ErrorCount: "errors" };

/** How alarm events go wrong, and how often they did. */
export interface EventCounts {
  alarms: number;
  lost: number;
  duplicate: number;
  late: number;
}

/** CloudWatch: signals follow what the services really are, alarms follow the signals after a while, and events about alarms arrive as they like. */
export class SimulatedMetrics implements MetricSource {
  readonly counts: EventCounts = { alarms: 0, lost: 0, duplicate: 0, late: 0 };
  /** Epoch seconds between which there is no data. */
  outage: { readonly from: number; readonly to: number } | null = null;
  private readonly services: readonly ServiceModel[];
  private readonly all: Alarm[] = [];
  private readonly time: VirtualTime;
  private readonly random: Random;
  private readonly deliver: (event: unknown) => unknown;
  private readonly onRed: () => void;

  constructor(
    services: readonly ServiceModel[],
    { time, random, deliver, onRed }: { time: VirtualTime; random: Random; deliver: (event: unknown) => unknown; onRed: () => void },
  ) {
    this.services = services;
    this.time = time;
    this.random = random;
    this.deliver = deliver;
    this.onRed = onRed;
    for (const service of services) {
      for (const { alarmName, signal } of service.blueprint.triggers) {
        const alarmArn = `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarmName}`;
        const symptom = signal === "error_rate" ? "errors" : "latency";
        this.all.push({ service, alarmName, alarmArn, symptom, state: "OK", since: time.now().toISOString(), falseUntil: 0 });
      }
    }
  }

  /** What is wrong with a service has changed: its alarms see it after their window. */
  follow(service: ServiceModel): void {
    for (const alarm of this.all.filter((one) => one.service === service)) this.evaluateAfter(alarm, this.random.between(50, 130));
  }

  /** An alarm that is red although all is well: for a while, or going back and forth. */
  falseAlarm(service: ServiceModel, { seconds, flaps }: { readonly seconds: number; readonly flaps: number }): void {
    const alarm = this.random.pick(this.all.filter((one) => one.service === service));
    for (let flap = 0; flap <= flaps; flap += 1) {
      this.time.after(flap * 2 * seconds, () => {
        alarm.falseUntil = this.time.seconds() + seconds;
        this.evaluate(alarm);
        this.evaluateAfter(alarm, seconds + 1);
      });
    }
  }

  /** When the alarms that are red now became so, in epoch seconds; the first of them. */
  redSince(service: ServiceModel): number {
    const red = this.all.filter((alarm) => alarm.service === service && alarm.state === "ALARM");
    return Math.min(...red.map(({ since }) => Date.parse(since) / 1000));
  }

  async series(queries: readonly MetricQuery[], from: Date, to: Date): Promise<readonly Series[]> {
    return queries.map(({ metric, periodSeconds }) => {
      const service = this.services.find(({ blueprint }) => metric.namespace.endsWith(`/${blueprint.service}`));
      const values = VALUES[metric.name as keyof typeof VALUES];
      if (service === undefined || values === undefined) throw new TransientUpstreamError(`no metric ${metric.namespace} ${metric.name}`);
      const startEpochSeconds = Math.floor(from.getTime() / 1000 / periodSeconds) * periodSeconds;
      const count = Math.max(0, Math.ceil((to.getTime() / 1000 - startEpochSeconds) / periodSeconds));
      const symptom = SYMPTOM_OF[metric.name];
      const valueAt = (at: number) => (symptom !== undefined && service.showed(symptom, at) ? values.ill : values.well);
      return {
        startEpochSeconds,
        periodSeconds,
        values: Array.from({ length: count }, (_, index) => {
          const at = startEpochSeconds + index * periodSeconds;
          return this.isOut(at) ? null : valueAt(at + periodSeconds - 1);
        }),
      };
    });
  }

  async alarms(names: readonly string[]): Promise<readonly AlarmReading[]> {
    return this.all.filter(({ alarmName }) => names.includes(alarmName)).map((alarm) => this.reading(alarm));
  }

  async alarmsInAlarm(prefix: string): Promise<readonly AlarmReading[]> {
    return this.all.filter(({ alarmName, state }) => state === "ALARM" && alarmName.startsWith(prefix)).map((alarm) => this.reading(alarm));
  }

  private isOut(at: number): boolean {
    return this.outage !== null && at >= this.outage.from && at < this.outage.to;
  }

  private reading({ alarmName, alarmArn, state, since }: Alarm): AlarmReading {
    const shown = this.isOut(this.time.seconds() - 60) ? "INSUFFICIENT_DATA" : state;
    return { alarmName, alarmArn, state: shown, since, reason: `${alarmName} is ${state}`, threshold: 200, datapoints: [] };
  }

  private evaluateAfter(alarm: Alarm, seconds: number): void {
    this.time.after(seconds, () => this.evaluate(alarm));
  }

  private evaluate(alarm: Alarm): void {
    const red = alarm.service.symptoms.includes(alarm.symptom) || alarm.falseUntil > this.time.seconds();
    const state = red ? "ALARM" : "OK";
    if (state === alarm.state) return;
    const previous = alarm.state;
    alarm.state = state;
    alarm.since = this.time.now().toISOString();
    if (state === "OK") return;
    this.counts.alarms += 1;
    this.onRed();
    this.send(alarm, previous);
  }

  private send({ alarmName, alarmArn, since }: Alarm, previous: string): void {
    const state = { timestamp: toSecond(since), reason: `${alarmName} is red`, reasonData: "{}" };
    const event = anAlarmEvent({ alarmName, alarmArn, state, previousState: { value: previous } });
    const arrive = (seconds: number) => this.time.after(seconds, () => this.deliver(event));
    if (this.random.chance(0.04)) {
      this.counts.lost += 1;
      return;
    }
    if (this.random.chance(0.1)) {
      this.counts.duplicate += 1;
      arrive(this.random.between(0.2, 90));
    }
    if (this.random.chance(0.06)) {
      this.counts.late += 1;
      arrive(this.random.between(120, 2400));
    } else arrive(this.random.between(0.2, 3));
  }
}
