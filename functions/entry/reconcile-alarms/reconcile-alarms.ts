import * as z from "zod/mini";
import type { AlarmTransition } from "../../domain/alarm-event.ts";
import { ALARM_PREFIX } from "../../domain/blueprint.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { alarmExecutionName, incidentIdOf, type Sha256, toSecond } from "../../domain/execution-name.ts";
import { decideStart } from "../../domain/start-decision.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ExecutionStarter } from "../../ports/execution-starter.ts";
import type { AlarmReading, MetricSource } from "../../ports/metric-source.ts";
import type { MuteRules } from "../../ports/mute-rules.ts";
import { settleBounded } from "../../runtime/bounded.ts";
import type { Step } from "../../runtime/step-handler.ts";

const STARTS_AT_ONCE = 5;

export interface ReconcileAlarmsPorts {
  readonly metrics: MetricSource;
  readonly muteRules: MuteRules;
  readonly starter: ExecutionStarter;
  readonly blueprints: BlueprintRegistry;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

export const reconcileAlarmsSchemas = {
  input: z.unknown(),
  output: z.strictObject({ inAlarm: z.number(), started: z.number(), alreadyStarted: z.number(), ignored: z.number() }),
};

/**
 * Starts what has no execution: an alarm acts on its transition only, so a lost event never repeats. The name is that of the event, so a transition
 * that was handled, even long ago, is a no-op.
 */
export function reconcileAlarms(ports: ReconcileAlarmsPorts): Step<unknown, z.infer<typeof reconcileAlarmsSchemas.output>> {
  const { metrics, blueprints, clock } = ports;
  const context = {
    sources: [],
    home: null, // the list is of this account and region
    services: blueprints.all.map(({ service }) => service),
    serviceOfAlarm: (alarmName: string) => blueprints.byAlarm(alarmName)?.blueprint.service ?? null,
  };
  const existingNames = blueprints.all
    .flatMap(({ triggers }) => triggers.map(({ alarmName }) => alarmName))
    .filter((alarmName) => !alarmName.startsWith(ALARM_PREFIX));

  return async (_event, { logger }) => {
    const [ours, listed] = await Promise.all([metrics.alarmsInAlarm(ALARM_PREFIX), metrics.alarms(existingNames)]);
    const inAlarm = [...ours, ...listed.filter(({ state }) => state === "ALARM")];
    const results = await settleBounded(inAlarm, STARTS_AT_ONCE, async (reading) => {
      const muted = await ports.muteRules.isMuted(reading.alarmName);
      const decision = decideStart(toTransition(reading, muted), { ...context, now: clock.now() });
      if ("ignore" in decision) return "ignored";
      const name = alarmExecutionName({ ...decision.start, alarmArn: reading.alarmArn }, ports.sha256);
      const outcome = await ports.starter.start({ execution: { name }, incidentId: incidentIdOf(name), trigger: decision.start });
      if (outcome === "started")
        logger.warn("an alarm was in ALARM without an execution", { alarmName: reading.alarmName, execution: name });
      return outcome;
    });
    const failed = results.filter((result) => result.status === "rejected");
    if (failed.length > 0) throw failedStarts(failed, inAlarm.length);
    const count = (outcome: string) => results.filter((result) => result.status === "fulfilled" && result.value === outcome).length;
    return { inAlarm: inAlarm.length, started: count("started"), alreadyStarted: count("already-started"), ignored: count("ignored") };
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
