import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { eksConnections } from "../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesWorkload } from "../../functions/adapters/kubernetes/kubernetes-workload.ts";
import type { FaultAction } from "../../local/cluster/front/faults.ts";
import { ensureNamespace } from "../../local/cluster/seed.ts";
import { type CellCallName, type CellRun, type CellWrite, callsOf, FaultCell, WRITES } from "./support/fault-cell.ts";
import { theCluster } from "./support/the-cluster.ts";

/** Every write of the three steps that take a workload back, and the two things that follow a restored template. */
const CALLS: readonly (readonly [CellWrite, CellCallName])[] = [
  ["restore-template", "write"],
  ["restore-template", "giveFieldsBack"],
  ["restore-template", "tell"],
  ["restore-scale", "write"],
  ["restore-strategy", "write"],
];
const FAULTS: readonly FaultAction[] = [
  { kind: "status", code: 500 },
  { kind: "status", code: 503 },
  { kind: "status", code: 429, retryAfterSeconds: 1 },
  { kind: "status", code: 429, retryAfterSeconds: 30 },
  { kind: "drop-before-apply" },
  { kind: "drop-after-apply" },
  { kind: "stall" },
];
const STALE: readonly (readonly [CellWrite, CellCallName])[] = [
  ["restore-template", "read"],
  ["restore-scale", "read"],
  ["restore-template", "verify"],
  ["restore-scale", "verify"],
  ["restore-strategy", "verify"],
];
const CELLS = [
  ...CALLS.flatMap(([write, call]) => FAULTS.map((action) => ({ write, call, action, name: nameOf(action) }))),
  ...STALE.map(([write, call]) => ({ write, call, action: { kind: "stale" } as const, name: "stale" })),
];

const cluster = theCluster();
/** A real API server keeps what earlier runs left. */
const namespace = `cells-${randomUUID().slice(0, 8)}`;
const free = new Map<CellWrite, CellRun>();
let count = 0;

/** A client that gives up on a stall, and not on a busy machine. */
const workload = () => kubernetesWorkload(eksConnections({ timeoutMilliseconds: 1_500 }));

function aCell(): FaultCell {
  count += 1;
  return new FaultCell({ client: cluster.client, namespace, workload: workload() }, `cell-${count}`);
}

beforeAll(async () => {
  await ensureNamespace(cluster.client, namespace);
  await cluster.enrol(namespace);
  await mayWriteEvents();
  for (const write of WRITES) {
    const cell = aCell();
    await cell.start();
    const asked = await cell.breakIt(write);
    free.set(write, await cell.run(asked, await cell.live()));
  }
});

/** The simulator's own grants know no Events. */
async function mayWriteEvents(): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const rules = [{ apiGroups: [""], resources: ["events"], verbs: ["create"] }];
  await cluster.client.post(`${rbac}/roles`, { metadata: { name: "events" }, rules });
  await cluster.client.post(`${rbac}/rolebindings`, {
    metadata: { name: "events" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "events" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "rollguard:write" }],
  });
}

describe("K8S-28: 40 faults at the calls of a rollback", () => {
  it("are 40, and without a fault each write is made once", () => {
    expect(CELLS).toHaveLength(40);
    for (const [write, { result, effect }] of free) {
      expect([write, result?.outcome, effect.generations]).toEqual([write, "applied", 1]);
    }
    expect([...free.values()].map(({ events }) => events)).toEqual([1, 1, 0]);
  });

  it.each(CELLS)("$write, $call: $name", async ({ write, call, action }) => {
    const cell = aCell();
    // From now on answers are remembered, so that a stale one can be given.
    if (action.kind === "stale") cluster.fault({ path: "/nowhere", action });
    await cell.start();
    const asked = await cell.breakIt(write);
    const before = await cell.listed();
    const fault = cluster.fault({ ...callsOf(cell.name)[call], action });
    const run = await cell.run(asked, before);

    expect(fault.hits).toBe(1);
    expect(run.slowestSeconds).toBeLessThan(5);
    const expected = free.get(write);
    expect(run.effect).toEqual(expected?.effect);
    // A stale answer to VerifyStep shows what was before: it goes on watching.
    const isShown = run.seen?.generation === (before.metadata.generation ?? 0) + run.effect.generations;
    expect(isShown).toBe(call !== "verify");
    expect(["applied", "already-applied"]).toContain(run.result?.outcome);
    expect(run.events === expected?.events || run.result?.reason.includes("no Event")).toBe(true);
    expect(run.holdsFields === expected?.holdsFields || run.result?.reason.includes("field-manager entry stays")).toBe(true);
  });
});

function nameOf(action: FaultAction): string {
  if (action.kind !== "status") return action.kind;
  return action.retryAfterSeconds === undefined ? `${action.code}` : `${action.code}, Retry-After ${action.retryAfterSeconds}`;
}
