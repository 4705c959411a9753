import { type PlacedSpec, selectsNode, untoleratedTaint } from "../node-fit.ts";
import type { Container, Pod } from "../objects.ts";
import { quantity } from "../quantities.ts";
import type { Node } from "../workload-objects.ts";

/** Where a pod goes, or why it goes nowhere in the scheduler's words. */
export type Decision = { readonly nodeName: string } | { readonly message: string };

interface Request {
  readonly cpu: number;
  readonly memory: number;
}

function requestOf(pod: Pod): Request {
  const of = ({ resources }: Container, resource: "cpu" | "memory"): number => {
    const { requests, limits } = (resources ?? {}) as Record<"requests" | "limits", Record<string, string> | undefined>;
    return quantity(requests?.[resource] ?? limits?.[resource] ?? "0");
  };
  const sum = (resource: "cpu" | "memory"): number => pod.spec.containers.reduce((total, one) => total + of(one, resource), 0);
  return { cpu: sum("cpu"), memory: sum("memory") };
}

/** Puts pods on the model's Nodes: by selectors, taints, requests and a limit on all pods together; the emptiest Node first. */
export class Scheduler {
  readonly #podCapacity: number;
  readonly #nodes = new Map<string, Node>();
  readonly #placed = new Map<string, Request & { readonly nodeName: string }>();

  constructor(nodes: readonly Node[], podCapacity: number) {
    this.#podCapacity = podCapacity;
    for (const node of nodes) this.see(node);
  }

  see(node: Node): void {
    this.#nodes.set(node.metadata.name, node);
  }

  has(nodeName: string): boolean {
    return this.#nodes.has(nodeName);
  }

  node(nodeName: string): Node | undefined {
    return this.#nodes.get(nodeName);
  }

  /** A pod that is on its Node already takes its room, whether there is enough or not. */
  occupy(pod: Pod, nodeName: string): void {
    this.#placed.set(pod.metadata.uid, { nodeName, ...requestOf(pod) });
  }

  /** Chooses and occupies. */
  place(pod: Pod): Decision {
    const request = requestOf(pod);
    const refusals: string[] = [];
    const candidates: { nodeName: string; pods: number }[] = [];
    for (const [nodeName, node] of this.#nodes) {
      const reasons = this.#refusals(pod, request, node);
      refusals.push(...reasons);
      if (reasons.length === 0) candidates.push({ nodeName, pods: this.#on(nodeName).length });
    }
    const [best] = candidates.sort((a, b) => a.pods - b.pods);
    if (!best) return { message: `0/${this.#nodes.size} nodes are available: ${counted(refusals)}.` };
    this.occupy(pod, best.nodeName);
    return { nodeName: best.nodeName };
  }

  /** The scheduler's sentence about something that no Node can mend. */
  refuse(problem: string): Decision {
    return { message: `0/${this.#nodes.size} nodes are available: ${problem}.` };
  }

  release(uid: string): void {
    this.#placed.delete(uid);
  }

  #on(nodeName: string): Request[] {
    return [...this.#placed.values()].filter((one) => one.nodeName === nodeName);
  }

  #refusals(pod: Pod, request: Request, node: Node): string[] {
    const spec = pod.spec as PlacedSpec;
    if (node.spec?.unschedulable && !toleratesCordon(spec, node)) return ["node(s) were unschedulable"];
    if (!selectsNode(spec, node)) return ["node(s) didn't match Pod's node affinity/selector"];
    const taint = untoleratedTaint(spec, node, ["NoSchedule", "NoExecute"]);
    if (taint) return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`];
    const { cpu = "0", memory = "0" } = node.status?.allocatable ?? {};
    const there = this.#on(node.metadata.name);
    const free = (resource: "cpu" | "memory", total: string): number =>
      quantity(total) - there.reduce((sum, one) => sum + one[resource], 0);
    return [
      ...(this.#placed.size >= this.#podCapacity ? ["Too many pods"] : []),
      ...(request.cpu > free("cpu", cpu) ? ["Insufficient cpu"] : []),
      ...(request.memory > free("memory", memory) ? ["Insufficient memory"] : []),
    ];
  }
}

/** Does the pod tolerate a cordoned Node, as daemon pods do? */
function toleratesCordon(spec: PlacedSpec, node: Node): boolean {
  const cordon = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;
  return untoleratedTaint(spec, { ...node, spec: { taints: [cordon] } }, ["NoSchedule"]) === undefined;
}

function counted(reasons: readonly string[]): string {
  const groups = Map.groupBy(reasons, (reason) => reason);
  return [...groups]
    .map(([reason, all]) => `${all.length} ${reason}`)
    .sort()
    .join(", ");
}
