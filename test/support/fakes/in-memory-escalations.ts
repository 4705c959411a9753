import {
  acknowledgedEvent,
  acknowledgedNotice,
  type EscalationNotice,
  type EscalationTier,
  escalationEvent,
  sentNotice,
} from "../../../functions/domain/escalation.ts";
import type { TimelineEvent } from "../../../functions/domain/incident.ts";
import type { Acknowledgement, Escalations } from "../../../functions/ports/escalations.ts";

/** Where the events go: false when there is one of that id. */
export type EventWriter = (incidentId: string, event: TimelineEvent) => boolean;

const order = (one: EscalationNotice, other: EscalationNotice) => {
  const [a, b] = [one, other].map(({ dueAt, incidentId, tier }) => `${dueAt}#${incidentId}#${tier}`) as [string, string];
  return a < b ? -1 : a > b ? 1 : 0;
};

/** The calls of the incident table in memory. Every call is atomic, since nothing in it awaits. */
export class InMemoryEscalations implements Escalations {
  private readonly notices = new Map<string, EscalationNotice>();
  private readonly putEvent: EventWriter;

  constructor(putEvent: EventWriter) {
    this.putEvent = putEvent;
  }

  async schedule(notices: readonly EscalationNotice[], at: string): Promise<void> {
    for (const notice of notices) {
      const stored = this.notices.get(keyOf(notice));
      if (notice.state === "sent") {
        if (stored?.state !== "pending") this.put(notice);
      } else if (notice.dueAt <= at) {
        if (!this.putEvent(notice.incidentId, escalationEvent(notice, at, notice.dueAt))) continue;
        if (stored?.state !== "pending") this.put(sentNotice(notice, at));
      } else if (stored === undefined) this.put(notice);
    }
  }

  async due(now: string, limit: number): Promise<readonly EscalationNotice[]> {
    return (await this.pending(Number.POSITIVE_INFINITY)).filter(({ dueAt }) => dueAt <= now).slice(0, limit);
  }

  async pending(limit: number): Promise<readonly EscalationNotice[]> {
    return [...this.notices.values()]
      .filter(({ state }) => state === "pending")
      .sort(order)
      .slice(0, limit);
  }

  async of(incidentId: string): Promise<readonly EscalationNotice[]> {
    return [...this.notices.values()].filter((notice) => notice.incidentId === incidentId).sort(order);
  }

  async send(notice: EscalationNotice, at: string): Promise<boolean> {
    if (!this.isPending(notice) || !this.putEvent(notice.incidentId, escalationEvent(notice, at))) return false;
    this.put(sentNotice(notice, at));
    return true;
  }

  async acknowledge(
    incidentId: string,
    acknowledgement: Acknowledgement,
    tiers?: readonly EscalationTier[],
  ): Promise<readonly EscalationNotice[]> {
    const { by, reason, at } = acknowledgement;
    const pending = (await this.of(incidentId)).filter(({ state, tier }) => state === "pending" && (tiers?.includes(tier) ?? true));
    if (pending.length === 0) return [];
    const silenced = pending.map((notice) => acknowledgedNotice(notice, by, reason, at));
    for (const notice of silenced) this.put(notice);
    this.putEvent(incidentId, acknowledgedEvent(silenced, acknowledgement));
    return silenced;
  }

  /** What the store writes when it closes an incident. */
  close(notices: readonly EscalationNotice[], at: string): void {
    for (const notice of notices) {
      if (notice.state === "acknowledged") {
        if (this.isPending(notice)) this.put(notice);
        continue;
      }
      const isDue = notice.state === "pending" && notice.dueAt <= at;
      if (isDue) this.putEvent(notice.incidentId, escalationEvent(notice, at));
      this.put(isDue ? sentNotice(notice, at) : notice);
    }
  }

  private isPending(notice: EscalationNotice): boolean {
    const stored = this.notices.get(keyOf(notice));
    return stored?.state === "pending" && stored.dueAt === notice.dueAt;
  }

  private put(notice: EscalationNotice): void {
    this.notices.set(keyOf(notice), structuredClone(notice));
  }
}

function keyOf({ incidentId, tier }: Pick<EscalationNotice, "incidentId" | "tier">): string {
  return `${incidentId}#${tier}`;
}
