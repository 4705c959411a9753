import { systemClock } from "../../../functions/adapters/aws/system-clock.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import type { MetricSource } from "../../../functions/ports/metric-source.ts";
import { tickAlarms } from "../../../local/alarm-clock/alarm-clock.ts";
import { cloudWatchAlarmBoard } from "../../../local/alarm-clock/cloud-watch-alarm-board.ts";
import { registerAlarms } from "../../../local/alarm-clock/register-alarms.ts";
import { waitFor } from "./wait-for.ts";

const TICK_MILLISECONDS = 10_000;

/** The alarms of one service, judged from the metrics in CloudWatch and set by SetAlarmState. */
export interface ServiceAlarms {
  readonly names: readonly string[];
  /** Judges them by their rules at every full 10 s until all are in that state. @default within 60 s */
  until(state: "ALARM" | "OK", withinSeconds?: number): Promise<void>;
}

/**
 * Makes the alarms on ratios that the local target leaves out of CloudFormation (LocalStack would not evaluate them). The event of a transition is
 * LocalStack's own, from `aws.cloudwatch`: nothing is announced here.
 */
export async function serviceAlarms(blueprint: Blueprint, metrics: MetricSource): Promise<ServiceAlarms> {
  const alarms = compileAlarms(blueprint);
  const names = alarms.map(({ alarmName }) => alarmName);
  const board = { ...cloudWatchAlarmBoard(), announce: async () => undefined };
  await registerAlarms(alarms, board);
  return {
    names,
    async until(state, withinSeconds = 60) {
      await waitFor(`${names.join(", ")} in state ${state}`, withinSeconds, async () => {
        const lastTick = new Date(Math.floor(Date.now() / TICK_MILLISECONDS) * TICK_MILLISECONDS);
        await tickAlarms(alarms, { metrics, board, clock: systemClock }, lastTick);
        const posted = await board.read(names);
        return names.every((name) => posted.get(name)?.state === state);
      });
    },
  };
}
