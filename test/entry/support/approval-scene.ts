import type { ApprovalRequest } from "../../../functions/domain/approval.ts";
import { askedEvent } from "../../../functions/domain/approval-request.ts";
import { decideApproval, decideApprovalSchemas } from "../../../functions/entry/decide-approval/decide-approval.ts";
import { sweepApprovals } from "../../../functions/entry/sweep-due/sweep-approvals.ts";
import { sealToken } from "../../../functions/runtime/sealed-token.ts";
import { anApprovalRequest } from "../../support/builders/approval.ts";
import { anEvent, anIncidentMeta, anOpenIncidentMeta } from "../../support/builders/incident.ts";
import { EXECUTION_NAME, INCIDENT_ID } from "../../support/builders/moments.ts";
import { FakeSeal } from "../../support/fakes/fake-snapshots.ts";
import { FakeWaitingRun } from "../../support/fakes/fake-waiting-run.ts";
import { fixedClock } from "../../support/fakes/fixed-clock.ts";
import { InMemoryApprovals } from "../../support/fakes/in-memory-approvals.ts";
import { InMemoryIncidentStore } from "../../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../../support/fakes/silent-logger.ts";

/** An open incident whose run waits for an answer; time stands still until it is moved. */
export async function approvalScene(overrides: Partial<ApprovalRequest> = {}) {
  const request = anApprovalRequest(overrides);
  const [store, clock, seal, run] = [new InMemoryIncidentStore(), fixedClock(request.requestedAt), new FakeSeal(), new FakeWaitingRun()];
  const acquired = await store.acquire(request.service, EXECUTION_NAME, INCIDENT_ID, clock.now(), 900);
  await store.open(anOpenIncidentMeta(), anEvent(), acquired.outcome === "acquired" ? acquired.lock.fence : 0);
  const approvals = new InMemoryApprovals(store);
  const ports = { approvals, escalations: store.escalations, seal, run, clock };
  /** The state is tried (again), and waits under a token of its own. */
  const wait = async () => {
    const token = run.issue();
    const { n: _n, ...first } = request;
    const asked = { ...first, tokenAt: clock.now().toISOString(), tokenSha256: token, tokenCipher: await sealToken(seal, token, request) };
    await approvals.ask(asked, askedEvent(asked));
    return token;
  };
  const decide = (decision: "approve" | "deny", more: object = {}) =>
    decideApproval(ports)(
      decideApprovalSchemas.input.parse({ decide: { incidentId: INCIDENT_ID, decision, by: "ada", reason: "looked at it", ...more } }),
      { logger: silentLogger },
    );
  return {
    ...{ store, clock, run, approvals, ports, request, wait, decide, token: await wait() },
    sweep: () => sweepApprovals(ports),
    close: () => store.close(anIncidentMeta(), anEvent({ id: "closing" }), []),
    events: () => store.eventsOf(INCIDENT_ID).filter(({ type }) => type.startsWith("approval_") && type !== "approval_requested"),
  };
}
