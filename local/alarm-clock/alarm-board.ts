import type { AlarmState } from "../../functions/domain/alarm-rule.ts";
import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import type { AlarmStateChange } from "./alarm-event.ts";

/** An alarm as CloudWatch shows it. */
export interface PostedAlarm {
  readonly alarmArn: string;
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData: string | null;
  readonly since: Date;
  /** Of a metric alarm: the pipeline tunes some, so the alarm itself says where it stands. Null for a composite. */
  readonly threshold: number | null;
  /** True while the emulator itself would evaluate it, wrongly: the clock then registers it anew. */
  readonly selfEvaluating: boolean;
}

/** What the alarm clock writes to: the alarms' states and the event bus. */
export interface AlarmBoard {
  /** Alarms that do not exist are left out. */
  read(alarmNames: readonly string[]): Promise<ReadonlyMap<string, PostedAlarm>>;
  /**
   * Makes the alarm in a form that the emulator shows but never evaluates; the parts of a composite must exist. Its state is kept if it exists, and a new
   * one starts as INSUFFICIENT_DATA. Throws for an alarm of somebody else, and for one without a threshold.
   */
  register(alarm: CompiledAlarm): Promise<void>;
  setState(alarmName: string, state: AlarmState, reason: string, reasonData: string | null): Promise<void>;
  announce(event: AlarmStateChange): Promise<void>;
}
