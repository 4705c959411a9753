import type { AlarmState } from "../../../functions/domain/alarm-rule.ts";
import type { CompiledAlarm } from "../../../functions/domain/blueprint-alarms.ts";
import type { AlarmBoard, PostedAlarm } from "../../../local/alarm-clock/alarm-board.ts";
import type { AlarmStateChange } from "../../../local/alarm-clock/alarm-event.ts";

/** CloudWatch's alarms and the bus in memory. `deploy` is what CloudFormation does: the emulator evaluates such an alarm itself. */
export class InMemoryAlarmBoard implements AlarmBoard {
  readonly events: AlarmStateChange[] = [];
  readonly registered: string[] = [];
  /** How many announcements fail from now on. */
  refuseAnnouncements = 0;
  private readonly posted = new Map<string, PostedAlarm>();

  deploy(alarmName: string, overrides: Partial<PostedAlarm> = {}): this {
    this.posted.set(alarmName, {
      alarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${alarmName}`,
      state: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      reasonData: null,
      since: new Date("2026-11-22T09:00:00Z"),
      threshold: null,
      selfEvaluating: true,
      ...overrides,
    });
    return this;
  }

  state(alarmName: string): AlarmState | undefined {
    return this.posted.get(alarmName)?.state;
  }

  async read(alarmNames: readonly string[]): Promise<ReadonlyMap<string, PostedAlarm>> {
    return new Map([...this.posted].filter(([name]) => alarmNames.includes(name)));
  }

  async register(alarm: CompiledAlarm): Promise<void> {
    this.registered.push(alarm.alarmName);
    const threshold = alarm.watch?.kind === "metric" ? alarm.watch.threshold : null;
    this.deploy(alarm.alarmName, { ...this.posted.get(alarm.alarmName), threshold, selfEvaluating: false });
  }

  async setState(alarmName: string, state: AlarmState, reason: string, reasonData: string | null): Promise<void> {
    this.deploy(alarmName, { ...this.posted.get(alarmName), state, reason, reasonData });
  }

  async announce(event: AlarmStateChange): Promise<void> {
    if (this.refuseAnnouncements-- > 0) throw new Error("the bus is busy");
    this.events.push(event);
  }
}
