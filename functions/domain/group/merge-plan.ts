import type { Sha256 } from "../execution-name.ts";
import type { Left, OpenedGroup } from "../lanes.ts";
import type { Governance, Plan, RollbackDocument } from "../rollback-document.ts";
import { thinPlan } from "./thin-lanes.ts";
import { wavesOf } from "./waves.ts";

const HASH_CHARACTERS = 12;

export interface PlannedGroup {
  /** The service that fired. */
  readonly service: string;
  readonly group: OpenedGroup;
  readonly plans: ReadonlyMap<string, Plan>;
  /** Who was out before, or was not chosen, or whose planning failed. */
  readonly left: Readonly<Record<string, Left>>;
}

/** Bytes that the document may have with its plan: Step Functions takes 262,144, and progress, verification and diagnosis are still to come. */
export const MOST_PLANNED_BYTES = 210_000;

/** The plan of the group, as far as the document has room: members of the last waves are left to a person rather than the whole run be lost. */
export function fittingPlan(document: RollbackDocument, planned: PlannedGroup, sha256: Sha256, most: number = MOST_PLANNED_BYTES): Plan {
  const plan = mergePlans(planned, sha256);
  const last = plan.waves?.flat().at(-1);
  if (last === undefined || planned.plans.size < 2 || JSON.stringify({ ...document, plan }).length <= most) return plan;
  const plans = new Map([...planned.plans].filter(([service]) => service !== last));
  const reason = "the plans of the group together are larger than what a run can carry: roll it back by hand, and make two groups";
  return fittingPlan(document, { ...planned, plans, left: { ...planned.left, [last]: { left: "failed", reason } } }, sha256, most);
}

/**
 * The plan of the group: its members' own plans in waves, under one governance. A member that may not be rolled back has failed to be; one that needs an
 * approval makes the whole plan need one. At the top stands the plan of the service that fired, else of the first that is rolled back.
 */
export function mergePlans({ service, group, plans, left }: PlannedGroup, sha256: Sha256): Plan {
  const active = [...plans].filter(([, plan]) => plan.mode !== "none").map(([member]) => member);
  const denied = [...plans].filter(([, plan]) => plan.mode === "none").map(([member, plan]) => [member, refused(plan)] as const);
  const kept = [...plans].filter(([name]) => active.includes(name)).map(([name, plan]) => [name, thinPlan(plan)] as const);
  const lanes = { ...left, ...Object.fromEntries(denied), ...Object.fromEntries(kept) };
  const waves = wavesOf(group.layers, active);
  const lead = plans.get(active.includes(service) ? service : (waves[0]?.[0] ?? "")) ?? plans.get(service) ?? [...plans.values()][0];
  if (lead === undefined) return { ...nothingPlanned(left), lanes, waves };
  const planned = active.flatMap((member) => plans.get(member) ?? []);
  const mode = planned.length === 0 ? "none" : planned.some((plan) => plan.mode === "act") ? "act" : "observe";
  const out = Object.entries({ ...left, ...Object.fromEntries(denied) }).map(([member, lane]) => `${member}: ${lane.left}, ${lane.reason}`);
  const order = waves.map((wave, index) => `wave ${index + 1} of group ${group.name}: ${wave.join(", ")}`);
  return {
    ...lead,
    mode,
    governance: governanceOf(lead, planned, waves, sha256),
    predictedSeconds: waves.reduce((sum, wave) => sum + Math.max(0, ...wave.map((member) => plans.get(member)?.predictedSeconds ?? 0)), 0),
    reasons: [...lead.reasons, ...order, ...out],
    waves,
    lanes,
  };
}

/** Members in mode `observe` write nothing, so that they ask for nothing where others act. */
function governanceOf(lead: Plan, planned: readonly Plan[], waves: readonly (readonly string[])[], sha256: Sha256): Governance {
  if (planned.length === 0) return lead.governance;
  const acting = planned.filter(({ mode }) => mode === "act");
  const asked = (acting.length > 0 ? acting : planned).find(({ governance }) => governance.verdict === "needs-approval");
  const hashes = planned.map(({ governance }) => governance.planHash ?? "");
  return {
    ...(asked ?? lead).governance,
    verdict: asked === undefined ? "allowed" : "needs-approval",
    rule: asked?.governance.rule ?? null,
    planHash: sha256(JSON.stringify([waves, hashes])).slice(0, HASH_CHARACTERS),
  };
}

function refused({ governance }: Plan): Left {
  const check = governance.checks.find(({ rule }) => rule === governance.rule);
  return { left: "failed", reason: `rule ${governance.rule} denies its rollback: ${check?.observed ?? "no reason given"}` };
}

function nothingPlanned(left: Readonly<Record<string, Left>>): Plan {
  const observed = Object.entries(left)
    .map(([member, lane]) => `${member}: ${lane.reason}`)
    .join("; ");
  const check = { rule: "group", outcome: "fail", observed, limit: "a member that is unwell, with a suspected change" } as const;
  const why = "no member of the group is to be rolled back";
  return {
    ...{ strategy: "fast", requestedStrategy: "fast", why, mode: "none", steps: [], predictedSeconds: 0, reasons: [why, observed] },
    governance: { verdict: "denied", rule: "group", checks: [check] },
  };
}
