import { alarmReason, alarmReasonData } from "../../functions/domain/alarm-reason.ts";
import type { AlarmRule, AlarmState } from "../../functions/domain/alarm-rule.ts";
import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import type { AlarmBoard } from "../../local/alarm-clock/alarm-board.ts";
import { type AlarmStateChange, alarmStateChange } from "../../local/alarm-clock/alarm-event.ts";

/** How far the breaching value is beyond the threshold; any that breaches would do. */
const BREACH_FACTOR = 2;

/** One deployed alarm, played by the bench as the alarm clock would. */
export interface BenchAlarm {
  /** Sets the state to OK. */
  calm(): Promise<void>;
  /** Sets the state to ALARM, as CloudWatch does before it sends its event, and returns that event. */
  ring(): Promise<AlarmStateChange>;
}

/** Makes the alarm one that the emulator shows but does not evaluate (its evaluation is wrong and would overwrite ours). */
export async function benchAlarm(alarm: CompiledAlarm, board: AlarmBoard): Promise<BenchAlarm> {
  const { alarmName, watch } = alarm;
  if (watch?.kind !== "metric" || watch.threshold === null) throw new Error(`${alarmName} has no fixed threshold of ours`);
  const { operator, threshold, evaluationPeriods, datapointsToAlarm, missingData, periodSeconds } = watch;
  const rule: AlarmRule = { operator, threshold, evaluationPeriods, datapointsToAlarm, missingData };
  await board.register(alarm);
  const alarmArn = (await board.read([alarmName])).get(alarmName)?.alarmArn;
  if (alarmArn === undefined) throw new Error(`alarm ${alarmName} is not deployed`);

  const judged = (value: AlarmState, factor: number) => {
    const at = new Date();
    const lastPeriod = Math.floor(at.getTime() / 1000 / periodSeconds) * periodSeconds - periodSeconds;
    const evaluated = Array.from({ length: datapointsToAlarm }, (_, i) => ({
      atEpochSeconds: lastPeriod - i * periodSeconds,
      value: rule.threshold * factor,
    }));
    const facts = { threshold: rule.threshold, periodSeconds, statistic: null, queryAt: at };
    return { value, reason: alarmReason(rule, value, evaluated), reasonData: alarmReasonData(evaluated, facts), at };
  };
  const post = async (state: ReturnType<typeof judged>) => board.setState(alarmName, state.value, state.reason, state.reasonData);
  return {
    calm: () => post(judged("OK", 1 / BREACH_FACTOR)),
    async ring() {
      const [from, to] = [judged("OK", 1 / BREACH_FACTOR), judged("ALARM", BREACH_FACTOR)];
      await post(to);
      return alarmStateChange(alarm, alarmArn, { from, to });
    },
  };
}
