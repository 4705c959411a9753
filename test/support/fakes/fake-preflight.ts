import type { Looked, PreflightFacts, TargetFacts } from "../../../functions/domain/preflight-facts.ts";
import type { PreflightReader, PreflightRequest } from "../../../functions/ports/preflight.ts";

const UNSEEN: Looked<never> = { notChecked: "nobody looked", fix: "" };

/** A cluster in which everything is there that a release needs, and nothing is known of the room; a release may be made to lack something. */
export class FakePreflight implements PreflightReader {
  readonly requests: PreflightRequest[] = [];
  /** By template hash. */
  readonly lacks: Record<string, Partial<TargetFacts>> = {};
  around: Partial<PreflightFacts> = {};

  async look(request: PreflightRequest): Promise<PreflightFacts> {
    this.requests.push(request);
    return {
      workload: request.workload,
      targets: request.candidates.map(({ templateHash }) => ({
        ...{ templateHash, needs: { value: NO_NEEDS }, selected: true, configs: [], claims: [], images: [] },
        ...{ serviceAccount: { value: true }, priorityClass: { value: true } },
        ...this.lacks[templateHash],
      })),
      ...{ quotas: UNSEEN, nodes: UNSEEN, unschedulable: UNSEEN, autoscaler: { value: null }, budgets: { value: [] } },
      ...{ loadBalancer: { value: null }, rights: [] },
      ...this.around,
    };
  }
}

const NO_NEEDS = {
  ...{ images: [], configs: [], serviceAccount: null, claims: [], priorityClass: null, exclusive: null, readinessGates: [] },
  ...{ requests: { cpuMillicores: 0, memoryBytes: 0 }, limits: { cpuMillicores: 0, memoryBytes: 0 }, startSeconds: 10 },
};
