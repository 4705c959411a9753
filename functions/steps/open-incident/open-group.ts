import type { Blueprint } from "../../domain/blueprint.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { groupLockName, membersOf, nodeOf } from "../../domain/group/group.ts";
import { layersOf } from "../../domain/group/waves.ts";
import type { Left } from "../../domain/lanes.ts";
import type { Opening, RollbackInput } from "../../domain/rollback-document.ts";
import { inWords } from "../../domain/time.ts";
import type { AcquireResult, IncidentStore } from "../../ports/incident-store.ts";
import { settleBounded } from "../../runtime/bounded.ts";

/** Locks that are asked for at the same time. */
const LOCKS_AT_ONCE = 5;

type Held = Extract<AcquireResult, { outcome: "held" }>;
type Acquired = Extract<AcquireResult, { outcome: "acquired" }>;

export interface OpenGroupRequest {
  readonly input: RollbackInput;
  readonly group: string;
  readonly all: readonly Blueprint[];
  readonly now: Date;
  readonly leaseSeconds: number;
}

/** `lockName`: the lock that somebody else holds, so that this trigger joins the holder's incident. */
export type GroupTaken =
  | { readonly outcome: "held"; readonly by: Held; readonly lockName: string }
  | {
      readonly outcome: "acquired";
      readonly own: Acquired;
      readonly group: NonNullable<Opening["group"]>;
      readonly lanes: Readonly<Record<string, Opening | Left>>;
      /** Services whose locks are ours. */
      readonly services: readonly string[];
    };

/**
 * Takes the group's lock, then those of its members, all for one execution. Whoever finds the group taken looks no further, which keeps joining cheap.
 * The members are written down before the first lock: an execution that dies in between is cleaned up by that. A member that somebody else works on is
 * left to him.
 */
export async function openGroup(store: IncidentStore, request: OpenGroupRequest): Promise<GroupTaken> {
  const { group, all, now, leaseSeconds, input } = request;
  const { execution, incidentId, trigger } = input;
  const lockName = groupLockName(group);
  const blueprints = membersOf(group, all);
  const acquire = (name: string) => store.acquire(name, execution.name, incidentId, now, leaseSeconds);
  const announce = () => {
    const planned = { group, state: "planned", reason: "", target: null } as const;
    return store.announce(
      incidentId,
      blueprints.map(({ service }) => ({ service, ...planned })),
    );
  };
  const holder = await store.holder(lockName);
  const isOurs = holder?.owner === execution.name;
  const looksFree = isOurs || !isLive(holder, now);
  if (looksFree) {
    const busy = isOurs ? null : await heldByAnother(store, request, acquire);
    if (busy !== null) return { outcome: "held", by: busy, lockName: trigger.service };
    await announce();
  }
  const taken = await acquire(lockName);
  if (taken.outcome === "held") return { outcome: "held", by: taken, lockName };
  if (!looksFree) await announce();
  const own = await acquire(trigger.service);
  // Others may have joined us by now, so the group is not given back: this try is repeated, and in the end a human is called.
  if (own.outcome === "held") throw new TransientUpstreamError(`incident ${own.incidentId} has just begun to work on ${trigger.service}`);
  const others = blueprints.filter(({ service }) => service !== trigger.service);
  const locks = await settleBounded(others, LOCKS_AT_ONCE, ({ service }) => acquire(service));
  const lanes = Object.fromEntries(
    others.map((blueprint, index): [string, Opening | Left] => [blueprint.service, laneOf(blueprint, locks[index], now, trigger.reason)]),
  );
  return {
    outcome: "acquired",
    own,
    group: { name: group, fence: taken.lock.fence, layers: layersOf(blueprints.map(nodeOf)) },
    lanes,
    services: [trigger.service, ...Object.keys(lanes).filter((service) => "outcome" in (lanes[service] ?? {}))],
  };
}

/** A run of the service alone is under way: its incident is the one to join. Null when none is. */
async function heldByAnother(
  store: IncidentStore,
  { input: { execution, trigger }, now }: OpenGroupRequest,
  acquire: (name: string) => Promise<AcquireResult>,
): Promise<Held | null> {
  if (!isLive(await store.holder(trigger.service), now)) return null;
  const own = await acquire(trigger.service);
  if (own.outcome === "held") return own;
  // It was freed at this moment. No lock of a member is kept without that of the group: its holder would find it taken.
  await store.release(trigger.service, execution.name);
  return null;
}

function isLive(holder: { readonly leaseUntil: string } | null, now: Date): boolean {
  return holder !== null && Date.parse(holder.leaseUntil) >= Math.floor(now.getTime() / 1000) * 1000;
}

function laneOf(blueprint: Blueprint, settled: PromiseSettledResult<AcquireResult> | undefined, now: Date, reason: string): Opening | Left {
  // A fault of the table is none of the member: the state is tried again as a whole.
  if (settled === undefined || settled.status === "rejected") throw settled?.reason;
  const taken = settled.value;
  if (taken.outcome === "held") {
    const held = inWords(Math.max(0, (Date.parse(taken.leaseUntil) - now.getTime()) / 1000));
    return { left: "skipped", reason: `incident ${taken.incidentId} works on it; its lease ends in ${held}` };
  }
  return { outcome: "opened", reason, openedAt: now.toISOString(), mergedInto: null, triggerName: null, blueprint, lock: taken.lock };
}
