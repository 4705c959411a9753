import * as z from "zod/mini";
import { diagnose } from "../../domain/diagnosis/diagnose.ts";
import {
  AssessmentSchema,
  type Diagnosis,
  DiagnosisSchema,
  OpeningSchema,
  PlanSchema,
  RollbackDocumentSchema,
  VerificationSchema,
} from "../../domain/rollback-document.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import { type EvidencePorts, gatherEvidence, mergedEvidence } from "../../runtime/incident-evidence.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import { incidentSeries, readSignals } from "../../runtime/read-signals.ts";
import type { Step } from "../../runtime/step-handler.ts";

const BEFORE_ONSET_MS = 600_000;
/** CloudWatch keeps periods under a minute for three hours, and answers nothing for a span that begins earlier. */
const LONGEST_SPAN_MS = 3 * 3_600_000 - 60_000;

export interface DiagnoseCausePorts extends EvidencePorts {
  readonly metrics: MetricSource;
  readonly store: IncidentStore;
  readonly clock: Clock;
}

/** What the state needs of the document, and the slice it adds. */
export const diagnoseCauseSchemas = {
  input: z.extend(RollbackDocumentSchema, {
    opening: OpeningSchema,
    assessment: AssessmentSchema,
    plan: PlanSchema,
    verification: VerificationSchema,
  }),
  output: DiagnosisSchema,
};

export type DiagnoseInput = z.infer<typeof diagnoseCauseSchemas.input>;

/** Names the likely root cause from what was assessed and a closer look, and keeps the signals' points from ten minutes before the onset until now. */
export function diagnoseCause(ports: DiagnoseCausePorts): Step<DiagnoseInput, Diagnosis> {
  return async ({ incidentId, trigger, opening, assessment, verification }) => {
    const { metrics, store, clock } = ports;
    const { blueprint } = openedIncident(opening);
    const now = clock.now();
    const beforeOnset = Date.parse(assessment.onsetAt ?? trigger.at) - BEFORE_ONSET_MS;
    const from = new Date(Math.max(beforeOnset, now.getTime() - LONGEST_SPAN_MS));
    const { target, service } = blueprint;
    const { workload } = assessment;
    // the release that was assessed, not the one that is live by now
    const looked =
      workload === null || assessment.evidence === undefined ? null : { target, workload, since: from, depth: "thorough" as const };
    const [signals, later] = await Promise.all([
      readSignals(metrics, blueprint, opening.triggerName, from, now),
      looked === null ? null : gatherEvidence(ports, looked, { service, incidentId }),
    ]);
    await store.saveSeries(incidentId, incidentSeries(blueprint, signals, trigger));
    const evidence = later === null ? assessment.evidence : mergedEvidence(assessment.evidence, later);
    return diagnose({ assessment: { ...assessment, ...(evidence === undefined ? {} : { evidence }) }, verification, target });
  };
}
