import type { AvailabilityPlan } from "./preflight.ts";
import { looked, type NodeRoom, type PreflightFacts, type QuotaRoom, type TargetFacts, type TemplateNeeds } from "./preflight-facts.ts";
import { decideStrategy } from "./write-guard.ts";

/** Pods that can be added, and what says so; null when nothing tells. */
export interface Room {
  readonly pods: number;
  readonly reason: string;
}

type Refused = NonNullable<Extract<PreflightFacts["unschedulable"], { value: unknown }>["value"]>;

/** Seconds from the schedule to ready of a pod about which nothing is known. */
const UNKNOWN_START_SECONDS = 10;
/** Kubernetes' own bound where there is no room for a surge. */
const UNAVAILABLE_SHARE = 0.25;

/**
 * How the rollout back is to go, as far as there is room: all new pods first (surge 100 %, unavailable 0); with less room as many first as fit; with none,
 * pods that do not serve anyway go first, at least one and at most a quarter more. Unknown room counts as room: a pod that stays Pending harms nobody.
 */
export function availabilityPlan(facts: Omit<PreflightFacts, "rights">): AvailabilityPlan {
  const target = facts.targets[0] ?? null;
  const needs = needsOf(target);
  switch (facts.workload.kind) {
    case "StatefulSet":
      return oneByOne(facts, needs, "a StatefulSet replaces its pods one by one");
    case "DaemonSet":
      return oneByOne(facts, needs, "a DaemonSet replaces the pod of one Node after the other");
    case "Deployment":
    case "Rollout":
      return rolling(facts, target);
  }
}

function needsOf(target: TargetFacts | null): TemplateNeeds | null {
  return target === null ? null : looked(target.needs);
}

/** The least of what quota, Nodes and the scheduler's own words allow. */
export function roomFor(
  { quotas, nodes, unschedulable }: Pick<PreflightFacts, "quotas" | "nodes" | "unschedulable">,
  needs: TemplateNeeds,
): Room | null {
  const rooms = [...quotaRooms(looked(quotas) ?? [], needs), ...nodeRooms(looked(nodes), looked(unschedulable), needs)];
  return rooms.reduce<Room | null>((least, room) => (least === null || room.pods < least.pods ? room : least), null);
}

function rolling(facts: Omit<PreflightFacts, "rights">, target: TargetFacts | null): AvailabilityPlan {
  const { workload } = facts;
  const { replicas, strategy } = workload;
  const needs = needsOf(target);
  const missing = Math.max(0, replicas - readyOf(workload, target?.templateHash ?? null));
  const decided = decideStrategy({ ...strategy, exclusive: needs?.exclusive ?? null });
  if (!decided.replace) {
    const surge = resolved(strategy.maxSurge, replicas, Math.ceil);
    const unavailable =
      surge === 0
        ? Math.max(1, resolved(strategy.maxUnavailable, replicas, Math.floor))
        : resolved(strategy.maxUnavailable, replicas, Math.floor);
    return plan(strategy, waves(missing, surge + unavailable), unavailable, workload, needs, decided.reason);
  }
  const room = needs === null ? null : roomFor(facts, needs);
  if (room === null || room.pods >= missing) {
    const why = room === null ? "room for them is not known" : `there is room for ${room.pods} more pods (${room.reason})`;
    return plan(
      { maxSurge: "100%", maxUnavailable: "0" },
      waves(missing, replicas),
      0,
      workload,
      needs,
      `all new pods first, none taken away before; ${why}`,
    );
  }
  if (room.pods > 0) {
    const why = `${room.pods} new pods first: there is no room for ${missing} (${room.reason})`;
    return plan({ maxSurge: String(room.pods), maxUnavailable: "0" }, waves(missing, room.pods), 0, workload, needs, why);
  }
  const notServing = Math.max(0, replicas - servingOf(workload));
  const unavailable = Math.max(1, notServing, Math.floor(replicas * UNAVAILABLE_SHARE));
  const why = `no room for one more pod (${room.reason}): ${unavailable} of ${replicas} are taken away first, those that do not serve before the others`;
  return plan({ maxSurge: "0", maxUnavailable: String(unavailable) }, waves(missing, unavailable), unavailable, workload, needs, why);
}

function oneByOne({ workload, targets }: Omit<PreflightFacts, "rights">, needs: TemplateNeeds | null, why: string): AvailabilityPlan {
  const { replicas, strategy } = workload;
  const missing = Math.max(0, replicas - readyOf(workload, targets[0]?.templateHash ?? null));
  const notServing = Math.max(0, replicas - servingOf(workload));
  const atOnce = Math.max(1, resolved(strategy.maxUnavailable, replicas, Math.ceil));
  const loss = Math.min(replicas, Math.max(atOnce, notServing));
  return plan(
    { maxSurge: "0", maxUnavailable: String(atOnce) },
    waves(missing, atOnce),
    loss,
    workload,
    needs,
    `${why}; nothing can be started beside them`,
  );
}

function plan(
  { maxSurge, maxUnavailable }: { readonly maxSurge: string; readonly maxUnavailable: string },
  waveCount: number,
  loss: number,
  { replicas, minReadySeconds }: PreflightFacts["workload"],
  needs: TemplateNeeds | null,
  reason: string,
): AvailabilityPlan {
  const waveSeconds = (needs?.startSeconds ?? UNKNOWN_START_SECONDS) + minReadySeconds;
  return {
    maxSurge,
    maxUnavailable,
    predictedSeconds: Math.ceil(waveCount * waveSeconds),
    predictedLoss: Math.min(replicas, loss),
    reason,
  };
}

function waves(pods: number, atOnce: number): number {
  return pods === 0 ? 0 : Math.ceil(pods / Math.max(1, atOnce));
}

/** `25%` or `3` of so many pods; Kubernetes rounds a surge up and what may be unavailable down. */
function resolved(bound: string, replicas: number, round: (value: number) => number): number {
  const value = Number.parseInt(bound, 10);
  if (Number.isNaN(value)) return 0;
  return bound.endsWith("%") ? round((replicas * value) / 100) : value;
}

function readyOf({ pods }: PreflightFacts["workload"], templateHash: string | null): number {
  return pods.find((group) => group.templateHash === templateHash)?.ready ?? 0;
}

function servingOf({ pods }: PreflightFacts["workload"]): number {
  return pods.reduce((sum, group) => sum + group.ready, 0);
}

function quotaRooms(quotas: readonly QuotaRoom[], needs: TemplateNeeds): Room[] {
  const asked: Readonly<Record<string, number>> = {
    pods: 1,
    "count/pods": 1,
    cpu: needs.requests.cpuMillicores,
    "requests.cpu": needs.requests.cpuMillicores,
    memory: needs.requests.memoryBytes,
    "requests.memory": needs.requests.memoryBytes,
    "limits.cpu": needs.limits.cpuMillicores,
    "limits.memory": needs.limits.memoryBytes,
  };
  return quotas.flatMap(({ name, left }) =>
    Object.entries(left).flatMap(([resource, value]) => {
      const each = asked[resource] ?? 0;
      return each === 0 ? [] : [{ pods: Math.max(0, Math.floor(value / each)), reason: `quota ${name}: ${resource}` }];
    }),
  );
}

/** What the Nodes have left; where nobody may read them, the scheduler's own refusal. */
function nodeRooms(nodes: readonly NodeRoom[] | null, refused: Refused | null, { requests }: TemplateNeeds): Room[] {
  if (nodes === null) {
    // The bad release may ask for more than the one that comes back.
    const asksForLess =
      refused !== null && (requests.cpuMillicores < refused.requests.cpuMillicores || requests.memoryBytes < refused.requests.memoryBytes);
    return refused === null || asksForLess ? [] : [{ pods: 0, reason: `scheduler: ${refused.message}` }];
  }
  const fits = nodes.map(({ cpuMillicores, memoryBytes, pods }) =>
    Math.max(0, Math.min(pods, share(cpuMillicores, requests.cpuMillicores), share(memoryBytes, requests.memoryBytes))),
  );
  return [{ pods: fits.reduce((sum, pods) => sum + pods, 0), reason: `${nodes.length} ${nodes.length === 1 ? "Node" : "Nodes"}` }];
}

function share(left: number, each: number): number {
  return each === 0 ? Number.POSITIVE_INFINITY : Math.floor(left / each);
}
