import * as z from "zod/mini";
import { InvalidInputError } from "../../domain/errors.ts";
import { reapplies } from "../../domain/gitops.ts";
import type { StrategyFacts } from "../../domain/plan/strategy-facts.ts";
import type { Preflight } from "../../domain/preflight.ts";
import { preflight as judge } from "../../domain/preflight-checks.ts";
import { withRestoredConfigs } from "../../domain/preflight-restored.ts";
import { rightsOfSteps } from "../../domain/rbac-steps.ts";
import { AssessmentSchema, OpeningSchema, type Plan, PlanSchema, RollbackDocumentSchema } from "../../domain/rollback-document.ts";
import { selectStrategy as decide } from "../../domain/select-strategy.ts";
import type { Gitops } from "../../ports/gitops.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { PreflightReader } from "../../ports/preflight.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import type { Step } from "../../runtime/step-handler.ts";

export interface SelectStrategyPorts {
  readonly ledger: ReleaseLedger;
  readonly store: IncidentStore;
  readonly gitops: Gitops;
  readonly preflight: PreflightReader;
}

/** What the state needs of the document, and the slice it adds. */
export const selectStrategySchemas = {
  input: z.extend(RollbackDocumentSchema, { opening: OpeningSchema, assessment: AssessmentSchema }),
  output: PlanSchema,
};

/**
 * Reads the ledger, the switch and, under GitOps, the owning object, looks around for what the plan needs, then decides strategy, governance and plan.
 * Throws InvalidInputError when the assessment did not say roll-back.
 */
export function selectStrategy(ports: SelectStrategyPorts): Step<z.infer<typeof selectStrategySchemas.input>, Plan> {
  return async ({ trigger, opening, assessment }) => {
    const { blueprint } = openedIncident(opening);
    if (assessment.decision !== "roll-back")
      throw new InvalidInputError(`the assessment decided ${assessment.decision}, so there is nothing to plan`);
    const owner = assessment.workload?.owner ?? null;
    const [observations, releases, quarantine, { state }, gitops] = await Promise.all([
      ports.ledger.observations(blueprint.service),
      ports.ledger.releases(blueprint.service),
      ports.ledger.quarantine(),
      ports.store.readSwitch(),
      reapplies(owner) ? ports.gitops.state(blueprint, owner) : null,
    ]);
    const unreadable = gitops !== null && "problem" in gitops;
    const facts: StrategyFacts = {
      ...{ trigger, blueprint, assessment, observations, releases, quarantine, switchState: state },
      ...{ gitops: unreadable ? null : gitops, gitopsProblem: unreadable ? gitops.problem : null },
      preflight: null,
    };
    return decide({ ...facts, preflight: await lookAround(ports, facts) });
  };
}

/** Nothing is looked at for a plan that writes no template. */
async function lookAround({ preflight }: SelectStrategyPorts, facts: StrategyFacts): Promise<Preflight | null> {
  const { target, restore } = facts.blueprint;
  const { workload } = facts.assessment;
  const { steps } = decide(facts);
  const targets = steps.flatMap((step) => (step.kind === "restore-template" ? (step.target ?? []) : []));
  if (workload === null || targets.length === 0) return null;
  const candidates = targets.map(({ templateHash, replicaSet, releaseHash, images }) => ({
    templateHash,
    revisionName: replicaSet,
    kept: typeof releaseHash === "string",
    ...(images === undefined ? {} : { images }),
  }));
  const rights = rightsOfSteps(target, steps);
  const looked = await preflight.look({ target, workload, candidates, rights, secrets: restore.secrets !== "names" });
  return judge(withRestoredConfigs(looked, steps));
}
