import type { ConfigRef } from "./cluster-action.ts";
import type { WorkloadState } from "./workload.ts";

/** Something that was looked at, or why nobody could, with what would change that (`fix` names a rule of a Role, or is empty). */
export type Looked<T> = { readonly value: T } | { readonly notChecked: string; readonly fix: string };

/** CPU in thousandths of a core, memory in bytes. */
export interface Resources {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

/** One object that a template reads and cannot start without. */
export interface ConfigNeed extends Pick<ConfigRef, "kind" | "name"> {
  /** Keys that are named; empty when any content will do. */
  readonly keys: readonly string[];
}

/** What a pod template needs of its cluster, by name. Optional references are left out. */
export interface TemplateNeeds {
  readonly images: readonly string[];
  readonly configs: readonly ConfigNeed[];
  /** Null when the template names none: the default one is always there. */
  readonly serviceAccount: string | null;
  readonly claims: readonly string[];
  readonly priorityClass: string | null;
  readonly requests: Resources;
  readonly limits: Resources;
  /** What two pods cannot share (a claimed volume, a host port, a node); null when nothing. */
  readonly exclusive: string | null;
  /** Readiness gates that the template itself asks for. */
  readonly readinessGates: readonly string[];
  /** From the schedule to ready as far as the probes tell: their delays and one period. Without probes a guess. */
  readonly startSeconds: number;
}

/** What was found for one release that may come back. */
export interface TargetFacts {
  readonly templateHash: string;
  /** Null when neither the cluster nor a snapshot has its template. */
  readonly needs: Looked<TemplateNeeds | null>;
  /** Labels of the template against the workload's selector, which nobody can change. */
  readonly selected: boolean;
  /** `missing`: keys that are not there; the name of the object itself when all of it is gone. */
  readonly configs: readonly { readonly need: ConfigNeed; readonly missing: Looked<readonly string[]> }[];
  readonly serviceAccount: Looked<boolean>;
  readonly claims: readonly { readonly name: string; readonly found: Looked<"absent" | "shared" | "one-node"> }[];
  readonly priorityClass: Looked<boolean>;
  readonly images: readonly { readonly image: string; readonly present: Looked<boolean> }[];
}

/** One ResourceQuota, as far as it limits pods: what is left of each resource. */
export interface QuotaRoom {
  readonly name: string;
  /** `pods`, `requests.cpu`, `limits.memory` ... to what is left, in pods, millicores or bytes. */
  readonly left: Readonly<Record<string, number>>;
}

/** One Node that may run the target's pods, and what is left on it. */
export interface NodeRoom extends Resources {
  readonly pods: number;
}

/** A verb that a step of the plan needs, and whether the group that writes has it. */
export interface RightFact {
  /** As in a Role: `{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}`, with its namespace where that is another one. */
  readonly rule: string;
  readonly allowed: Looked<boolean>;
}

/** Everything that was looked at before the first write. */
export interface PreflightFacts {
  readonly workload: Pick<WorkloadState, "kind" | "replicas" | "strategy" | "minReadySeconds" | "templateHash" | "pods" | "hpa">;
  /** In the plan's order of preference. */
  readonly targets: readonly TargetFacts[];
  readonly quotas: Looked<readonly QuotaRoom[]>;
  readonly nodes: Looked<readonly NodeRoom[]>;
  /** The newest FailedScheduling event of the last 10 minutes about a pod of the workload that still waits, and what that pod asks for; null when there is none. */
  readonly unschedulable: Looked<{ readonly message: string; readonly requests: Resources } | null>;
  readonly autoscaler: Looked<{ readonly name: string; readonly maxReplicas: number } | null>;
  /** Disruption budgets over the workload's pods, and how many pods each may lose now. */
  readonly budgets: Looked<readonly { readonly name: string; readonly allowed: number }[]>;
  /** An ALB serves the namespace and nothing makes its pods wait until it does; null when there is none. */
  readonly loadBalancer: Looked<{ readonly ingress: string; readonly gated: boolean } | null>;
  readonly rights: readonly RightFact[];
}

/** The value where there is one. */
export function looked<T>(fact: Looked<T>): T | null {
  return "value" in fact ? fact.value : null;
}
