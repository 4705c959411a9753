import type { Target } from "../../../functions/domain/blueprint.ts";
import type { WorkloadState, WorkloadWrite, WriteResult } from "../../../functions/domain/workload.ts";
import type { Workload } from "../../../functions/ports/workload.ts";
import { FakeWorkload } from "./fake-workload.ts";

/** Many workloads by their target's name, each as `FakeWorkload` has it. Knows in which order templates were written, and how many writes ran at once. */
export class FakeFleet implements Workload {
  readonly byName = new Map<string, FakeWorkload>();
  /** Names, in the order of the template writes that changed something. */
  readonly restored: string[] = [];
  /** The most writes that were under way at the same moment. */
  mostAtOnce = 0;
  /** What a write on a workload of this name throws, instead of being made. */
  readonly faults = new Map<string, () => Error | null>();
  private atOnce = 0;

  constructor(states: Readonly<Record<string, WorkloadState | null>>) {
    for (const [name, state] of Object.entries(states)) this.byName.set(name, new FakeWorkload(state));
  }

  of(name: string): FakeWorkload {
    const workload = this.byName.get(name);
    if (workload === undefined) throw new Error(`the fleet has no ${name}: ${[...this.byName.keys()].join(", ")}`);
    return workload;
  }

  read(target: Target): Promise<WorkloadState | null> {
    return this.of(target.name).read(target);
  }

  async apply(target: Target, write: WorkloadWrite): Promise<WriteResult> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await Promise.resolve();
      const fault = this.faults.get(target.name)?.() ?? null;
      if (fault !== null) throw fault;
      const result = await this.of(target.name).apply(target, write);
      if (write.kind === "restore-template" && result.outcome === "applied") this.restored.push(target.name);
      return result;
    } finally {
      this.atOnce -= 1;
    }
  }
}
