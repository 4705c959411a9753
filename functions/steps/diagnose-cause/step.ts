import * as z from "zod/mini";
import { diagnose } from "../../domain/diagnose.ts";
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
import { openedIncident } from "../../runtime/opened-incident.ts";
import { incidentSeries, readSignals } from "../../runtime/read-signals.ts";
import type { Step } from "../../runtime/step-handler.ts";

const BEFORE_ONSET_MS = 600_000;
/** CloudWatch keeps periods under a minute for three hours, and answers nothing for a span that begins earlier. */
const LONGEST_SPAN_MS = 3 * 3_600_000 - 60_000;

export interface DiagnoseCausePorts {
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

/** Names the likely root cause and keeps the signals' points from ten minutes before the onset until now. */
export function diagnoseCause({ metrics, store, clock }: DiagnoseCausePorts): Step<z.infer<typeof diagnoseCauseSchemas.input>, Diagnosis> {
  return async ({ incidentId, trigger, opening, assessment, plan, verification }) => {
    const { blueprint } = openedIncident(opening);
    const now = clock.now();
    const beforeOnset = Date.parse(assessment.onsetAt ?? trigger.at) - BEFORE_ONSET_MS;
    const from = new Date(Math.max(beforeOnset, now.getTime() - LONGEST_SPAN_MS));
    const signals = await readSignals(metrics, blueprint, opening.triggerName, from, now);
    await store.saveSeries(incidentId, incidentSeries(blueprint, signals));
    return diagnose({ assessment, plan, verification });
  };
}
