import type { PreflightFacts, TargetFacts, TemplateNeeds } from "../../../functions/domain/preflight-facts.ts";
import { aWorkloadState, GOOD_HASH } from "../../support/builders/index.ts";

export const GIB = 2 ** 30;

/** A pod of a quarter core and 256 MiB, ready after 4 s, that reads nothing. */
export function someNeeds(overrides: Partial<TemplateNeeds> = {}): TemplateNeeds {
  return {
    images: ["demo/checkout:v1"],
    configs: [],
    serviceAccount: null,
    claims: [],
    priorityClass: null,
    requests: { cpuMillicores: 250, memoryBytes: GIB / 4 },
    limits: { cpuMillicores: 500, memoryBytes: GIB / 2 },
    exclusive: null,
    readinessGates: [],
    startSeconds: 4,
    ...overrides,
  };
}

/** A release for which everything is there. */
export function someTarget(overrides: Partial<TargetFacts> = {}, needs: Partial<TemplateNeeds> = {}): TargetFacts {
  return {
    templateHash: GOOD_HASH,
    needs: { value: someNeeds(needs) },
    selected: true,
    configs: [],
    serviceAccount: { value: true },
    claims: [],
    priorityClass: { value: true },
    images: [],
    ...overrides,
  };
}

/** Ten bad pods that are ready, room for twenty more, one release to go back to. */
export function someFacts(overrides: Partial<PreflightFacts> = {}): PreflightFacts {
  return {
    workload: aWorkloadState({ replicas: 10, pods: [{ templateHash: "bad", total: 10, ready: 10, failing: 0, restarts: 0, reasons: [] }] }),
    targets: [someTarget()],
    quotas: { value: [] },
    nodes: { value: [{ cpuMillicores: 5000, memoryBytes: 5 * GIB, pods: 20 }] },
    unschedulable: { value: null },
    autoscaler: { value: null },
    budgets: { value: [] },
    loadBalancer: { value: null },
    rights: [],
    ...overrides,
  };
}
