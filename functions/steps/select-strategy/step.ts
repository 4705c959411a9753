import * as z from "zod/mini";
import { InvalidInputError } from "../../domain/errors.ts";
import { reapplies } from "../../domain/gitops.ts";
import { AssessmentSchema, OpeningSchema, type Plan, PlanSchema, RollbackDocumentSchema } from "../../domain/rollback-document.ts";
import { selectStrategy as decide } from "../../domain/select-strategy.ts";
import type { Gitops } from "../../ports/gitops.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import type { Step } from "../../runtime/step-handler.ts";

export interface SelectStrategyPorts {
  readonly ledger: ReleaseLedger;
  readonly store: IncidentStore;
  readonly gitops: Gitops;
}

/** What the state needs of the document, and the slice it adds. */
export const selectStrategySchemas = {
  input: z.extend(RollbackDocumentSchema, { opening: OpeningSchema, assessment: AssessmentSchema }),
  output: PlanSchema,
};

/** Reads the ledger, the switch and, under GitOps, the owning object, then decides strategy, governance and plan. Throws InvalidInputError when the assessment did not say roll-back. */
export function selectStrategy(ports: SelectStrategyPorts): Step<z.infer<typeof selectStrategySchemas.input>, Plan> {
  return async ({ trigger, opening, assessment }) => {
    const { blueprint } = openedIncident(opening);
    if (assessment.decision !== "roll-back")
      throw new InvalidInputError(`the assessment decided ${assessment.decision}, so there is nothing to plan`);
    const owner = assessment.workload?.owner ?? null;
    const [observations, { state }, gitops] = await Promise.all([
      ports.ledger.observations(blueprint.service),
      ports.store.readSwitch(),
      reapplies(owner) ? ports.gitops.state(blueprint, owner) : null,
    ]);
    const unreadable = gitops !== null && "problem" in gitops;
    return decide({
      ...{ trigger, blueprint, assessment, observations, switchState: state },
      ...{ gitops: unreadable ? null : gitops, gitopsProblem: unreadable ? gitops.problem : null },
      ...{ releases: [], preflight: null },
    });
  };
}
