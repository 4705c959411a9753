/** Milliseconds from an accepted event to the first accepted change of the template, ours and the floor's, samples interleaved. */
export interface ReactionResult {
  readonly floorP50Ms: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** p50 / the floor's p50. */
  readonly ratioP50: number;
  /** p95 / the floor's p95. */
  readonly ratioP95: number;
  readonly samples: number;
}

/** What the local target tells: reaction, a bare undo, and what an execution went through before its first write. */
export interface ReactionPart {
  readonly reaction: ReactionResult;
  /** GET, LIST, PATCH with the production client: what a person's own script would need. */
  readonly bareUndo: { readonly p50Ms: number };
  /** States entered, Choices too, up to the one that writes. */
  readonly statesBeforeFirstWrite: number;
  /** Functions invoked, the starter and the writing one included. */
  readonly lambdasBeforeFirstWrite: number;
}

/** 1 kilobyte = 1024 bytes of minified code. */
export interface BundleResult {
  readonly name: string;
  readonly kilobytes: number;
  readonly initMs: number;
}

export interface BundlesPart {
  readonly reference: Omit<BundleResult, "name">;
  readonly bundles: readonly BundleResult[];
}

/** Medians of the seconds; the smallest of the minima. */
export interface RecoveryResult {
  readonly replicas: number;
  readonly podReadySeconds: number;
  readonly oursSeconds: number;
  readonly oursMinAvailable: number;
  readonly freshDeploymentSeconds: number;
  readonly undoDefaultSeconds: number;
  readonly undoDefaultMinAvailable: number;
  readonly undoSafeSeconds: number;
  /** `simulator`, or the version of the API server. */
  readonly server: string;
}

export interface RecoveryPart {
  readonly recovery: RecoveryResult;
}

/** The whole answer. With `--only`, the other parts are absent. */
export type BenchResult = ReactionPart & BundlesPart & RecoveryPart;
