import * as z from "zod/mini";
import type { AlarmTransition } from "../../domain/alarm-event.ts";
import { ALARM_PREFIX } from "../../domain/blueprint.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { toSecond } from "../../domain/execution-name.ts";
import type { AlarmReading, MetricSource } from "../../ports/metric-source.ts";
import type { MuteRules } from "../../ports/mute-rules.ts";
import type { WouldHaves } from "../../ports/would-haves.ts";
import { actOnTransition, type Origin, type TransitionPorts } from "../../runtime/act-on-transition.ts";
import { settleBounded } from "../../runtime/bounded.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type JudgeAnewPorts, judgeAnew } from "./judge-anew.ts";

const STARTS_AT_ONCE = 5;

export interface ReconcileAlarmsPorts extends TransitionPorts, Pick<JudgeAnewPorts, "incidents"> {
  readonly metrics: MetricSource;
  readonly muteRules: MuteRules;
  readonly wouldHaves: Pick<WouldHaves, "record" | "of">;
}

export const reconcileAlarmsSchemas = {
  input: z.unknown(),
  output: z.strictObject({
    inAlarm: z.number(),
    started: z.number(),
    alreadyStarted: z.number(),
    /** Of triggers that may not act: recorded now or before. */
    wouldHave: z.number(),
    ignored: z.number(),
  }),
};

/**
 * Starts what has no execution: an alarm acts on its transition only, so a lost event never repeats. The name is that of the event, so a transition
 * that was handled, even long ago, is a no-op. One that was recorded as starting nothing is not started because its trigger was armed since. A trigger that
 * turned red when it could not act is judged anew when it can.
 */
export function reconcileAlarms(ports: ReconcileAlarmsPorts): Step<unknown, z.infer<typeof reconcileAlarmsSchemas.output>> {
  const { metrics, blueprints, wouldHaves } = ports;
  const act = actOnTransition(ports);
  const anew = judgeAnew(ports);
  // The list is of this account and region.
  const here: Origin = { sources: [], home: null, recorded: (transition) => wouldHaves.of(transition) };
  const existingNames = blueprints.all
    .flatMap(({ triggers }) => triggers.map(({ alarmName }) => alarmName))
    .filter((alarmName) => !alarmName.startsWith(ALARM_PREFIX));

  return async (_event, { logger }) => {
    const [ours, listed] = await Promise.all([metrics.alarmsInAlarm(ALARM_PREFIX), metrics.alarms(existingNames)]);
    const inAlarm = [...ours, ...listed.filter(({ state }) => state === "ALARM")];
    const results = await settleBounded(inAlarm, STARTS_AT_ONCE, async (reading) => {
      const muted = await ports.muteRules.isMuted(reading.alarmName);
      const transition = toTransition(reading, muted);
      const acted = await act(transition, here, logger);
      const again = await anew(transition, acted);
      if (again !== null) {
        logger.warn("an alarm that is still in ALARM is judged anew", { alarmName: reading.alarmName, execution: again });
        return "started";
      }
      if ("ignored" in acted) return "ignored";
      if (acted.outcome === "started")
        logger.warn("an alarm was in ALARM without an execution", { alarmName: reading.alarmName, execution: acted.execution });
      return acted.outcome;
    });
    const failed = results.filter((result) => result.status === "rejected");
    if (failed.length > 0) throw failedStarts(failed, inAlarm.length);
    const count = (...outcomes: readonly string[]) =>
      results.filter((result) => result.status === "fulfilled" && outcomes.includes(result.value)).length;
    return {
      inAlarm: inAlarm.length,
      started: count("started"),
      alreadyStarted: count("already-started"),
      wouldHave: count("recorded", "already-recorded"),
      ignored: count("ignored"),
    };
  };
}

function toTransition(
  { alarmName, alarmArn, state, since, reason, datapoints, threshold, suppressedBy }: AlarmReading,
  muted: boolean,
): AlarmTransition {
  return {
    source: "reconciler",
    alarmName,
    alarmArn,
    state,
    previousState: null,
    transitionAt: toSecond(since),
    suppressedBy: suppressedBy ?? null,
    muted,
    reason,
    datapoints,
    threshold,
  };
}

/** The first failure that waiting will not cure, else a transient one. */
function failedStarts(failed: readonly PromiseRejectedResult[], total: number): unknown {
  const lasting = failed.find(({ reason }) => !(reason instanceof TransientUpstreamError));
  return lasting
    ? lasting.reason
    : new TransientUpstreamError(`${failed.length} of ${total} alarms could not be started`, {}, { cause: failed[0]?.reason });
}
