import { IncidentEndedError, InvalidInputError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { locksOf } from "../../../functions/domain/group/locks.ts";
import type { Incident, IncidentAlarm, IncidentMeta, IncidentSeries, TimelineEvent } from "../../../functions/domain/incident.ts";
import type { Lock } from "../../../functions/domain/rollback-document.ts";
import type {
  AcquireResult,
  AfterWrites,
  AnnouncedMember,
  IncidentStore,
  LedgerWrites,
  MemberClosing,
  SwitchState,
  VerdictWrite,
} from "../../../functions/ports/incident-store.ts";
import { InMemoryEscalations } from "./in-memory-escalations.ts";
import { InMemoryGovernance } from "./in-memory-governance.ts";
import { InMemoryMembers } from "./in-memory-members.ts";
import { InMemoryReleaseLedger } from "./in-memory-release-ledger.ts";

interface LockItem {
  fence: number;
  held: { owner: string; incidentId: string; leaseUntilSeconds: number } | null;
}

const byId = (one: TimelineEvent, other: TimelineEvent) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
const isoOf = (epochSeconds: number) => new Date(epochSeconds * 1000).toISOString();
const secondsOf = (date: Date) => Math.floor(date.getTime() / 1000);

/** The incident table in memory, with the same conditional writes. Every call is atomic, since nothing in it awaits. */
export class InMemoryIncidentStore implements IncidentStore {
  /** The same table's observations: closing an incident writes verdicts there. */
  readonly ledger: InMemoryReleaseLedger;
  /** The same table's calls. */
  /** The same table's memory of the automation: closing an incident writes there too. */
  readonly governance = new InMemoryGovernance();
  readonly escalations = new InMemoryEscalations((incidentId, event) => this.putEvent(incidentId, event));
  private readonly announced = new InMemoryMembers();
  private readonly locks = new Map<string, LockItem>();
  private readonly metas = new Map<string, IncidentMeta>();
  private readonly events = new Map<string, Map<string, TimelineEvent>>();
  private readonly joined = new Map<string, Map<string, IncidentAlarm>>();
  private readonly drawn = new Map<string, Map<string, IncidentSeries>>();
  private switchState: SwitchState = { state: "armed", by: "default", reason: "never switched", at: "1970-01-01T00:00:00.000Z" };

  constructor(ledger: InMemoryReleaseLedger = new InMemoryReleaseLedger()) {
    this.ledger = ledger;
  }

  async acquire(service: string, owner: string, incidentId: string, now: Date, leaseSeconds: number): Promise<AcquireResult> {
    const lock = this.lockOf(service);
    if (lock.held !== null && lock.held.owner !== owner && lock.held.leaseUntilSeconds >= secondsOf(now)) {
      return {
        outcome: "held",
        owner: lock.held.owner,
        incidentId: lock.held.incidentId,
        leaseUntil: isoOf(lock.held.leaseUntilSeconds),
      };
    }
    lock.fence += 1;
    lock.held = { owner, incidentId, leaseUntilSeconds: secondsOf(now) + leaseSeconds };
    return { outcome: "acquired", lock: { fence: lock.fence, leaseUntil: isoOf(lock.held.leaseUntilSeconds) } };
  }

  async renew(service: string, owner: string, fence: number, now: Date, leaseSeconds: number): Promise<Lock | null> {
    const lock = this.lockOf(service);
    if (lock.held?.owner !== owner || lock.fence !== fence) return null;
    lock.held.leaseUntilSeconds = secondsOf(now) + leaseSeconds;
    return { fence, leaseUntil: isoOf(lock.held.leaseUntilSeconds) };
  }

  async open(meta: IncidentMeta, event: TimelineEvent, fence: number): Promise<void> {
    const lock = this.lockOf(meta.service);
    if (lock.held?.owner !== meta.execution || lock.fence !== fence) {
      throw new TransientUpstreamError(`the lock of ${meta.service} was lost while incident ${meta.id} was being opened`);
    }
    const existing = this.metas.get(meta.id);
    if (existing !== undefined && existing.execution !== meta.execution) {
      throw new InvalidInputError(`incident ${meta.id} belongs to execution ${existing.execution}, not to ${meta.execution}`);
    }
    if (existing?.status === "closed") throw new IncidentEndedError(`incident ${meta.id} was closed before it could be opened`);
    if (existing !== undefined) return;
    this.metas.set(meta.id, structuredClone(meta));
    this.putEvent(meta.id, { service: meta.service, topicArn: meta.topicArn, ...event });
  }

  async attach(incidentId: string, alarm: IncidentAlarm, event: TimelineEvent): Promise<void> {
    const alarms = entriesOf(this.joined, incidentId);
    const known = alarms.get(alarm.alarmName);
    if (known === undefined || known.at < alarm.at) alarms.set(alarm.alarmName, structuredClone(alarm));
    this.putEvent(incidentId, event);
  }

  async append(incidentId: string, events: readonly TimelineEvent[]): Promise<void> {
    for (const event of events) this.putEvent(incidentId, event);
  }

  async saveSeries(incidentId: string, series: readonly IncidentSeries[]): Promise<void> {
    for (const one of series) entriesOf(this.drawn, incidentId).set(one.signal, structuredClone(one));
  }

  async close(
    meta: IncidentMeta,
    event: TimelineEvent,
    verdicts: readonly VerdictWrite[],
    ledger?: LedgerWrites,
    after?: AfterWrites,
  ): Promise<void> {
    for (const name of locksOf(meta)) this.freeLock(name, meta.execution);
    if (this.metas.get(meta.id)?.status === "closed") return;
    this.metas.set(meta.id, structuredClone(meta));
    this.putEvent(meta.id, { service: meta.service, topicArn: meta.topicArn, ...event });
    for (const verdict of verdicts) this.ledger.writeVerdict(meta.service, verdict, meta.id, meta.openedAt);
    if (ledger !== undefined) this.ledger.writeLedger(meta.service, ledger, meta.id);
    if (after?.governance) this.governance.writeClosing(meta, after.governance);
    this.escalations.close(after?.escalations ?? [], event.at);
  }

  async announce(incidentId: string, members: readonly AnnouncedMember[]): Promise<void> {
    this.announced.announce(incidentId, members);
  }

  async members(incidentId: string): Promise<readonly AnnouncedMember[]> {
    return this.announced.of(incidentId);
  }

  async settle(meta: IncidentMeta, closing: MemberClosing): Promise<void> {
    if (!this.announced.settle(meta.id, closing)) return;
    const { service, verdicts, ledger, governance } = closing;
    for (const verdict of verdicts) this.ledger.writeVerdict(service, verdict, meta.id, meta.openedAt);
    this.ledger.writeLedger(service, ledger, meta.id);
    if (governance !== null) this.governance.writeClosing({ ...meta, service }, governance);
  }

  async release(service: string, owner: string): Promise<boolean> {
    return this.freeLock(service, owner);
  }

  private freeLock(service: string, owner: string): boolean {
    const lock = this.lockOf(service);
    if (lock.held?.owner !== owner) return false;
    lock.held = null;
    return true;
  }

  async holder(service: string): ReturnType<IncidentStore["holder"]> {
    const { held } = this.lockOf(service);
    return held === null ? null : { owner: held.owner, incidentId: held.incidentId, leaseUntil: isoOf(held.leaseUntilSeconds) };
  }

  async read(incidentId: string): Promise<Incident | null> {
    const meta = this.metas.get(incidentId);
    if (meta === undefined) return null;
    const escalations = await this.escalations.of(incidentId);
    return structuredClone({
      meta,
      events: this.eventsOf(incidentId).map(({ service: _service, topicArn: _topicArn, ...event }) => event),
      alarms: inKeyOrder(entriesOf(this.joined, incidentId)),
      series: inKeyOrder(entriesOf(this.drawn, incidentId)),
      ...(escalations.length === 0 ? {} : { escalations }),
    });
  }

  async readMeta(incidentId: string): Promise<IncidentMeta | null> {
    return structuredClone(this.metas.get(incidentId) ?? null);
  }

  async list(filter: { readonly service?: string; readonly limit: number }): Promise<readonly IncidentMeta[]> {
    return [...this.metas.values()]
      .filter((meta) => filter.service === undefined || meta.service === filter.service)
      .sort((one, other) => `${other.openedAt}#${other.id}`.localeCompare(`${one.openedAt}#${one.id}`))
      .slice(0, filter.limit)
      .map((meta) => structuredClone(meta));
  }

  async readSwitch(): Promise<SwitchState> {
    return this.switchState;
  }

  async writeSwitch(state: SwitchState): Promise<void> {
    this.switchState = state;
  }

  /** For assertions: the open incident of a service. */
  openFor(service: string): IncidentMeta | null {
    return [...this.metas.values()].find((meta) => meta.service === service && meta.status === "open") ?? null;
  }

  /** For assertions: the timeline as stored, in order. */
  eventsOf(incidentId: string): readonly TimelineEvent[] {
    return [...entriesOf(this.events, incidentId).values()].sort(byId);
  }

  /** For assertions: the fence a service's lock has reached. */
  fenceOf(service: string): number {
    return this.lockOf(service).fence;
  }

  /** False when there is one of that id, which stays. */
  private putEvent(incidentId: string, event: TimelineEvent): boolean {
    const events = entriesOf(this.events, incidentId);
    if (events.has(event.id)) return false;
    events.set(event.id, structuredClone(event));
    return true;
  }

  private lockOf(service: string): LockItem {
    const lock = this.locks.get(service) ?? { fence: 0, held: null };
    this.locks.set(service, lock);
    return lock;
  }
}

function inKeyOrder<Entry>(entries: Map<string, Entry>): Entry[] {
  return [...entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
}

function entriesOf<Entry>(all: Map<string, Map<string, Entry>>, incidentId: string): Map<string, Entry> {
  const entries = all.get(incidentId) ?? new Map<string, Entry>();
  all.set(incidentId, entries);
  return entries;
}
