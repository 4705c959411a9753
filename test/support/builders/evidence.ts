import type { ContainerFacts, EvidenceBundle, PodFacts } from "../../../functions/domain/diagnosis/evidence-bundle.ts";
import type { Finding } from "../../../functions/domain/evidence.ts";
import { BAD_HASH, BAD_IMAGE, BAD_REPLICA_SET, MOMENTS } from "./moments.ts";

/** What was read of `checkout` when nothing is wrong with its pods. */
export function anEvidenceBundle(overrides: Partial<EvidenceBundle> = {}): EvidenceBundle {
  return {
    collectedAt: MOMENTS.assessedAt,
    depth: "quick",
    liveHash: BAD_HASH,
    replicas: 3,
    conditions: [],
    templates: [],
    pods: [],
    events: [],
    logs: [],
    nodes: [],
    gaps: [],
    ...overrides,
  };
}

/** A pod of the bad release in a crash loop. */
export function aFailingPod(overrides: Partial<PodFacts> = {}, container: Partial<ContainerFacts> = {}): PodFacts {
  return {
    name: `${BAD_REPLICA_SET}-abcde`,
    uid: "uid-pod",
    templateHash: BAD_HASH,
    node: "node-1",
    phase: "Running",
    reason: "",
    message: "",
    ready: false,
    failing: true,
    conditions: [],
    containers: [
      {
        name: "app",
        role: "app",
        image: BAD_IMAGE,
        failing: true,
        ready: false,
        restarts: 3,
        waiting: { reason: "CrashLoopBackOff", message: "" },
        running: false,
        end: { exitCode: 1, reason: "Error", message: "" },
        ...container,
      },
    ],
    ...overrides,
  };
}

/** All three pods of the bad release in a crash loop. */
export function aFinding(overrides: Partial<Finding> = {}): Finding {
  return {
    class: "crash-loop",
    templateHash: BAD_HASH,
    container: "app",
    pods: 3,
    detail: "Error: exit code 1, 3 restarts",
    subject: { exitCode: 1 },
    ...overrides,
  };
}

/** The workload's own ServiceAccount may not list ConfigMaps. */
export function aRefusal(overrides: Partial<Finding> = {}): Finding {
  return aFinding({
    class: "app-rbac",
    detail:
      'configmaps is forbidden: User "system:serviceaccount:demo:checkout" cannot list resource "configmaps" in API group "" in the namespace "demo"',
    subject: { serviceAccount: "demo/checkout", verb: "list", resource: "configmaps", apiGroup: "", namespace: "demo" },
    ...overrides,
  });
}
