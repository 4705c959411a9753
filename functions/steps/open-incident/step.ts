import { BlueprintNotFoundError, IncidentEndedError, TransientUpstreamError } from "../../domain/errors.ts";
import { concernsGroup } from "../../domain/group/group.ts";
import { locksOf } from "../../domain/group/locks.ts";
import type { IncidentMeta, TimelineEvent } from "../../domain/incident.ts";
import {
  type Opening,
  OpeningSchema,
  type RollbackInput,
  RollbackInputSchema,
  type RollbackTrigger,
} from "../../domain/rollback-document.ts";
import { MAXIMUM_EVENT_AGE_SECONDS } from "../../domain/start-decision.ts";
import { inWords, secondsBetween } from "../../domain/time.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AcquireResult, IncidentStore } from "../../ports/incident-store.ts";
import { announcedGroup } from "../../runtime/announced-group.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { openGroup } from "./open-group.ts";

type Held = Extract<AcquireResult, { outcome: "held" }>;

/** Lease of the service lock; every loop of the machine renews it. */
export const LEASE_SECONDS = 900;
/**
 * An alarm transition older than this is not acted on. Twice what the starter takes: an execution's name can be used once only, so what the starter
 * took must not be dropped here for a delay in between. Reconciled alarms are old by nature and exempt.
 */
export const STALE_SECONDS = 2 * MAXIMUM_EVENT_AGE_SECONDS;

export interface OpenIncidentPorts {
  readonly blueprints: BlueprintRegistry;
  readonly store: IncidentStore;
  readonly clock: Clock;
}

/** What the state needs of the document, and the slice it adds. */
export const openIncidentSchemas = { input: RollbackInputSchema, output: OpeningSchema };

/**
 * Takes the lease of the service, or of its whole group, and opens the incident; a second alarm joins the open one. Throws
 * BlueprintNotFoundError for an alarm of ours without a blueprint, and IncidentEndedError when its execution is over: then it keeps no lock.
 */
export function openIncident({ blueprints, store, clock }: OpenIncidentPorts): Step<RollbackInput, Opening> {
  const isClosed = async (incidentId: string) => (await store.readMeta(incidentId))?.status === "closed";
  /**
   * Has the request of a function that was killed taken the lock once more after the end? Nobody works under it, so it is given back, and of a group those
   * of the members with it. META alone is read: hundreds may join a group at once.
   */
  const isLeftover = async ({ owner, incidentId }: Held, lockName: string): Promise<boolean> => {
    const meta = await store.readMeta(incidentId);
    if (meta?.status !== "closed") return false;
    for (const name of new Set([...locksOf(meta), lockName])) await store.release(name, owner);
    return true;
  };
  const open = async ({ execution, incidentId, trigger }: RollbackInput): Promise<Opening> => {
    const now = clock.now();
    const at = now.toISOString();
    const { blueprint, triggerName } = lookUp(blueprints, trigger);
    const closed = { openedAt: at, mergedInto: null, triggerName, blueprint: null, lock: null } as const;

    const ageSeconds = secondsBetween(trigger.at, at);
    if (trigger.kind === "alarm" && trigger.source !== "reconciler" && ageSeconds > STALE_SECONDS) {
      return { ...closed, outcome: "stale", reason: `the transition is ${inWords(ageSeconds)} old, more than ${inWords(STALE_SECONDS)}` };
    }
    const join = async (held: Held, lockName: string): Promise<Opening> => {
      const of = lockName === trigger.service ? trigger.service : `the group of ${trigger.service}`;
      const reason = `incident ${held.incidentId} is open for ${of}`;
      const alarm = {
        alarmName: trigger.alarmName ?? `${trigger.kind}:${trigger.finding?.id ?? trigger.at}`,
        at: trigger.at,
        reason: trigger.reason,
      };
      const message = `${alarm.alarmName} joined: ${trigger.reason}`;
      await store.attach(held.incidentId, alarm, event(`joined-${alarm.alarmName}`, at, message, urgencyOf(trigger)));
      // Closed meanwhile: nobody would look at this alarm. Retried by name, and then it opens its own incident.
      const isOver = (await store.holder(lockName))?.owner !== held.owner || (await isLeftover(held, lockName));
      if (isOver) throw new TransientUpstreamError(`incident ${held.incidentId} was closed while ${alarm.alarmName} joined it`);
      return { ...closed, outcome: "merged", mergedInto: held.incidentId, reason };
    };
    const meta = openMeta({ execution, incidentId, trigger }, at, blueprint.notificationTopicArn);
    const switchState = await store.readSwitch();
    if (switchState.state === "off") {
      const reason = `the switch is off since ${switchState.at} (${switchState.by}: ${switchState.reason})`;
      // An earlier try may have taken its group's locks.
      const group = await announcedGroup(store, incidentId);
      await store.close(
        { ...meta, ...group, status: "closed", outcome: "off", closedAt: at, summary: `${trigger.service}: nothing done, ${reason}` },
        event("off", at, reason, "notice"),
        [],
      );
      return { ...closed, outcome: "off", reason };
    }
    const groupName = blueprint.policy.group?.name;
    if (groupName !== undefined && concernsGroup(trigger)) {
      const request = {
        input: { execution, incidentId, trigger },
        group: groupName,
        all: blueprints.all,
        now,
        leaseSeconds: LEASE_SECONDS,
      };
      const taken = await openGroup(store, request);
      if (taken.outcome === "held") return join(taken.by, taken.lockName);
      const { own, group, lanes, services } = taken;
      await store.open({ ...meta, group: groupName, members: services }, opened(trigger, at), own.lock.fence);
      return { ...closed, outcome: "opened", reason: trigger.reason, blueprint, lock: own.lock, group, lanes };
    }
    const acquired = await store.acquire(trigger.service, execution.name, incidentId, now, LEASE_SECONDS);
    if (acquired.outcome === "held") return join(acquired, trigger.service);
    await store.open(meta, opened(trigger, at), acquired.lock.fence);
    return { ...closed, outcome: "opened", reason: trigger.reason, blueprint, lock: acquired.lock };
  };
  return async (input) => {
    try {
      return await open(input);
    } catch (error) {
      const hasEnded =
        error instanceof IncidentEndedError || (error instanceof TransientUpstreamError && (await isClosed(input.incidentId)));
      if (hasEnded) await giveBack(store, input);
      throw error;
    }
  };
}

/** Nobody else frees what was taken after the end; of a group also where its own lock was freed in the middle of taking the others. */
async function giveBack(store: IncidentStore, { execution, incidentId, trigger }: RollbackInput): Promise<void> {
  const names = locksOf({ service: trigger.service, ...(await announcedGroup(store, incidentId)) });
  for (const name of names) await store.release(name, execution.name);
}

/** The incident that a finding joins may be of another class: then nobody else would tell people of it, and its own execution never runs again. */
function urgencyOf({ finding }: RollbackTrigger): TimelineEvent["urgency"] {
  return finding === undefined ? "quiet" : "page";
}

function opened(trigger: RollbackTrigger, at: string): TimelineEvent {
  return event("opened", at, `${trigger.service}: ${trigger.reason}`, "notice", "incident_opened");
}

function lookUp(blueprints: BlueprintRegistry, trigger: RollbackTrigger) {
  const blueprint = blueprints.byService(trigger.service);
  const byAlarm = trigger.alarmName === null ? null : blueprints.byAlarm(trigger.alarmName);
  if (trigger.kind === "alarm" && byAlarm === null) {
    throw new BlueprintNotFoundError(
      `no deployed blueprint has a trigger with alarm ${trigger.alarmName}: delete the alarm, or deploy its blueprint again`,
      {
        alarmName: trigger.alarmName,
      },
    );
  }
  if (blueprint === null) {
    throw new BlueprintNotFoundError(
      `no blueprint is deployed for service ${trigger.service}; deployed: ${blueprints.all.map((one) => one.service).join(", ") || "none"}`,
    );
  }
  return { blueprint, triggerName: byAlarm?.trigger.name ?? null };
}

function openMeta({ execution, incidentId, trigger }: RollbackInput, at: string, topicArn: string | null): IncidentMeta {
  return {
    id: incidentId,
    service: trigger.service,
    execution: execution.name,
    status: "open",
    outcome: null,
    severity: null,
    summary: `${trigger.service}: ${trigger.reason}`,
    openedAt: at,
    closedAt: null,
    topicArn,
    trigger,
    record: null,
  };
}

function event(name: string, at: string, message: string, urgency: TimelineEvent["urgency"], type = "incident_opening"): TimelineEvent {
  return { id: `${at}#OpenIncident#${name}`, at, type, message, urgency, data: {} };
}
