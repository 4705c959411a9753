import * as z from "zod/mini";
import type { Blueprint } from "../../domain/blueprint.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import type { Sha256 } from "../../domain/execution-name.ts";
import { reapplies } from "../../domain/gitops.ts";
import { stamped, withoutReservation } from "../../domain/governance/stamp.ts";
import { reservationFor } from "../../domain/governance-writes.ts";
import type { StrategyFacts } from "../../domain/plan/strategy-facts.ts";
import type { Preflight } from "../../domain/preflight.ts";
import { preflight as judge } from "../../domain/preflight-checks.ts";
import { withRestoredConfigs } from "../../domain/preflight-restored.ts";
import { rightsOfSteps } from "../../domain/rbac-steps.ts";
import {
  AssessmentSchema,
  OpeningSchema,
  type Plan,
  PlanSchema,
  type RollbackDocument,
  RollbackDocumentSchema,
} from "../../domain/rollback-document.ts";
import { selectStrategy as decide } from "../../domain/select-strategy.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Gitops } from "../../ports/gitops.ts";
import type { GovernanceStore } from "../../ports/governance-store.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { PreflightReader } from "../../ports/preflight.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import type { SurroundingsReader } from "../../ports/surroundings.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type AskFindingsPorts, askTargetFindings } from "./ask-findings.ts";

export interface SelectStrategyPorts extends AskFindingsPorts {
  readonly ledger: ReleaseLedger;
  readonly store: IncidentStore;
  readonly gitops: Gitops;
  readonly preflight: PreflightReader;
  readonly surroundings: SurroundingsReader;
  readonly governance: Pick<GovernanceStore, "read" | "reserve">;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/** What the state needs of the document, and the slice it adds. */
export const selectStrategySchemas = {
  input: z.extend(RollbackDocumentSchema, { opening: OpeningSchema, assessment: AssessmentSchema }),
  output: PlanSchema,
};

export type SelectInput = z.infer<typeof selectStrategySchemas.input>;

/**
 * Reads the ledger, the switch, what the automation did before and, under GitOps, the owning object, looks around for what the plan needs, then decides
 * strategy, governance and plan. A plan that is carried out at once takes its place in the hour; where others were faster it needs an approval.
 * Throws InvalidInputError when the assessment did not say roll-back.
 */
export function selectStrategy(ports: SelectStrategyPorts, servicesInIncident = 1): Step<SelectInput, Plan> {
  return async (document) => {
    const { incidentId, trigger, opening, assessment } = document;
    const { blueprint } = openedIncident(opening);
    if (assessment.decision !== "roll-back")
      throw new InvalidInputError(`the assessment decided ${assessment.decision}, so there is nothing to plan`);
    const owner = assessment.workload?.owner ?? null;
    const now = ports.clock.now();
    const [observations, releases, quarantine, { state }, governance, gitops, surroundings] = await Promise.all([
      ports.ledger.observations(blueprint.service),
      ports.ledger.releases(blueprint.service),
      ports.ledger.quarantine(),
      ports.store.readSwitch(),
      ports.governance.read(blueprint.service, blueprint.policy.group?.name ?? null, incidentId, now),
      reapplies(owner) ? ports.gitops.state(blueprint, owner) : null,
      ports.surroundings.read(blueprint, assessment.workload?.hpa ?? null),
    ]);
    const unreadable = gitops !== null && "problem" in gitops;
    const facts: StrategyFacts = {
      ...{ trigger, blueprint, assessment, observations, releases, quarantine, switchState: state },
      ...{ gitops: unreadable ? null : gitops, gitopsProblem: unreadable ? gitops.problem : null },
      ...{ surroundings, governance, now: now.toISOString(), preflight: null, servicesInIncident },
    };
    const plan = decide({ ...facts, preflight: await lookAround(ports, facts) });
    return await reserved(
      ports,
      document,
      stamped(plan, blueprint, { at: now.toISOString(), freezes: governance.freezes }, ports.sha256),
      blueprint,
    );
  };
}

/** Looking and taking a place are two calls: between them the last one may have gone. */
async function reserved({ governance }: SelectStrategyPorts, document: RollbackDocument, plan: Plan, blueprint: Blueprint): Promise<Plan> {
  const place = reservationFor(document, plan, blueprint, plan.governance.at ?? "");
  if (place === null) return plan;
  return (await governance.reserve(place.rollback, place.limits)) === "reserved" ? plan : withoutReservation(plan);
}

/** Nothing is looked at for a plan that writes no template. */
async function lookAround(ports: SelectStrategyPorts, facts: StrategyFacts): Promise<Preflight | null> {
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
  const { preflight } = ports;
  const looked = await preflight.look({ target, workload, candidates, rights, secrets: restore.secrets !== "names" });
  return askTargetFindings(ports, judge(withRestoredConfigs(looked, steps)), targets, facts);
}
