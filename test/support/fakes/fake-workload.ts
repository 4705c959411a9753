import type { Target } from "../../../functions/domain/blueprint.ts";
import type { WorkloadState, WorkloadWrite, WriteResult } from "../../../functions/domain/workload.ts";
import { decideWrite } from "../../../functions/domain/write-guard.ts";
import type { Workload } from "../../../functions/ports/workload.ts";

/**
 * One Deployment in memory behind the real write guard. A write changes the state at once and the rollout is complete at once, unless the test
 * passes `settle: false` and calls `settle()` itself. `writes` are the requests that changed something: the count tests assert on.
 */
export class FakeWorkload implements Workload {
  readonly writes: WorkloadWrite[] = [];
  state: WorkloadState | null;
  /** Why a dry run of a template is refused; null when it is not. */
  dryRunDenial: string | null = null;
  private readonly settlesAtOnce: boolean;

  constructor(state: WorkloadState | null, options: { readonly settle?: boolean } = {}) {
    this.state = structuredClone(state);
    this.settlesAtOnce = options.settle ?? true;
  }

  async read(_target: Target): Promise<WorkloadState | null> {
    return structuredClone(this.state);
  }

  async apply(_target: Target, write: WorkloadWrite): Promise<WriteResult> {
    if (this.state === null) return { outcome: "superseded", generation: 0, reason: "the Deployment does not exist any more" };
    const { decision, reason } = decideWrite({ ...this.state, assessedIsLive: this.isReplacing(write) }, write);
    if (decision !== "proceed") return { outcome: decision, generation: this.state.generation, reason };
    if (write.kind === "restore-template" && write.dryRun !== undefined && this.dryRunDenial !== null) {
      return { outcome: "refused", generation: this.state.generation, reason: this.dryRunDenial };
    }
    if (write.kind === "restore-template" && write.dryRun === "alone") {
      return { outcome: "already-applied", generation: this.state.generation, reason: "the dry run passes" };
    }
    this.writes.push(structuredClone(write));
    this.state = { ...written(this.state, write), generation: this.state.generation + 1 };
    if (this.settlesAtOnce) this.settle();
    return { outcome: "applied", generation: this.state.generation, reason };
  }

  /** The write names the release to be replaced, and that one is live. */
  private isReplacing(write: WorkloadWrite): boolean {
    const replaced = write.kind === "restore-template" ? write.expect.replicaSet : undefined;
    const live = this.state?.replicaSets.find(({ templateHash }) => templateHash === this.state?.templateHash);
    return replaced !== undefined && live?.name === replaced;
  }

  /** Somebody else changes the Deployment: generation + 1. */
  change(patch: Partial<WorkloadState>): void {
    if (this.state !== null) this.state = { ...this.state, ...structuredClone(patch), generation: this.state.generation + 1 };
  }

  /** The controllers finish: every replica runs the live template and is ready. */
  settle(): void {
    if (this.state === null) return;
    const { replicas, templateHash } = this.state;
    this.state = {
      ...this.state,
      observedGeneration: this.state.generation,
      status: {
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        progressDeadlineExceeded: false,
        replicaFailure: null,
      },
      replicaSets: this.state.replicaSets.map((replicaSet) => {
        const count = replicaSet.templateHash === templateHash ? replicas : 0;
        return { ...replicaSet, replicas: count, readyReplicas: count };
      }),
      pods: templateHash === null ? [] : [{ templateHash, total: replicas, ready: replicas, failing: 0, restarts: 0, reasons: [] }],
    };
  }
}

function written(state: WorkloadState, write: WorkloadWrite): WorkloadState {
  const stamps = { ...state.stamps, execution: write.stamp.execution, fence: write.stamp.fence };
  switch (write.kind) {
    case "restore-template": {
      const target = state.replicaSets.find((replicaSet) => replicaSet.templateHash === write.templateHash);
      const revision = Math.max(0, ...state.replicaSets.map((replicaSet) => replicaSet.revision)) + 1;
      return {
        ...state,
        templateHash: write.templateHash,
        image: target?.image ?? state.image,
        strategy: { type: "RollingUpdate", maxSurge: "100%", maxUnavailable: "0" },
        stamps: { ...stamps, savedStrategy: state.stamps.savedStrategy ?? JSON.stringify(state.strategy) },
        replicaSets: state.replicaSets
          .map((replicaSet) => (replicaSet === target ? { ...replicaSet, revision } : replicaSet))
          .sort((one, other) => other.revision - one.revision),
      };
    }
    case "restore-scale":
      return { ...state, replicas: write.replicas, stamps };
    case "restore-strategy": {
      const { paused, ...others } = stamps;
      const strategy = state.stamps.savedStrategy === null ? state.strategy : JSON.parse(state.stamps.savedStrategy);
      return { ...state, strategy, ...(paused === true ? { paused: false } : {}), stamps: { ...others, savedStrategy: null } };
    }
  }
}
