import type { AnnouncedMember, MemberClosing } from "../../../functions/ports/incident-store.ts";

/** Members of groups' incidents in memory: each announced once, and settled once. */
export class InMemoryMembers {
  private readonly byIncident = new Map<string, Map<string, { member: AnnouncedMember; settled: boolean }>>();

  announce(incidentId: string, members: readonly AnnouncedMember[]): void {
    const known = this.known(incidentId);
    for (const member of members)
      if (!known.has(member.service)) known.set(member.service, { member: structuredClone(member), settled: false });
  }

  of(incidentId: string): readonly AnnouncedMember[] {
    return [...this.known(incidentId).values()]
      .map(({ member }) => structuredClone(member))
      .sort((one, other) => (one.service < other.service ? -1 : 1));
  }

  /** False when it was settled before. */
  settle(incidentId: string, { service, group, member }: MemberClosing): boolean {
    const known = this.known(incidentId);
    if (known.get(service)?.settled === true) return false;
    known.set(service, { member: { service, group, ...structuredClone(member) }, settled: true });
    return true;
  }

  private known(incidentId: string) {
    const known = this.byIncident.get(incidentId) ?? new Map<string, { member: AnnouncedMember; settled: boolean }>();
    this.byIncident.set(incidentId, known);
    return known;
  }
}
