import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import { type AlarmClockPorts, type Transition, tickAlarms } from "./alarm-clock.ts";
import { registerAlarms } from "./register-alarms.ts";

export interface StartAlarmClockProps {
  readonly alarms: readonly CompiledAlarm[];
  readonly ports: AlarmClockPorts;
  /** Time that metrics of a closed period get to arrive before it is judged. @default 1 */
  readonly publicationLagSeconds?: number;
  readonly onTransition?: (transition: Transition) => void;
  /** A tick, or one alarm of it, that failed; the next one tries again. @default ignored */
  readonly onError?: (error: unknown) => void;
}

export interface RunningAlarmClock {
  stop(): Promise<void>;
}

const TICK_MILLIS = 10_000;

/** Evaluates the alarms once at the start and then at every full 10 s (plus the publication lag) until it is stopped. */
export async function startAlarmClock(props: StartAlarmClockProps): Promise<RunningAlarmClock> {
  const { alarms, ports } = props;
  const lagMillis = (props.publicationLagSeconds ?? 1) * 1000;
  const lastBoundary = () => Math.floor((ports.clock.now().getTime() - lagMillis) / TICK_MILLIS) * TICK_MILLIS;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const tick = async (at: Date) => {
    try {
      const { transitions, failures } = await tickAlarms(alarms, ports, at);
      for (const transition of transitions) props.onTransition?.(transition);
      for (const failure of failures) props.onError?.(failure);
    } catch (error) {
      if (!stopped) props.onError?.(error);
    }
  };
  const arm = () => {
    if (stopped) return;
    const boundary = lastBoundary() + TICK_MILLIS;
    timer = setTimeout(
      () => {
        // A tick that takes longer than 10 s makes the next one wait, never overlap.
        running = tick(new Date(boundary)).finally(arm);
      },
      boundary + lagMillis - ports.clock.now().getTime(),
    );
  };

  await registerAlarms(alarms, ports.board);
  running = tick(new Date(lastBoundary())).finally(arm);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
