import { type Approval, decisionInWords, isRefused } from "../../../functions/domain/approval.ts";
import { describeAction } from "../../../functions/domain/cluster-action-words.ts";
import type { Incident, TimelineEvent } from "../../../functions/domain/incident.ts";
import type { Governance, Plan, PlanStep, Progress } from "../../../functions/domain/rollback-document.ts";
import { clockTime, dateTime, formatSeconds } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { preflightPart } from "./preflight.ts";

const GOVERNANCE: Readonly<Record<Governance["verdict"], string>> = {
  allowed: "Allowed",
  "needs-approval": "Needs approval",
  denied: "Denied",
};

/** What was planned and done: strategy and why, the ordered steps, the governance verdict rule by rule. */
export function planSection({ meta, events }: Incident): Markup {
  const plan = meta.record?.plan ?? null;
  const approval = meta.record?.approval;
  const title = plan?.mode === "observe" || isRefused(approval) ? "What would have been done" : "What was done";
  return html`<section aria-labelledby="plan"><h2 id="plan">${title}</h2>
${plan === null ? html`<p class="none">No plan was made, and nothing was written to the cluster.</p>` : planBody(plan, stepResults(events, meta.record?.progress ?? null), approval)}
</section>`;
}

interface StepResult {
  readonly outcome: string;
  readonly at: string;
  readonly text: string;
}

/** What became of each step: the timeline's last word on it, and the record's own progress for the last step. */
function stepResults(events: readonly TimelineEvent[], progress: Progress | null): ReadonlyMap<string, StepResult> {
  const results = new Map<string, StepResult>();
  for (const { at, data, message } of events) {
    if (typeof data.stepId === "string" && typeof data.outcome === "string")
      results.set(data.stepId, { outcome: data.outcome, at, text: reasonOf(message, data.outcome) });
  }
  if (progress !== null) results.set(progress.stepId, { outcome: progress.outcome, at: progress.appliedAt, text: progress.reason });
  return results;
}

/** `checkout: restore-template-1 applied: restoring ...` says step and outcome again, which stand beside it. */
function reasonOf(message: string, outcome: string): string {
  const start = message.indexOf(`${outcome}: `);
  return start === -1 ? message : message.slice(start + outcome.length + 2);
}

function planBody(plan: Plan, results: ReadonlyMap<string, StepResult>, approval: Approval | undefined): Markup {
  return html`${intro(plan)}
${plan.steps.length > 0 && html`<ol class="steps">${plan.steps.map((step) => stepItem(step, results.get(step.id)))}</ol>`}
${preflightPart(plan.preflight)}
<h3>Governance: ${GOVERNANCE[plan.governance.verdict]}${plan.governance.rule !== null && html` <small>by rule <code>${plan.governance.rule}</code></small>`}</h3>
${approval !== undefined && html`<p>The approval ${decisionInWords(approval)} (<time datetime="${approval.decidedAt}">${dateTime(approval.decidedAt)}</time>).</p>`}
${governanceTable(plan.governance)}`;
}

function intro(plan: Plan): Markup {
  if (plan.mode === "none")
    return html`<p>No rollback was allowed, and nothing was written to the cluster. <span class="muted">${plan.why}</span></p>`;
  const observed = plan.mode === "observe" ? "Mode observe: nothing was written to the cluster. " : "";
  return html`<p>${observed}Strategy <b>${plan.strategy}</b>${plan.requestedStrategy !== plan.strategy && html` (asked for: ${plan.requestedStrategy})`}, predicted ${formatSeconds(plan.predictedSeconds)}. <span class="muted">${plan.why}</span></p>`;
}

function stepItem(step: PlanStep, result: StepResult | undefined): Markup {
  return html`<li><b>${stepTitle(step)}</b>
<small>step <code>${step.id}</code>, deadline ${formatSeconds(step.deadlineSeconds)}</small>
${result && html`<p class="progress">${result.outcome} at <time datetime="${result.at}">${clockTime(result.at)}</time>: ${result.text}</p>`}</li>`;
}

function stepTitle(step: PlanStep): Markup {
  switch (step.kind) {
    case "restore-template":
      return html`Back to <code>${step.target?.image ?? "unknown image"}</code> (<code>${step.target?.replicaSet ?? "unknown ReplicaSet"}</code>)`;
    case "restore-scale":
      return html`Back to ${step.replicas ?? "an unknown number of"} replicas`;
    case "restore-strategy":
      return html`Put the workload’s own update strategy back`;
    default:
      return html`${step.action === undefined ? step.kind : capitalised(describeAction(step.action))}`;
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function governanceTable({ checks }: Governance): Markup {
  if (checks.length === 0) return html`<p class="none">No rule was checked.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Governance"><table><caption>Rules in the order in which they were checked</caption>
<thead><tr><th scope="col">Rule</th><th scope="col">Outcome</th><th scope="col">Observed</th><th scope="col">Limit</th></tr></thead>
<tbody>${checks.map(
    (check) =>
      html`<tr><th scope="row">${check.rule}</th><td><span class="verdict ${check.outcome}">${check.outcome}</span></td><td>${check.observed}</td><td>${check.limit}${check.until !== undefined && html`, until ${dateTime(check.until)}`}</td></tr>`,
  )}</tbody></table></div>`;
}
