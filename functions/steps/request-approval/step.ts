import * as z from "zod/mini";
import { APPROVAL_GRACE_SECONDS, type ApprovalRequest } from "../../domain/approval.ts";
import { askedEvent, planHashOf, reasonsOf, scopeOf } from "../../domain/approval-request.ts";
import type { Sha256 } from "../../domain/execution-name.ts";
import { AssessmentSchema, OpeningSchema, PlanSchema, RollbackDocumentSchema } from "../../domain/rollback-document.ts";
import { secondsAfter } from "../../domain/time.ts";
import type { Approvals } from "../../ports/approvals.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { Seal } from "../../ports/seal.ts";
import { renewLocks } from "../../runtime/lanes.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import { sealToken } from "../../runtime/sealed-token.ts";
import type { Step } from "../../runtime/step-handler.ts";

export interface RequestApprovalPorts {
  readonly approvals: Pick<Approvals, "ask">;
  readonly store: Pick<IncidentStore, "renew">;
  readonly seal: Pick<Seal, "close">;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/** The task's token beside the document: the slice `approval` is written by whoever answers, so what the function itself says goes nowhere. */
export const requestApprovalSchemas = {
  input: z.strictObject({
    taskToken: z.string().check(z.minLength(1)),
    document: z.extend(RollbackDocumentSchema, { opening: OpeningSchema, assessment: AssessmentSchema, plan: PlanSchema }),
  }),
  output: z.strictObject({ n: z.number(), state: z.string(), deadlineAt: z.string() }),
};

/**
 * Keeps the lock until after the deadline, then asks: request and page in one write. The token is a credential: it leaves this function sealed only. Without
 * the lock nobody is asked, and the request is void from the beginning; the sweep tells the run so.
 */
export function requestApproval({
  approvals,
  store,
  seal,
  clock,
  sha256,
}: RequestApprovalPorts): Step<z.infer<typeof requestApprovalSchemas.input>, z.infer<typeof requestApprovalSchemas.output>> {
  return async ({ taskToken, document }) => {
    const { execution, incidentId, trigger, opening, plan } = document;
    const { blueprint, lock } = openedIncident(opening);
    const { timeoutSeconds, onTimeout } = blueprint.policy.approval;
    const now = clock.now();
    const leaseSeconds = timeoutSeconds + APPROVAL_GRACE_SECONDS;
    const [renewed, , tokenCipher] = await Promise.all([
      store.renew(trigger.service, execution.name, lock.fence, now, leaseSeconds),
      renewLocks(store, document, now, leaseSeconds),
      sealToken(seal, taskToken, { ...blueprint.target, service: trigger.service, incidentId }),
    ]);
    const requestedAt = now.toISOString();
    const request: Omit<ApprovalRequest, "n"> = {
      incidentId,
      service: trigger.service,
      execution: execution.name,
      cluster: blueprint.target.cluster,
      namespace: blueprint.target.namespace,
      topicArn: blueprint.notificationTopicArn,
      tokenSha256: sha256(taskToken),
      tokenCipher,
      tokenAt: requestedAt,
      planHash: planHashOf(plan, sha256),
      scope: scopeOf(document),
      reasons: reasonsOf(document),
      requestedAt,
      deadlineAt: secondsAfter(requestedAt, timeoutSeconds),
      onTimeout,
      ...UNDECIDED,
      ...(renewed === null ? { ...WITHOUT_LOCK, decidedAt: requestedAt } : {}),
    };
    const { n, state, deadlineAt } = await approvals.ask(request, askedEvent(request));
    return { n, state, deadlineAt };
  };
}

const UNDECIDED = { state: "pending", decidedBy: null, via: null, reason: null, decidedAt: null, delivered: false } as const;
const WITHOUT_LOCK = {
  state: "void",
  decidedBy: "rollguard",
  via: "policy",
  reason: "the lock was lost: another execution acts on this service",
} as const;
