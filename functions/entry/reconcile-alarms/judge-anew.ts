import type { AlarmTransition } from "../../domain/alarm-event.ts";
import type { Blueprint, Trigger } from "../../domain/blueprint.ts";
import { anewExecutionName, incidentIdOf, type Sha256 } from "../../domain/execution-name.ts";
import { cameToNothing, judgedAnew } from "../../domain/judged-anew.ts";
import type { RollbackTrigger } from "../../domain/rollback-document.ts";
import { leafMetrics, signalSeries } from "../../domain/signal-series.ts";
import { FORECAST_SECONDS, forecastOf } from "../../domain/trend-forecast.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ExecutionStarter } from "../../ports/execution-starter.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import type { Acted } from "../../runtime/act-on-transition.ts";

export interface JudgeAnewPorts {
  readonly starter: ExecutionStarter;
  readonly blueprints: BlueprintRegistry;
  readonly ledger: Pick<ReleaseLedger, "observations" | "releases">;
  readonly incidents: Pick<IncidentStore, "readMeta">;
  readonly metrics: Pick<MetricSource, "series">;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/**
 * Starts a red alarm once more whose transition came to nothing, where it may act now: for a release that went live since, or for a trend that is confirmed
 * now. The name is that of the transition, the live release and the number of the assessment, so that every pass finds the same. What was handled stays so.
 */
export function judgeAnew(ports: JudgeAnewPorts) {
  const { blueprints, ledger, incidents, starter, sha256, clock } = ports;

  return async (transition: AlarmTransition, acted: Acted): Promise<string | null> => {
    const known = blueprints.byAlarm(transition.alarmName);
    if (known === null || (known.trigger.armed === undefined && known.trigger.form?.type !== "trend")) return null;
    if (!(await isSettled(incidents, acted))) return null;
    const { blueprint, trigger } = known;
    const [observations, releases] = await Promise.all([ledger.observations(blueprint.service), ledger.releases(blueprint.service)]);
    const now = clock.now().toISOString();
    const { signals, service } = blueprint;
    const anew = judgedAnew(trigger, { signals, transitionAt: transition.transitionAt, now }, { observations, releases });
    if (anew === null) return null;
    const nameOf = (live: string, number: number) =>
      anewExecutionName({ service, alarmArn: transition.alarmArn, at: transition.transitionAt, live, number }, sha256);
    const metaOf = (live: string, number: number) => incidents.readMeta(incidentIdOf(nameOf(live, number)));

    for (const live of anew.others) {
      const meta = await metaOf(live, 1);
      if (meta !== null && meta.outcome !== "stand-down") return null;
    }
    let number = 1;
    for (let meta = await metaOf(anew.live, 1); meta !== null; meta = await metaOf(anew.live, number)) {
      number++;
      if (number > anew.most || !cameToNothing(meta, now)) return null;
    }
    if (trigger.form?.type === "trend" && !(await isConfirmed(ports, blueprint, trigger))) return null;
    const name = nameOf(anew.live, number);
    const outcome = await starter.start({
      execution: { name },
      incidentId: incidentIdOf(name),
      trigger: requestOf(transition, service, trigger, anew.at),
    });
    return outcome === "started" ? name : null;
  };
}

/** Only a transition that was recorded as not armed, or whose incident ended with nothing to do. An alarm that joined an incident was handled by that. */
async function isSettled(incidents: JudgeAnewPorts["incidents"], acted: Acted): Promise<boolean> {
  if ("ignored" in acted) return false;
  if ("wouldHave" in acted) return acted.wouldHave.cause === "not-armed";
  return acted.outcome === "already-started" && (await incidents.readMeta(acted.incidentId))?.outcome === "stand-down";
}

async function isConfirmed({ metrics, clock }: JudgeAnewPorts, { signals }: Blueprint, trigger: Trigger): Promise<boolean> {
  const signal = signals.find(({ name }) => name === trigger.signal);
  if (signal === undefined) return false;
  const { periodSeconds } = trigger;
  const now = clock.now();
  const from = new Date(now.getTime() - (FORECAST_SECONDS + periodSeconds) * 1000);
  const leaves = await metrics.series(
    leafMetrics(signal).map((metric) => ({ metric, periodSeconds })),
    from,
    now,
  );
  return forecastOf(trigger, { signal, series: signalSeries(signal, leaves) }, now.toISOString()).verdict === "confirmed";
}

/** The points of the old transition tell when a threshold was passed, and not when a slope began. */
function requestOf(transition: AlarmTransition, service: string, { form }: Trigger, at: string): RollbackTrigger {
  const { source, alarmName, alarmArn, reason, datapoints, threshold, transitionAt } = transition;
  return {
    ...{ kind: "alarm", source, service, at, alarmName, alarmArn, requestedBy: null, threshold },
    reason: `in ALARM since ${transitionAt}, judged anew: ${reason}`,
    datapoints: form?.type === "trend" ? [] : [...datapoints],
  };
}
