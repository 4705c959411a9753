import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Blueprint, SECRET_POLICIES, WORKLOAD_KINDS } from "../../functions/domain/blueprint.ts";
import { ROUTERS } from "../../functions/domain/cluster-action.ts";
import { type RbacObject, type RoleObject, type RolesOptions, rolesOf } from "../../functions/domain/rbac.ts";
import { rbacManifest } from "../../functions/domain/rbac-manifest.ts";
import { rightsOfSteps } from "../../functions/domain/rbac-steps.ts";
import { sealedSecretKey } from "../../functions/domain/sealed-secret.ts";
import { aBlueprint, aPlan, aPlanStep } from "../support/builders/index.ts";

const target = { cluster: "demo", namespace: "shop", kind: "Deployment", name: "checkout" } as const;
const traffic = (router: (typeof ROUTERS)[number]) => ({
  ...{ route: { router, name: "web", rule: null }, stable: "blue", canary: "green", perArmSignals: false, maintenance: null },
});
const restore = aBlueprint().restore;

/** `verbs apiGroup/resource names` of one group's Role. */
function rulesOf(group: string, blueprint: Partial<Blueprint> = {}, options: RolesOptions = {}, namespace = "shop"): string[] {
  const objects = rolesOf(aBlueprint({ target, ...blueprint }), options);
  const role = objects.find(({ kind, metadata }) => kind === "Role" && metadata.name.endsWith(group) && metadata.namespace === namespace);
  return ((role as RoleObject | undefined)?.rules ?? []).map(({ apiGroups, resources, verbs, resourceNames = [] }) =>
    [verbs.join(","), `${apiGroups[0]}/${resources[0]}`, ...resourceNames].join(" "),
  );
}

describe("the Roles of a plain Deployment", () => {
  it("name it where that is possible, and never list by name", () => {
    expect(rulesOf("write")).toEqual([
      "patch apps/deployments checkout",
      "create /events",
      "patch autoscaling/horizontalpodautoscalers",
      "patch apps/replicasets/scale",
      "patch apps/replicasets",
      "patch /configmaps",
    ]);
    expect(rulesOf("read")).toContain("get apps/deployments checkout");
  });

  it("let only the keeper create configuration, and nobody read a Secret", () => {
    expect(rulesOf("keep")).toEqual(["get,list,create,delete /configmaps"]);
    expect(JSON.stringify(rolesOf(aBlueprint({ target })))).not.toContain("secrets");
    expect([...rulesOf("read"), ...rulesOf("write")].filter((rule) => /create .*configmaps/.test(rule))).toEqual([]);
  });

  it("are bound to Rollguard's groups in the service's namespace", () => {
    const bindings = rolesOf(aBlueprint({ target })).filter(({ kind }) => kind === "RoleBinding");

    expect(bindings).toMatchObject(
      ["read", "write", "keep"].map((group) => ({
        metadata: { name: `rollguard-checkout-${group}`, namespace: "shop" },
        roleRef: { kind: "Role", name: `rollguard-checkout-${group}` },
        subjects: [{ kind: "Group", name: `rollguard:${group}` }],
      })),
    );
  });
});

describe("the Roles follow the blueprint", () => {
  it.each([
    ["StatefulSet", "apps/statefulsets", ["delete /pods", "get apps/controllerrevisions"]],
    ["DaemonSet", "apps/daemonsets", ["delete /pods", "get apps/controllerrevisions"]],
    ["Rollout", "argoproj.io/rollouts", ["patch argoproj.io/rollouts/status checkout", "patch apps/deployments checkout"]],
  ] as const)("for a %s", (kind, resource, more) => {
    const rules = rulesOf("write", { target: { ...target, kind } });

    expect(rules).toContain(`patch ${resource} checkout`);
    expect(rulesOf("read", { target: { ...target, kind } })).toContain(`get ${resource} checkout`);
    expect(rules).toEqual(expect.arrayContaining([...more]));
    expect(rules.join()).not.toContain("replicasets/scale");
  });

  it.each([
    ["gateway-api", ["patch gateway.networking.k8s.io/httproutes web"], ["get gateway.networking.k8s.io/httproutes web", "get /endpoints"]],
    ["alb-ingress", ["patch networking.k8s.io/ingresses web"], ["get networking.k8s.io/ingresses web", "get /endpoints"]],
    [
      "istio",
      ["patch networking.istio.io/virtualservices web"],
      ["get networking.istio.io/virtualservices web", "list networking.istio.io/destinationrules", "get /endpoints"],
    ],
    ["service-selector", ["patch /services web"], ["get /services web", "get /endpoints"]],
    ["flagger", [], ["get flagger.app/canaries web"]],
    ["argo-rollouts", ["patch argoproj.io/rollouts/status web"], ["get argoproj.io/rollouts web"]],
  ] as const)("for traffic through %s", (router, writes, looks) => {
    const more = (group: string) => rulesOf(group, { traffic: traffic(router) }).filter((rule) => !rulesOf(group).includes(rule));

    expect(more("write")).toEqual(writes);
    expect(more("read").sort()).toEqual([...looks].sort());
  });

  it("for what comes back", () => {
    expect(rulesOf("write", { restore: { ...restore, configMaps: false } }).join()).not.toContain("configmaps");
    expect(rulesOf("keep", { restore: { ...restore, configMaps: false } })).toEqual([]);
    expect(rulesOf("write", { restore: { ...restore, deleteFailedReplicaSet: true } })).toContain("delete apps/replicasets");
    expect(rulesOf("read", { restore: { ...restore, secrets: "digests" } }, { secrets: ["vault", "api"] })).toContain(
      "get /secrets api vault",
    );
    expect(rulesOf("keep", { restore: { ...restore, secrets: "copies" } })).toContain("get,list,create,delete /secrets");
  });

  it("K8S-17 for Secrets that are sealed outside the cluster: nobody makes one, and only those named are read and written", () => {
    const sealed = { restore: { ...restore, secrets: "encrypted" } } as const;
    const secrets = (group: string, options: RolesOptions = {}) =>
      rulesOf(group, sealed, options).filter((rule) => rule.includes("/secrets"));

    expect(["read", "keep", "write"].map((group) => secrets(group, { secrets: ["vault", "api"] }))).toEqual([
      ["get /secrets api vault"],
      ["get /secrets api vault"],
      ["patch /secrets api vault"],
    ]);
    expect(["read", "keep", "write"].map((group) => secrets(group))).toEqual([["get /secrets"], ["get /secrets"], ["patch /secrets"]]);
    expect(rbacManifest(rolesOf(aBlueprint({ target, ...sealed })), ["test"])).toContain("with encrypted their contents are sealed");
  });

  it("for a GitOps owner in its own namespace, and only where one is named", () => {
    const owners = [{ kind: "Application", namespace: "argocd" }] as const;
    const gitops = { hold: false, argoNamespace: "argocd" };

    expect(rulesOf("write", {}, { owners }, "argocd")).toEqual(["patch argoproj.io/applications"]);
    expect(rulesOf("read", {}, { owners }, "argocd")).toContain("get argoproj.io/applications");
    expect(rulesOf("write", { gitops }, { owners }, "argocd")).toEqual([]);
    expect(JSON.stringify(rolesOf(aBlueprint({ target })))).not.toContain("argocd");
  });

  it("for the whole cluster only when that is asked for", () => {
    const cluster = rolesOf(aBlueprint({ target }), { clusterWide: true }).filter(({ kind }) => kind.startsWith("Cluster"));

    expect(cluster.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ["ClusterRole", undefined],
      ["ClusterRoleBinding", undefined],
    ]);
    expect(rolesOf(aBlueprint({ target })).some(({ kind }) => kind.startsWith("Cluster"))).toBe(false);
  });
});

it("whatever a blueprint says, no rule is a wildcard, watches or impersonates; each has a reason, and none is written twice", () => {
  const settings = fc.record({
    kind: fc.constantFrom(...WORKLOAD_KINDS),
    router: fc.option(fc.constantFrom(...ROUTERS)),
    secrets: fc.constantFrom(...SECRET_POLICIES),
    flags: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
  });
  fc.assert(
    fc.property(settings, ({ kind, router, secrets, flags: [configMaps, fieldManagerGuard, deleteFailedReplicaSet, maintained] }) => {
      const route = router === null ? null : { ...traffic(router), maintenance: maintained ? { backend: "notice" } : null };
      const blueprint = aBlueprint({
        target: { ...target, kind },
        traffic: route,
        restore: { configMaps, secrets, fieldManagerGuard, deleteFailedReplicaSet },
      });
      const objects = rolesOf(blueprint, { owners: [{ kind: "HelmRelease", namespace: "flux-system" }], clusterWide: true });
      const roles = objects.filter((object): object is RoleObject => "rules" in object);

      expect(rbacManifest(objects, ["test"])).not.toContain("undefined");
      for (const { rules } of roles) {
        const places = rules.map(({ apiGroups, resources, resourceNames }) =>
          [...apiGroups, ...resources, ...(resourceNames ?? [])].join("|"),
        );
        expect(new Set(places).size).toBe(places.length);
        expect(rules.length).toBeGreaterThan(0);
        for (const { apiGroups, resources, verbs } of rules) {
          expect(verbs.every((verb) => ["get", "list", "create", "patch", "delete"].includes(verb))).toBe(true);
          expect([...apiGroups, ...resources].join()).not.toContain("*");
        }
      }
      expect(writableSecrets(objects)).toBe(secrets === "copies" || secrets === "encrypted");
    }),
  );
});

it("what a plan needs of ExecuteStep is in the Roles of its two groups", () => {
  const rights = rightsOfSteps(target, aPlan().steps);
  const rules = [...rulesOf("write"), ...rulesOf("read")];

  expect(rights.length).toBeGreaterThan(2);
  for (const { apiGroup, resource, verb } of rights) {
    expect(rules.some((rule) => rule.split(" ")[0]?.split(",").includes(verb) && rule.includes(`${apiGroup}/${resource}`))).toBe(true);
  }
});

it("a plan that restores a sealed content needs no right on an object of the archive's name", () => {
  const copy = sealedSecretKey(target, "checkout", "db", "bWFj");
  const config = { kind: "Secret", name: "db", dataHash: "bWFj", immutable: false, copy, fromHash: null } as const;
  const step = aPlanStep({ kind: "restore-config", action: { kind: "restore-config", configs: [config], restart: false } });

  const names = rightsOfSteps(target, [step]).filter(({ resource }) => resource === "secrets");

  expect(names.map(({ verb, name }) => [verb, name])).toEqual([
    ["get", "db"],
    ["patch", "db"],
  ]);
});

function writableSecrets(objects: readonly RbacObject[]): boolean {
  return objects.some(
    (object) => "rules" in object && object.rules.some(({ resources, verbs }) => resources[0] === "secrets" && verbs.includes("patch")),
  );
}
