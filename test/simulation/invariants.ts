import type { IncidentMeta } from "../../functions/domain/incident.ts";
import type { RollbackDocument } from "../../functions/domain/rollback-document.ts";
import type { WorkloadWrite } from "../../functions/domain/workload.ts";
import type { MachineRun } from "./machine-run.ts";
import type { ServiceModel } from "./service-model.ts";
import { PERIOD_SECONDS, STABLE_SECONDS } from "./simulated-services.ts";

/** What must hold all year, by the name under which its breach is reported. */
export const INVARIANTS = [
  /** No effective write while another living execution has the service's incident open. */
  "no two rollbacks of one service overlap",
  /** After the first write of a newer fence none of an older one follows: not even from a function whose execution was stopped. */
  "no write under an older fence",
  "at most one effective write per step",
  /** So many releases are tried within one incident. */
  "attempts within the policy",
  /** Automatic rollbacks keep to cooldown and rate, of the service and of all. */
  "pace within the policy",
  /** No automatic rollback leads to a template that an earlier incident proved bad, or to an image digest, where a snapshot told the ledger of it. */
  "no way back to what is quarantined",
  /** Taken for well by the program while it was ill throughout the whole window that the verification looks at. */
  "never recovered while ill",
  /** A quarantined release that people bring back and that is ill: an incident is open about it, or people were called, within half an hour. */
  "what is quarantined does not stay unseen",
  /** Back by its template or by its image: the first look of the observer that comes to its end while nobody acts says so. */
  "what is quarantined is seen by the next look",
  "every incident ends restored or with people called",
  /** With the end of its lease at the latest, where a late request took it once more. */
  "the lock is free at the end",
  "no alarm joins what has ended",
] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** Ends the year: something that must hold does not. */
export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

/** A rollback that wrote: when its plan was allowed, and who allowed it. */
interface Begun {
  readonly service: string;
  readonly at: number;
  readonly execution: string;
}

const HOUR_SECONDS = 3600;

/** Watches the year from outside, with the ground truth; knows nothing of how the program keeps to it. */
export class Watch {
  readonly begun: Begun[] = [];
  private readonly fences = new Map<string, number>();
  private readonly writes = new Set<string>();
  private readonly targets = new Map<string, Set<string>>();

  /** Of a write that changed something. `living` are the executions that have opened an incident and not ended it, `quarantined` the templates that hold what was proven bad by then. */
  wrote(
    service: ServiceModel,
    write: WorkloadWrite,
    living: readonly MachineRun[],
    writer: MachineRun | undefined,
    quarantined: ReadonlySet<string>,
  ): void {
    const { execution, fence } = write.stamp;
    const what = `${execution} (fence ${fence}) writes ${write.kind} to ${service.name}`;
    const newest = this.fences.get(service.name) ?? 0;
    if (fence < newest) throw new InvariantBroken("no write under an older fence", `${what}, after fence ${newest} has`);
    this.fences.set(service.name, fence);
    const other = living.find((run) => run.name !== execution && run.service === service.name);
    if (writer?.status === "RUNNING" && other !== undefined) {
      throw new InvariantBroken("no two rollbacks of one service overlap", `${what} while ${other.name} is at ${other.state}`);
    }
    const key = [execution, write.kind, goalOf(write)].join(" ");
    if (this.writes.has(key)) throw new InvariantBroken("at most one effective write per step", what);
    this.writes.add(key);
    if (write.kind === "restore-template") this.restored(service, write, writer, quarantined);
    if (write.kind !== "restore-strategy" && writer !== undefined) this.began(service, writer);
  }

  private restored(
    { name, blueprint, digests }: ServiceModel,
    { templateHash, stamp: { execution } }: Extract<WorkloadWrite, { kind: "restore-template" }>,
    writer: MachineRun | undefined,
    quarantined: ReadonlySet<string>,
  ): void {
    const targets = this.targets.get(execution) ?? new Set();
    this.targets.set(execution, targets.add(templateHash));
    const { maxAttempts } = blueprint.rollback;
    if (targets.size > maxAttempts) throw new InvariantBroken("attempts within the policy", `${execution} tries ${targets.size} releases`);
    if (quarantined.has(templateHash) && writer?.input.trigger.kind === "alarm") {
      throw new InvariantBroken(
        "no way back to what is quarantined",
        `${execution} restores ${templateHash} of ${name}, which holds ${digests.get(templateHash)}`,
      );
    }
  }

  /** The first write that takes something back: is it one too many? */
  private began({ name, blueprint }: ServiceModel, writer: MachineRun): void {
    if (this.begun.some(({ execution }) => execution === writer.name)) return;
    const { plan, approval, assessment } = writer.document as unknown as RollbackDocument;
    if (assessment?.change?.kind === "leftover") return;
    const at = Date.parse(approval?.decidedAt ?? plan?.governance.at ?? "") / 1000;
    const { cooldownSeconds, maxPerHour, maxPerHourAll } = blueprint.policy.governance;
    const isAutomatic = writer.input.trigger.kind === "alarm" && approval === undefined;
    const inTheHour = this.begun.filter((one) => Math.abs(at - one.at) < HOUR_SECONDS && one.at <= at);
    const own = inTheHour.filter(({ service }) => service === name);
    const since = Math.min(Number.POSITIVE_INFINITY, ...own.map((one) => at - one.at));
    const told = `${writer.name} begins ${since.toFixed(0)} s after the last, as number ${own.length + 1} of ${name} and ${inTheHour.length + 1} of all in the hour`;
    if (isAutomatic && (since < cooldownSeconds || own.length >= maxPerHour || inTheHour.length >= maxPerHourAll)) {
      throw new InvariantBroken("pace within the policy", told);
    }
    this.begun.push({ service: name, at, execution: writer.name });
  }

  /** Of an incident that has ended. */
  closed(service: ServiceModel, meta: IncidentMeta, peopleCalled: boolean): void {
    const restored = meta.outcome === "recovered";
    if (meta.status !== "closed") throw new InvariantBroken("every incident ends restored or with people called", `${meta.id} is open`);
    const harmless = meta.outcome === "stand-down" || meta.outcome === "observed" || meta.outcome === "off" || meta.outcome === "denied";
    if (!restored && !harmless && !peopleCalled) {
      throw new InvariantBroken(
        "every incident ends restored or with people called",
        `${meta.id} ended ${meta.outcome}, and nobody was called`,
      );
    }
    const provenAt = Date.parse(meta.record?.verification?.recoveredAt ?? "") / 1000;
    // whoever only puts back what a killed run has left says that the service was not judged
    const isJudged = meta.trigger.kind === "alarm" || meta.trigger.kind === "manual";
    if (!restored || !isJudged || Number.isNaN(provenAt)) return;
    const window = STABLE_SECONDS + 2 * PERIOD_SECONDS;
    if (service.illThroughout(provenAt - window, provenAt)) {
      throw new InvariantBroken(
        "never recovered while ill",
        `${meta.id}: ${service.name} was ill from ${window} s before ${meta.record?.verification?.recoveredAt} on`,
      );
    }
  }
}

function goalOf(write: WorkloadWrite): string {
  return write.kind === "restore-template" ? write.templateHash : write.kind === "restore-scale" ? String(write.replicas) : "";
}
