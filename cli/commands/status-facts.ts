import { openBreaker } from "../../functions/domain/governance/breaker.ts";
import type { TimelineEvent } from "../../functions/domain/incident.ts";
import type { Quarantine } from "../../functions/domain/release.ts";
import { lastKnownGood, newestRelease } from "../../functions/domain/release-targets.ts";
import { later } from "../../functions/domain/time.ts";
import { baselineBasis } from "../../functions/domain/tuning/baseline-basis.ts";
import { AWAY } from "../../functions/domain/tuning/season-hours.ts";
import type { TunedAlarm } from "../../functions/domain/tuning/tuned-alarm.ts";
import type { DescribedService } from "../../functions/entry/start-rollback/describe-services.ts";
import type { SwitchState } from "../../functions/ports/incident-store.ts";
import { notFound } from "../command-error.ts";
import { startFunctionName, tableName } from "../deployment.ts";
import type { CommandPorts } from "../ports.ts";
import { openIncidentOf } from "./incident-named.ts";

/** An incident that is being handled. */
export interface OpenIncident {
  readonly id: string;
  readonly openedAt: string;
  /** The plan step that was applied last; null before the first. */
  readonly step: string | null;
  readonly control: "run" | "paused" | "aborted";
  /** Until when an approval is waited for; null when none is. */
  readonly approvalUntil: string | null;
}

/** One service as it is now. Releases are hash and image; null = unknown. */
export interface ServiceStatus {
  readonly service: string;
  /** `armed`: acts as its mode says. `off`: the switch, or `enabled: false` in its blueprint. */
  readonly acting: "armed" | "off";
  readonly mode: DescribedService["mode"];
  readonly live: { readonly hash: string; readonly image: string } | null;
  readonly lastGood: { readonly hash: string; readonly image: string } | null;
  readonly incident: OpenIncident | null;
  /** The latest end of the freezes that hold for it. */
  readonly frozenUntil: string | null;
  /** Until when rollbacks by alarm wait for an approval. */
  readonly breakerUntil: string | null;
  /** Alarms whose thresholds are tuned, by trigger. */
  readonly tuned: readonly TunedStatus[];
  /** Alarms that do not exist yet, since no threshold is known for them: their triggers see nothing. */
  readonly waiting: readonly WaitingStatus[];
}

/** An alarm that waits for a baseline. */
export interface WaitingStatus {
  readonly trigger: string;
  readonly alarmName: string;
  readonly why: string;
}

/** A tuned threshold with what it rests on. */
export type TunedStatus = Pick<
  TunedAlarm,
  "trigger" | "alarmName" | "threshold" | "unit" | "baseline" | "notes" | "tunedAt" | "appliedAt" | "why"
>;

export interface Status {
  readonly at: string;
  readonly switch: SwitchState;
  readonly services: readonly ServiceStatus[];
}

interface Names {
  readonly table?: string;
  readonly function?: string;
}

/** Services are read so many at a time. */
const AT_ONCE = 8;

/** Reads everything of one service, or of all that are deployed. Throws CommandError when there is none of that name. */
export async function readStatus(ports: CommandPorts, service: string | undefined, names: Names): Promise<Status> {
  const [table, functionName] = await Promise.all([tableName(ports, names.table), startFunctionName(ports, names.function)]);
  const [described, switchState, quarantine, breaker] = await Promise.all([
    ports.describeServices(functionName, service),
    ports.store(table).readSwitch(),
    ports.ledger(table).quarantine(),
    ports.governance(table).breaker(ports.clock.now()),
  ]);
  if (service !== undefined && described.length === 0) {
    throw notFound(`No blueprint is deployed for service ${service}. 'rollguard status' lists those that are.`);
  }
  const now = ports.clock.now();
  const services: ServiceStatus[] = [];
  for (let first = 0; first < described.length; first += AT_ONCE) {
    const some = described.slice(first, first + AT_ONCE).map(async (one): Promise<ServiceStatus> => {
      const { service: name, mode, enabled, group, breaker: limits } = one;
      const [releases, incident, freezes, { tuned, waiting }] = await Promise.all([
        readReleases(ports, table, name, quarantine),
        readIncident(ports, table, name),
        ports.governance(table).freezesOf(name, group, now),
        readTuned(ports, table, one, now),
      ]);
      return {
        service: name,
        acting: switchState.state === "armed" && enabled ? "armed" : "off",
        mode,
        ...releases,
        incident,
        frozenUntil: freezes
          .map(({ until }) => until)
          .reduce<string | null>((last, until) => (last === null ? until : later(last, until)), null),
        breakerUntil: openBreaker(breaker, limits, now.toISOString())?.until ?? null,
        tuned,
        waiting,
      };
    });
    services.push(...(await Promise.all(some)));
  }
  return { at: now.toISOString(), switch: switchState, services };
}

async function readReleases(ports: CommandPorts, table: string, service: string, quarantine: readonly Quarantine[]) {
  const releases = await ports.ledger(table).releases(service);
  const live = newestRelease(releases);
  const good = lastKnownGood(releases, live?.hash ?? null, quarantine);
  const named = (release: typeof live) => (release === null ? null : { hash: release.hash, image: release.parts.images[0]?.image ?? "-" });
  return { live: named(live), lastGood: named(good) };
}

/** What is known of the alarms of a service whose thresholds are tuned, and which of them are not there yet. */
async function readTuned(ports: CommandPorts, table: string, { service, tuned: expected = [] }: DescribedService, now: Date) {
  const records = await ports.tunings(table).ofService(service);
  const away = records
    .filter(({ basis }) => basis === AWAY)
    .map(({ trigger, alarmName, why }): WaitingStatus => ({ trigger, alarmName, why }));
  const tuned = records
    .filter(({ basis }) => basis !== AWAY)
    .map(({ trigger, alarmName, threshold, unit, baseline, notes, tunedAt, appliedAt, why }): TunedStatus => {
      return { trigger, alarmName, threshold, unit, baseline, notes, tunedAt, appliedAt, why };
    })
    .sort((one, other) => one.trigger.localeCompare(other.trigger));
  const missing = expected.filter(({ trigger }) => !records.some((record) => record.trigger === trigger));
  if (missing.length === 0) return { tuned, waiting: away };
  const ledger = ports.ledger(table);
  const [releases, observations] = await Promise.all([ledger.releases(service), ledger.observations(service)]);
  const waiting = missing.map(({ trigger, alarmName, against, operator }): WaitingStatus => {
    const basis = baselineBasis({ form: { against, operator }, releases, observations, record: null, now: now.toISOString() });
    return { trigger, alarmName, why: "missing" in basis ? basis.missing : `${basis.why}: ${NOTHING_MEASURED}` };
  });
  return { tuned, waiting: [...away, ...waiting] };
}

/** The tuner alone has read the points. */
const NOTHING_MEASURED = "too few points, or 0, of which nothing is a multiple (give the trigger a floor); or not looked at yet";

async function readIncident(ports: CommandPorts, table: string, service: string): Promise<OpenIncident | null> {
  const store = ports.store(table);
  const open = await openIncidentOf(store, service);
  if (open === null) return null;
  const [incident, control, approval] = await Promise.all([
    store.read(open.id),
    ports.controls(table).read(open.id),
    ports.approvals(table).latest(open.id),
  ]);
  return {
    id: open.id,
    openedAt: open.openedAt,
    step: lastStep(incident?.events ?? []),
    control: control.state,
    approvalUntil: approval?.state === "pending" ? approval.deadlineAt : null,
  };
}

/** ExecuteStep notes each step with its id. */
function lastStep(events: readonly TimelineEvent[]): string | null {
  const [last] = events.filter(({ data }) => typeof data.stepId === "string").sort((a, b) => (a.id < b.id ? 1 : -1));
  return typeof last?.data.stepId === "string" ? last.data.stepId : null;
}
