import type { EvidenceBundle, PodFacts } from "../../domain/diagnosis/evidence-bundle.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import type { Evidence, EvidenceRequest } from "../../ports/evidence.ts";
import { type ConnectToCluster, eksConnections } from "./eks-connections.ts";
import { Attempts } from "./evidence-attempts.ts";
import { eventFacts } from "./evidence-events.ts";
import { readLog } from "./evidence-logs.ts";
import { conditionFacts } from "./evidence-pods.ts";
import { EvidenceReads } from "./evidence-reads.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";

/** How much is read, and how long each read may take. */
export interface EvidenceDepth {
  readonly podsPerTemplate: number;
  readonly listMilliseconds: number;
  readonly logMilliseconds: number;
  readonly nodes: number;
}

/** While the run waits: logs of at most two pods per template, within a second. */
const DEPTHS: Readonly<Record<EvidenceRequest["depth"], EvidenceDepth>> = {
  quick: { podsPerTemplate: 2, listMilliseconds: 2_500, logMilliseconds: 1_000, nodes: 0 },
  thorough: { podsPerTemplate: 5, listMilliseconds: 5_000, logMilliseconds: 3_000, nodes: 3 },
};

/** Evidence of a workload on Amazon EKS, in two rounds of parallel reads: objects and their events, then events and logs of the pods chosen from them. */
export function kubernetesEvidence(
  connect: ConnectToCluster = eksConnections(),
  now: () => Date = () => new Date(),
  depths: Readonly<Record<EvidenceRequest["depth"], EvidenceDepth>> = DEPTHS,
): Evidence {
  return { collect: (request) => collect(connect(request.target), request, depths[request.depth], now()) };
}

async function collect(
  kubernetes: KubernetesClient,
  { target, workload, since, depth: name }: EvidenceRequest,
  depth: EvidenceDepth,
  now: Date,
): Promise<EvidenceBundle> {
  const attempts = new Attempts();
  const reads = new EvidenceReads(kubernetes, attempts, target, depth.listMilliseconds);
  const revisions = revisionsOf(workload);
  const makers = target.kind === "Deployment" || target.kind === "Rollout" ? revisions : [];
  const [conditions, templates, pods, events] = await Promise.all([
    reads.conditions(),
    Promise.all(revisions.map((revision) => reads.template(revision))),
    reads.pods(workload, now),
    Promise.all([{ uid: workload.uid, name: target.name }, ...makers].map((object) => reads.events(object))),
  ]);
  const chosen = chooseByTemplate(pods, depth.podsPerTemplate);
  const failing = pods.filter((pod) => pod.failing);
  const nodeNames = [...new Set(failing.map(({ node }) => node))].filter((name) => name !== null).slice(0, depth.nodes);
  const [podEvents, logs, nodes] = await Promise.all([
    Promise.all(chosen.filter((pod) => pod.failing).map((pod) => reads.events(pod))),
    Promise.all(
      chosen.map((pod) => attempts.of(`log of ${pod.name}`, depth.logMilliseconds, () => readLog(kubernetes, target.namespace, pod))),
    ),
    Promise.all(nodeNames.map((name) => reads.node(name))),
  ]);
  const hashes = new Map([...workload.replicaSets, ...pods].map(({ uid, templateHash }) => [uid, templateHash]));
  return {
    collectedAt: now.toISOString(),
    depth: name,
    liveHash: workload.templateHash,
    replicas: workload.replicas,
    conditions: conditionFacts(conditions),
    templates: templates.flat(),
    pods,
    events: eventFacts([...events, ...podEvents].flat(), hashes, since),
    logs: logs.filter((log) => log !== null),
    nodes: nodes.flat(),
    gaps: attempts.gaps,
  };
}

/** The live revision and the newest other one. */
function revisionsOf({ replicaSets, templateHash }: WorkloadState): WorkloadState["replicaSets"] {
  const live = replicaSets.find((revision) => revision.templateHash === templateHash);
  const earlier = replicaSets.find((revision) => revision.templateHash !== templateHash);
  return [live, earlier].filter((revision) => revision !== undefined);
}

/** So many pods of each template; those that fail come first in the list. */
function chooseByTemplate(pods: readonly PodFacts[], most: number): readonly PodFacts[] {
  const taken = new Map<string, number>();
  return pods.filter(({ templateHash }) => {
    const count = (taken.get(templateHash) ?? 0) + 1;
    taken.set(templateHash, count);
    return count <= most;
  });
}
