import type { ApprovalDecision, ApprovalRequest } from "../../../functions/domain/approval.ts";
import type { TimelineEvent } from "../../../functions/domain/incident.ts";
import type { Approvals, DecideOutcome, NewApprovalRequest } from "../../../functions/ports/approvals.ts";
import type { InMemoryIncidentStore } from "./in-memory-incident-store.ts";

interface Kept {
  request: ApprovalRequest;
  /** Null when nothing is left to send. */
  dueAt: string | null;
}

/** Requests in memory, with the same conditional writes; incidents and timeline are those of the store. No write is in two pieces: what it awaits comes before. */
export class InMemoryApprovals implements Approvals {
  private readonly kept: Kept[] = [];
  private readonly store: Pick<InMemoryIncidentStore, "append" | "read">;

  constructor(store: Pick<InMemoryIncidentStore, "append" | "read">) {
    this.store = store;
  }

  async ask(request: NewApprovalRequest, event: TimelineEvent): Promise<ApprovalRequest> {
    const last = this.newest(request.incidentId);
    if (last?.request.planHash === request.planHash && last.request.execution === request.execution) {
      if (last.request.tokenSha256 === request.tokenSha256 || last.request.tokenAt > request.tokenAt) return last.request;
      const before = last.request;
      last.request = {
        ...before,
        tokenSha256: request.tokenSha256,
        tokenCipher: request.tokenCipher,
        tokenAt: request.tokenAt,
        delivered: false,
      };
      last.dueAt = before.state === "pending" ? before.deadlineAt : request.tokenAt;
      return before;
    }
    if (last?.request.state === "pending") {
      const decidedAt = request.requestedAt;
      const reason = "there is another plan by now";
      await this.abandon(last.request, { state: "void", decidedBy: "rollguard", via: "policy", reason, decidedAt });
    }
    const asked = { ...request, n: (last?.request.n ?? 0) + 1 };
    this.kept.push({ request: asked, dueAt: asked.state === "pending" ? asked.deadlineAt : asked.requestedAt });
    await this.store.append(request.incidentId, [event]);
    return asked;
  }

  async latest(incidentId: string): Promise<ApprovalRequest | null> {
    return this.newest(incidentId)?.request ?? null;
  }

  async decide(request: ApprovalRequest, decision: ApprovalDecision, event: TimelineEvent): Promise<DecideOutcome> {
    const open = (await this.store.read(request.incidentId))?.meta.status === "open";
    const entry = this.pendingEntry(request);
    if (entry === undefined) return "not-pending";
    if (!open) return "incident-closed";
    entry.request = { ...entry.request, ...decision };
    entry.dueAt = new Date(Date.parse(decision.decidedAt) + 30_000).toISOString();
    await this.store.append(request.incidentId, [event]);
    return "decided";
  }

  async settle({ incidentId, n, tokenSha256 }: ApprovalRequest, delivered: boolean): Promise<void> {
    const entry = this.kept.find(({ request }) => request.incidentId === incidentId && request.n === n);
    if (entry?.request.tokenSha256 !== tokenSha256) return;
    entry.request = { ...entry.request, delivered };
    entry.dueAt = null;
  }

  async abandon(request: ApprovalRequest, decision: ApprovalDecision): Promise<void> {
    const entry = this.pendingEntry(request);
    if (entry === undefined) return;
    entry.request = { ...entry.request, ...decision };
    entry.dueAt = null;
  }

  async due(now: string, limit: number): Promise<readonly ApprovalRequest[]> {
    return this.byDueTime()
      .flatMap(({ request, dueAt }) => (dueAt !== null && dueAt <= now ? [request] : []))
      .slice(0, limit);
  }

  async pending(limit: number): Promise<readonly ApprovalRequest[]> {
    return this.byDueTime()
      .flatMap(({ request }) => (request.state === "pending" ? [request] : []))
      .slice(0, limit);
  }

  private byDueTime(): readonly Kept[] {
    return this.kept.filter(({ dueAt }) => dueAt !== null).sort((one, other) => ((one.dueAt ?? "") < (other.dueAt ?? "") ? -1 : 1));
  }

  private newest(incidentId: string): Kept | undefined {
    return this.kept.findLast(({ request }) => request.incidentId === incidentId);
  }

  private pendingEntry({ incidentId, n, planHash }: ApprovalRequest): Kept | undefined {
    return this.kept.find(
      ({ request }) => request.incidentId === incidentId && request.n === n && request.planHash === planHash && request.state === "pending",
    );
  }
}
