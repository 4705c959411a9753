/**
 * What one collection read of a workload, reduced to what decides and redacted. It is archived whole and never travels in the document:
 * findings do.
 */
export interface EvidenceBundle {
  readonly collectedAt: string;
  /** `thorough` ones are made after the rollback: what controllers say then is about the restored release. */
  readonly depth: "quick" | "thorough";
  /** Template that is (or was, when the incident was assessed) live. */
  readonly liveHash: string | null;
  /** Replicas asked for. */
  readonly replicas: number;
  readonly conditions: readonly ConditionFacts[];
  readonly templates: readonly TemplateFacts[];
  readonly pods: readonly PodFacts[];
  readonly events: readonly EventFacts[];
  readonly logs: readonly LogFacts[];
  /** Nodes of failing pods, where they may be read. */
  readonly nodes: readonly NodeFacts[];
  readonly gaps: readonly Gap[];
}

export type ProbeKind = "readiness" | "liveness" | "startup";

/** Something that could not be read, and why. `permission`: our own role lacks a rule; `why` names it. */
export interface Gap {
  readonly what: string;
  readonly why: string;
  readonly permission: boolean;
}

export interface ConditionFacts {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Of a template only what a diagnosis compares; no environment, no arguments. */
export interface TemplateFacts {
  readonly templateHash: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly limits: Readonly<Record<string, string>>;
    readonly requests: Readonly<Record<string, string>>;
    readonly probes: readonly { readonly kind: ProbeKind; readonly path: string | null; readonly port: string | null }[];
  }[];
}

export interface PodFacts {
  readonly name: string;
  readonly uid: string;
  readonly templateHash: string;
  readonly node: string | null;
  /** `status.phase`, `status.reason` and `status.message`. */
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly ready: boolean;
  /** It fails by its most decisive field; a pod that has not had time to start does not. */
  readonly failing: boolean;
  readonly conditions: readonly ConditionFacts[];
  /** Init containers first, then the app's own, then ephemeral ones. */
  readonly containers: readonly ContainerFacts[];
}

export interface ContainerFacts {
  readonly name: string;
  readonly role: "init" | "app" | "ephemeral";
  /** By its most decisive field; one that starts, or has settled after a crash, does not. */
  readonly failing: boolean;
  readonly image: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly waiting: { readonly reason: string; readonly message: string } | null;
  readonly running: boolean;
  /** The end that counts: of this run, or of the last one if it was recent; null when there is none or it went well. */
  readonly end: ContainerEnd | null;
}

export interface ContainerEnd {
  readonly exitCode: number;
  readonly reason: string;
  /** Of the runtime, where it could not start the container. A container's own last words are not in here. */
  readonly message: string;
}

export interface EventFacts {
  /** Of the object that it is about. */
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly templateHash: string | null;
  /** `Warning` or `Normal`. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly lastAt: string;
}

export interface LogFacts {
  readonly pod: string;
  readonly templateHash: string;
  readonly container: string;
  /** Of the run before this one. */
  readonly previous: boolean;
  /** The last ones, oldest first, redacted. */
  readonly lines: readonly string[];
}

export interface NodeFacts {
  readonly name: string;
  readonly conditions: readonly ConditionFacts[];
}
