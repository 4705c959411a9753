import type { Target } from "../../functions/domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../functions/domain/cluster-action.ts";
import type { WorkloadState, WorkloadWrite, WriteResult, WriteStamp } from "../../functions/domain/workload.ts";
import type { ClusterActions } from "../../functions/ports/cluster-actions.ts";
import type { Workload } from "../../functions/ports/workload.ts";
import type { ServiceModel } from "./service-model.ts";

/** A write that changed something. */
export interface EffectiveWrite {
  readonly service: ServiceModel;
  readonly write: WorkloadWrite;
  /** The template that was live before. */
  readonly from: string | null;
}

/** All workloads behind the real write guard; `onWrite` hears of every write that changed something, at once. */
export class SimulatedCluster implements Workload, ClusterActions {
  private readonly services: ReadonlyMap<string, ServiceModel>;
  private readonly onWrite: (write: EffectiveWrite) => void;
  private readonly rolloutSeconds: () => number;
  /** By execution and action. */
  private readonly done = new Set<string>();

  constructor(services: readonly ServiceModel[], rolloutSeconds: () => number, onWrite: (write: EffectiveWrite) => void) {
    this.services = new Map(services.map((service) => [service.blueprint.target.name, service]));
    this.rolloutSeconds = rolloutSeconds;
    this.onWrite = onWrite;
  }

  async read(target: Target): Promise<WorkloadState | null> {
    return this.of(target).workload.read(target);
  }

  apply(target: Target, write: WorkloadWrite): Promise<WriteResult>;
  apply(target: Target, action: ClusterAction, stamp: WriteStamp): Promise<WriteResult>;
  async apply(target: Target, wanted: WorkloadWrite | ClusterAction, stamp?: WriteStamp): Promise<WriteResult> {
    return stamp === undefined ? this.write(target, wanted as WorkloadWrite) : this.act(target, wanted as ClusterAction, stamp);
  }

  async confirm(_target: Target, action: ClusterAction, stamp: WriteStamp): Promise<Confirmation> {
    if (action.kind === "watch-drift") return { verdict: "proven", reason: "nobody has brought it back" };
    return this.done.has(keyOf(action, stamp))
      ? { verdict: "proven", reason: `${action.kind} holds` }
      : { verdict: "not-yet", reason: `${action.kind} is not there` };
  }

  private async write(target: Target, write: WorkloadWrite): Promise<WriteResult> {
    const service = this.of(target);
    const [before, from] = [service.workload.writes.length, service.state.templateHash];
    const result = await service.workload.apply(target, write);
    if (service.workload.writes.length > before) {
      service.workload.writes.length = 0;
      service.written(this.rolloutSeconds());
      this.onWrite({ service, write, from });
    }
    return result;
  }

  /** Only the resumption of a shared rollout changes which release runs. */
  private async act(target: Target, action: ClusterAction, stamp: WriteStamp): Promise<WriteResult> {
    const key = keyOf(action, stamp);
    if (action.kind === "resume" && action.to === "restored") {
      const { uid, generation } = this.of(target).state;
      const { templateHash, replicaSet } = action;
      const result = await this.write(target, { kind: "restore-template", templateHash, replicaSet, expect: { uid, generation }, stamp });
      if (result.outcome === "applied" || result.outcome === "already-applied") this.done.add(key);
      return result;
    }
    const outcome = this.done.has(key) ? "already-applied" : "applied";
    this.done.add(key);
    return { outcome, generation: this.of(target).state.generation, reason: `${action.kind} is done` };
  }

  private of({ name }: Target): ServiceModel {
    const service = this.services.get(name);
    if (service === undefined) throw new Error(`no workload ${name}`);
    return service;
  }
}

function keyOf(action: ClusterAction, { execution }: WriteStamp): string {
  return `${execution} ${JSON.stringify(action)}`;
}
