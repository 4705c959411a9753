import { describe, expect, it } from "vitest";
import { type Blueprint, BlueprintSchema } from "../../functions/domain/blueprint.ts";
import type { AuthoredBlueprint } from "../../functions/domain/blueprint-authored.ts";
import { ROUTERS } from "../../functions/domain/cluster-action.ts";
import { anAuthoredBlueprint, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

type Spec = NonNullable<AuthoredBlueprint["spec"]>;
type Traffic = NonNullable<Spec["traffic"]>;

const ROLLOUT = { rollout: "checkout" };
const traffic = (overrides: Partial<Traffic> = {}): Traffic => ({
  ...{ router: "gateway-api", route: "shop", stable: "checkout-stable", canary: "checkout-canary" },
  ...overrides,
});

function blueprintOf(spec: Spec): Blueprint {
  const { blueprint, problems } = compiled(anAuthoredBlueprint(spec));
  expect(problems).toEqual([]);
  return BlueprintSchema.parse(blueprint);
}

describe("what a blueprint says about the objects around its workload", () => {
  it("may be nothing", () => {
    expect(blueprintOf({})).toMatchObject({
      traffic: null,
      restore: { configMaps: true, secrets: "names", fieldManagerGuard: false, deleteFailedReplicaSet: false },
      gitops: { hold: true, argoNamespace: "argocd" },
    });
  });

  it("may be everything", () => {
    const blueprint = blueprintOf({
      traffic: traffic({ rule: "web", per_arm_signals: true, maintenance: "on-critical", maintenance_backend: "notice" }),
      restore: { config_maps: false, secrets: "digests", field_manager_guard: true, delete_failed_replica_set: true },
      gitops: { hold: false, argo_namespace: "argo" },
    });

    expect(blueprint).toMatchObject({
      traffic: {
        route: { router: "gateway-api", name: "shop", rule: "web" },
        stable: "checkout-stable",
        canary: "checkout-canary",
        perArmSignals: true,
        maintenance: { backend: "notice" },
      },
      restore: { configMaps: false, secrets: "digests", fieldManagerGuard: true, deleteFailedReplicaSet: true },
      gitops: { hold: false, argoNamespace: "argo" },
    });
  });

  it("is part of the hash", () => {
    const hashes = [
      {},
      { restore: { secrets: "copies" } },
      { restore: { secrets: "encrypted" } },
      { gitops: { hold: false } },
      { traffic: traffic() },
    ].map((spec) => blueprintOf(spec as Spec).hash);

    expect(new Set(hashes).size).toBe(5);
  });

  it.each(ROUTERS)("takes traffic from %s", (router) => {
    const target = router === "argo-rollouts" ? { target: ROLLOUT } : {};

    const rule = router === "service-selector" ? "version" : null;

    expect(blueprintOf({ ...target, traffic: traffic({ router, ...(rule === null ? {} : { rule }) }) }).traffic).toMatchObject({
      route: { router, name: "shop", rule },
      perArmSignals: false,
      maintenance: null,
    });
  });

  it.each([
    [{ deployment: "web" }, { kind: "Deployment", name: "web" }],
    [{ stateful_set: "ledger" }, { kind: "StatefulSet", name: "ledger" }],
    [{ daemon_set: "agent" }, { kind: "DaemonSet", name: "agent" }],
    [ROLLOUT, { kind: "Rollout", name: "checkout" }],
    [{}, { kind: "Deployment", name: "checkout" }],
  ])("names the workload: %j", (target, expected) => {
    expect(blueprintOf({ target }).target).toEqual({ cluster: "demo", namespace: "demo", ...expected });
  });

  it("names a cluster elsewhere", () => {
    const roleArn = "arn:aws:iam::111122223333:role/rollguard";

    expect(blueprintOf({ target: { region: "eu-west-1", role_arn: roleArn } }).target).toMatchObject({ region: "eu-west-1", roleArn });
  });
});

describe("a blueprint contradicts itself when", () => {
  const maintained = { maintenance: "on-critical", maintenance_backend: "notice" } as const;
  it.each<[string, Spec, string]>([
    [
      "both arms are one",
      { traffic: traffic({ canary: "checkout-stable" }) },
      "traffic.canary: stable and canary are both checkout-stable",
    ],
    [
      "a Deployment is split as a Rollout",
      { traffic: traffic({ router: "argo-rollouts" }) },
      "traffic.router: argo-rollouts splits the traffic of a Rollout, and the target is a Deployment",
    ],
    [
      "a Rollout is split by somebody else",
      { target: ROLLOUT, traffic: traffic() },
      "traffic.router: the traffic of a Rollout is split by its own controller, which would undo what gateway-api is set to",
    ],
    [
      "nothing tells the versions behind a Service apart",
      { traffic: traffic({ router: "service-selector" }) },
      "traffic.rule: service-selector needs the label",
    ],
    [
      "the router would undo maintenance",
      { traffic: traffic({ router: "flagger", ...maintained }) },
      "traffic.maintenance: flagger writes its routes itself",
    ],
    [
      "maintenance has no backend",
      { traffic: traffic({ maintenance: "on-critical" }) },
      "traffic.maintenance: maintenance: on-critical needs",
    ],
    [
      "a backend has no maintenance",
      { traffic: traffic({ maintenance_backend: "notice" }) },
      "traffic.maintenance_backend: maintenance_backend has no effect",
    ],
    [
      "maintenance goes to an arm",
      { traffic: traffic({ ...maintained, maintenance_backend: "checkout-canary" }) },
      "traffic.maintenance_backend: maintenance_backend checkout-canary is an arm of the service itself",
    ],
    [
      "a StatefulSet's ReplicaSet is to be deleted",
      { target: { stateful_set: "ledger" }, restore: { delete_failed_replica_set: true } },
      "restore.delete_failed_replica_set: delete_failed_replica_set has no meaning for a StatefulSet",
    ],
    [
      "it names two workloads",
      { target: { deployment: "web", daemon_set: "agent" } },
      "target.daemon_set: a service has one workload, and both deployment and daemon_set name one",
    ],
  ])("%s", (_when, spec, problem) => {
    expect(problemsOf(anAuthoredBlueprint(spec))).toEqual([expect.stringContaining(`spec.${problem}`)]);
  });
});

it("rollguard validate shows what was bound around the workload", () => {
  const spec: Spec = {
    target: { stateful_set: "ledger", region: "eu-west-1", role_arn: "arn:aws:iam::111122223333:role/rollguard" },
    traffic: traffic({ rule: "web", maintenance: "on-critical", maintenance_backend: "notice" }),
    restore: { secrets: "copies" },
    gitops: { hold: false },
  };

  const { bindings } = compiled(anAuthoredBlueprint(spec));

  expect(bindings.filter(({ subject }) => !/^(signal|trigger|verify|strategy) /.test(subject))).toEqual([
    { subject: "target cluster", value: "demo", from: "stack" },
    { subject: "target namespace", value: "demo", from: "stack" },
    { subject: "target statefulset", value: "ledger", from: "blueprint" },
    { subject: "target region", value: "eu-west-1", from: "blueprint" },
    { subject: "target role", value: "arn:aws:iam::111122223333:role/rollguard", from: "blueprint" },
    { subject: "mode", value: "observe", from: "default" },
    { subject: "traffic", value: "gateway-api shop rule web: checkout-stable (stable), checkout-canary (canary)", from: "blueprint" },
    { subject: "maintenance", value: "notice, when a critical incident is answered at once; that is downtime", from: "blueprint" },
    { subject: "restore", value: "template, ConfigMaps, Secrets as copies", from: "blueprint" },
    { subject: "gitops", value: "watch the owner, if there is one", from: "blueprint" },
    { subject: "looks", value: "error_rate, latency_p95, 5, 10, 25, 40, 60 min after a release, observe", from: "default" },
  ]);
});
