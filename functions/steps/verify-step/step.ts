import * as z from "zod/mini";
import { mayActSince } from "../../domain/approval.ts";
import { lookedSignal } from "../../domain/looks/check-look.ts";
import {
  AssessmentSchema,
  OpeningSchema,
  PlanSchema,
  ProgressSchema,
  RollbackDocumentSchema,
  type Verification,
  VerificationSchema,
} from "../../domain/rollback-document.ts";
import { firstWriteAt, lateness } from "../../domain/rollback-timeout.ts";
import { hasSay } from "../../domain/storm.ts";
import { verify } from "../../domain/verify.ts";
import { analysedSignals, analysedSince, comparisonsOf } from "../../domain/verify-analyse.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterActions } from "../../ports/cluster-actions.ts";
import type { Escalations } from "../../ports/escalations.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import type { Probes } from "../../ports/probes.ts";
import type { Workload } from "../../ports/workload.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import { readSignals } from "../../runtime/read-signals.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { LEASE_SECONDS } from "../open-incident/step.ts";
import { lookAt, probeAll, readingsOf, signalsOf } from "./look.ts";

export interface VerifyStepPorts {
  readonly workload: Workload;
  readonly actions: ClusterActions;
  readonly metrics: MetricSource;
  readonly probes: Probes;
  readonly store: IncidentStore;
  readonly escalations: Pick<Escalations, "schedule">;
  readonly clock: Clock;
}

/** Probes take up to 10.5 s of the 30 s that the function has. */
const LATEST_PROBE_SECONDS = 15;

/** What the state needs of the document, and the slice it adds. */
export const verifyStepSchemas = {
  input: z.extend(RollbackDocumentSchema, {
    opening: OpeningSchema,
    assessment: AssessmentSchema,
    plan: PlanSchema,
    progress: ProgressSchema,
  }),
  output: VerificationSchema,
};

export type VerifyInput = z.infer<typeof verifyStepSchemas.input>;

/** Renews the lease, reads what the step is judged by (workload, alarms, signals since the service is stable, probes), and gives the three-valued verdict. */
export function verifyStep({
  workload,
  actions,
  metrics,
  probes,
  store,
  escalations,
  clock,
}: VerifyStepPorts): Step<VerifyInput, Verification> {
  return async ({ execution, incidentId, trigger, opening, assessment, plan, approval, progress, verification }) => {
    const { blueprint, lock } = openedIncident(opening);
    const now = clock.now();
    const previous = verification ?? null;
    const acted = progress.outcome === "applied" || progress.outcome === "already-applied";
    const step = plan.steps[progress.stepIndex];
    const { phase, since, ...look } = lookAt(step, progress, previous, { blueprint, now });
    const analysis = acted && step?.action?.kind === "analyse" ? step.action.compare : null;
    const read = (names: ReadonlySet<string>, from: Date) =>
      readSignals(
        metrics,
        { ...blueprint, signals: blueprint.signals.filter(({ name }) => names.has(name)) },
        opening.triggerName,
        from,
        now,
      );
    const [renewed, live, confirmation, alarms, signals, compared] = await Promise.all([
      store.renew(trigger.service, execution.name, lock.fence, now, LEASE_SECONDS),
      acted ? workload.read(blueprint.target) : null,
      acted && step?.action !== undefined
        ? actions.confirm(blueprint.target, step.action, { execution: execution.name, fence: lock.fence })
        : null,
      look.alarms ? metrics.alarms(blueprint.triggers.filter(hasSay).map((candidate) => candidate.alarmName)) : [],
      phase !== null && since !== null ? read(signalsOf(blueprint, phase, trigger.alarmName, lookedSignal(blueprint, trigger)), since) : [],
      analysis === null ? [] : read(analysedSignals(blueprint, analysis), analysedSince(assessment, trigger)),
    ]);
    const context = { target: blueprint.target, templateHash: live?.templateHash ?? null, since: since ?? now, execution: execution.name };
    // after slow reads the function's own time would end in the middle of the probes; the next look makes them
    const hasTime = clock.now().getTime() - now.getTime() < LATEST_PROBE_SECONDS * 1000;
    const probed = phase !== null && look.probes && hasTime ? await probeAll(probes, blueprint, phase, context) : [];
    const wroteAt = firstWriteAt(plan, progress, previous);
    const looked = verify({
      trigger,
      blueprint,
      assessment,
      actsSince: mayActSince(assessment.assessedAt, approval),
      plan,
      progress,
      previous,
      workload: live,
      confirmation,
      alarms: blueprint.triggers.filter(hasSay).map(({ alarmName, name }) => {
        const reading = alarms.find((candidate) => candidate.alarmName === alarmName);
        return { alarmName, trigger: name, state: reading?.state ?? "absent", since: reading?.since };
      }),
      readings: phase === null || since === null ? [] : readingsOf(signals, since, now, phase),
      probes: probed,
      comparisons:
        analysis === null
          ? []
          : comparisonsOf(
              blueprint,
              compared,
              {
                changeAt: new Date(assessment.change?.earliestAt ?? assessment.onsetAt ?? trigger.at),
                onsetAt: assessment.onsetAt === null ? null : new Date(assessment.onsetAt),
                since: new Date(progress.appliedAt),
                until: now,
              },
              analysis,
              trigger,
            ),
      leaseRenewed: renewed !== null,
      now: now.toISOString(),
    });
    const result = wroteAt === null ? looked : { ...looked, firstWriteAt: wroteAt };
    const late = lateness({
      incidentId,
      service: trigger.service,
      plan,
      progress,
      previous,
      result,
      mayActSince: mayActSince(plan.governance.at ?? opening.openedAt, approval),
      policy: blueprint.policy,
      serviceTopicArn: blueprint.notificationTopicArn,
    });
    for (const { event, notices } of late) {
      await store.append(incidentId, [event]);
      await escalations.schedule(notices, result.verifiedAt);
    }
    // a paused plan asks every half minute: the timeline has the pause itself
    if (progress.outcome !== "paused" && (result.next !== "keep-watching" || result.verdict === "fail")) {
      const message = `${progress.stepId} ${result.verdict}, ${result.next}: ${result.reason}`;
      const at = result.verifiedAt;
      await store.append(incidentId, [
        {
          id: `${at}#VerifyStep#${progress.stepId}`,
          at,
          type: "step_verified",
          message,
          urgency: "quiet",
          data: { verdict: result.verdict, next: result.next },
        },
      ]);
    }
    return result;
  };
}
