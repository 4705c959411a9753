import type { ControllerRevision, DaemonSet } from "kubernetes-types/apps/v1.d.ts";
import type { Node, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import { PermissionError } from "../../domain/errors.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import { applyToRevisioned, updateStrategyOf } from "./controller-revision-write.ts";
import { daemonSetState, unreadyNodeNames } from "./daemon-set-state.ts";
import { pathsOf } from "./deployment-paths.ts";
import { selectorText } from "./deployment-state.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import type { WorkloadOfKind } from "./kubernetes-workload.ts";
import { replaceStrategy, rollingStrategy } from "./workload-strategy.ts";

/** A DaemonSet. */
export const daemonSetWorkload: WorkloadOfKind = {
  read: readDaemonSet,
  apply: (kubernetes, target, write, now) =>
    applyToRevisioned<DaemonSet>(kubernetes, target, write, now, {
      kind: "DaemonSet",
      path: (of) => pathsOf(of).daemonSet,
      strategyFor,
    }),
};

/**
 * Pods that are missing already count against `maxUnavailable`: with one Node that is not ready and the usual 1, no other pod would ever be replaced.
 * As many more as are missing may be taken away; with none missing the author's strategy stays.
 */
function strategyFor(live: DaemonSet) {
  const { type, rollingUpdate } = live.spec?.updateStrategy ?? {};
  if (type === "OnDelete") return { operations: [], reason: "strategy OnDelete: the pods are replaced one by one by the next step" };
  const missing = live.status?.numberUnavailable ?? 0;
  const desired = live.status?.desiredNumberScheduled ?? 0;
  const allowed = inPods(rollingUpdate?.maxUnavailable ?? 1, desired);
  if (missing === 0) return { operations: [], reason: `${Math.max(1, allowed)} pods at a time` };
  const wanted = rollingStrategy({ maxSurge: "0", maxUnavailable: String(Math.max(1, allowed) + missing) });
  const reason = `${Math.max(1, allowed)} pods at a time beside the ${missing} that are missing`;
  return { operations: replaceStrategy(updateStrategyOf(live), withoutSurge(wanted, live)), reason };
}

/** Servers before 1.22 do not know the field: it is only written where it is there. */
function withoutSurge(strategy: ReturnType<typeof rollingStrategy>, live: DaemonSet): unknown {
  const known: object = live.spec?.updateStrategy?.rollingUpdate ?? {};
  if ("maxSurge" in known) return strategy;
  return { type: strategy.type, rollingUpdate: { maxUnavailable: strategy.rollingUpdate.maxUnavailable } };
}

/** A percentage of a DaemonSet's pods is rounded up. */
function inPods(bound: number | string, desired: number): number {
  return typeof bound === "string" && bound.endsWith("%") ? Math.ceil((Number.parseInt(bound, 10) * desired) / 100) : Number(bound);
}

/** What is known of it; null when it does not exist. */
export async function readDaemonSet(kubernetes: KubernetesClient, target: Target, now: Date): Promise<WorkloadState | null> {
  const paths = pathsOf(target);
  const daemonSet = await kubernetes.get<DaemonSet>(paths.daemonSet);
  if (daemonSet === null) return null;
  const selector = selectorText(daemonSet.spec?.selector ?? {});
  const [revisions, pods] = await Promise.all([
    kubernetes.list<ControllerRevision>(paths.controllerRevisions, selector),
    kubernetes.list<Pod>(paths.pods, selector),
  ]);
  const nodes = await Promise.all(unreadyNodeNames(daemonSet, pods ?? []).map((name) => readNode(kubernetes, paths.node(name), name)));
  const unreachable = nodes.filter((name) => name !== null);
  return daemonSetState({ daemonSet, revisions: revisions ?? [], pods: pods ?? [], unreachable }, now);
}

/** The name of a Node that is not ready. Nodes are the cluster's: without the optional right to read them their state is not known, and their pods are waited for. */
async function readNode(kubernetes: KubernetesClient, path: string, name: string): Promise<string | null> {
  try {
    const node = await kubernetes.get<Node>(path);
    const ready = node?.status?.conditions?.find(({ type }) => type === "Ready")?.status;
    return ready === "True" ? null : name;
  } catch (error) {
    if (error instanceof PermissionError) return null;
    throw error;
  }
}
