import * as z from "zod/mini";
import { type AssessmentFacts, assess } from "../../domain/assess.ts";
import type { BaselineItem } from "../../domain/baselines/baseline-item.ts";
import type { Blueprint } from "../../domain/blueprint.ts";
import type { Sha256 } from "../../domain/execution-name.ts";
import { onsetOf } from "../../domain/onset.ts";
import type { LiveRelease } from "../../domain/release.ts";
import { liveRelease } from "../../domain/release-record.ts";
import {
  type Assessment,
  AssessmentSchema,
  OpeningSchema,
  RollbackDocumentSchema,
  type RollbackTrigger,
} from "../../domain/rollback-document.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import type { Baselines } from "../../ports/baselines.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import type { Snapshots } from "../../ports/snapshots.ts";
import type { Workload } from "../../ports/workload.ts";
import { type EvidencePorts, gatherEvidence } from "../../runtime/incident-evidence.ts";
import type { StepLogger } from "../../runtime/logger.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import { incidentSeries, readSignals } from "../../runtime/read-signals.ts";
import type { Step } from "../../runtime/step-handler.ts";

const HOUR_MS = 3_600_000;

export interface AssessIncidentPorts extends EvidencePorts {
  readonly workload: Pick<Workload, "read">;
  readonly metrics: MetricSource;
  readonly ledger: ReleaseLedger;
  /** Absent: the hour before a change is read from the metrics. */
  readonly baselines?: Pick<Baselines, "ofService">;
  readonly store: IncidentStore;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/** What the state needs of the document, and the slice it adds. */
export const assessIncidentSchemas = { input: z.extend(RollbackDocumentSchema, { opening: OpeningSchema }), output: AssessmentSchema };

export type AssessInput = z.infer<typeof assessIncidentSchemas.input>;

/** Reads workload, ledger, alarms and signals at once, before bad pods vanish, and asks whether a change is to blame. Keeps the points for the report. */
export function assessIncident(ports: AssessIncidentPorts): Step<AssessInput, Assessment> {
  return async ({ incidentId, trigger, opening, assessment }, { logger }) => {
    const { blueprint } = openedIncident(opening);
    const now = ports.clock.now();
    const alarmNames = blueprint.triggers.map((candidate) => candidate.alarmName);
    const { target, service } = blueprint;
    const read = ports.workload.read(target);
    const since = new Date(now.getTime() - HOUR_MS);
    const [workload, live, evidence, observations, releases, baselines, alarms, signals] = await Promise.all([
      read,
      read.then((state) => (state === null ? null : takeSnapshot(ports, blueprint, state, logger))),
      read.then((state) =>
        state === null || trigger.kind === "mend" || trigger.kind === "resume"
          ? null
          : gatherEvidence(ports, { target, workload: state, since, depth: "quick" }, { service, incidentId }),
      ),
      ports.ledger.observations(blueprint.service),
      ports.ledger.releases(blueprint.service),
      storedBaselines(ports, service, logger),
      ports.metrics.alarms(alarmNames),
      readSignals(ports.metrics, blueprint, opening.triggerName, signalsSince(trigger, since), now),
    ]);
    const fired = blueprint.triggers.find((candidate) => candidate.name === opening.triggerName) ?? null;
    const series = signals.find(({ signal }) => signal.name === fired?.signal)?.series ?? null;
    const signal = blueprint.signals.find(({ name }) => name === fired?.signal) ?? null;
    const threshold = trigger.threshold ?? alarms.find(({ alarmName }) => alarmName === trigger.alarmName)?.threshold ?? null;
    const onsetAt = fired === null ? null : onsetOf({ fired, trigger: { ...trigger, threshold }, signal, series });
    const facts: AssessmentFacts = {
      trigger,
      triggerName: opening.triggerName,
      blueprint,
      workload,
      observations,
      releases,
      live,
      alarms: alarms.map(({ alarmName, state, since }) => ({ alarmName, state, since, trigger: triggerOf(blueprint, alarmName) })),
      onsetAt,
      signals,
      baselines,
      findings: evidence?.findings ?? [],
      now: now.toISOString(),
      attempt: (assessment?.attempt ?? 0) + 1,
    };
    const result = { ...assess(facts), ...(evidence === null ? {} : { evidence }) };
    const message = `${result.decision}: ${result.reasons.join("; ")}`;
    const at = facts.now;
    await Promise.all([
      ports.store.saveSeries(incidentId, incidentSeries(blueprint, signals, trigger)),
      ports.store.append(incidentId, [
        {
          id: `${at}#AssessIncident#${result.attempt}`,
          at,
          type: "incident_assessed",
          message,
          urgency: "quiet",
          data: { decision: result.decision },
        },
      ]),
    ]);
    return result;
  };
}

/** A look comes up to an hour after the release, and the hour before that is what it was like without it. */
function signalsSince({ look }: RollbackTrigger, since: Date): Date {
  return look === undefined ? since : new Date(Math.min(since.getTime(), Date.parse(look.liveSince) - HOUR_MS));
}

/** What is live may be newer than any snapshot in the ledger. Without one a rollback of the template is still possible, so its failure is none of the step. */
async function takeSnapshot(
  { snapshots, sha256 }: AssessIncidentPorts,
  blueprint: Blueprint,
  state: WorkloadState,
  logger: StepLogger,
): Promise<LiveRelease | null> {
  try {
    const snapshot = await snapshots.pass("single").take(blueprint, state);
    return snapshot === null ? null : liveRelease(snapshot, sha256);
  } catch (error) {
    logger.warn("no snapshot of what is live: only its template can come back", { service: blueprint.service, error });
    return null;
  }
}

/** What an incident needs is read from the metrics where these are away. */
async function storedBaselines({ baselines }: AssessIncidentPorts, service: string, logger: StepLogger): Promise<readonly BaselineItem[]> {
  try {
    return (await baselines?.ofService(service)) ?? [];
  } catch (error) {
    logger.warn("stored baselines could not be read", { service, error });
    return [];
  }
}

function triggerOf(blueprint: Blueprint, alarmName: string): string {
  return blueprint.triggers.find((trigger) => trigger.alarmName === alarmName)?.name ?? alarmName;
}
