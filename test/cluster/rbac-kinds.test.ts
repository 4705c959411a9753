import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import type { RunningCluster } from "../../local/cluster/start-cluster.ts";
import { eventually } from "./support/eventually.ts";
import { anOwnedService, aRollout, aRoutedService, aSet, type MakeCase, type RbacCase } from "./support/rbac-cases.ts";
import { applyRoles, connectionAs, namedIn, type Right, rightsOf, rulesIn, startStrictCluster } from "./support/rbac-scene.ts";

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startStrictCluster();
}, 60_000);
afterAll(async () => {
  await cluster?.stop();
});

const backends = [
  { name: "stable", port: 80, weight: 20 },
  { name: "canary", port: 80, weight: 80 },
];
const groups = backends.map(({ name, weight }) => ({ serviceName: name, servicePort: "80", weight }));
const hosts = backends.map(({ name, weight }) => ({ destination: { host: name }, weight }));
const subsets = backends.map(({ name, weight }) => ({ destination: { host: "checkout", subset: name }, weight }));

const CASES: readonly (readonly [string, MakeCase])[] = [
  ["a StatefulSet", aSet("StatefulSet")],
  ["a DaemonSet", aSet("DaemonSet")],
  ["a Rollout", aRollout("own")],
  ["a Rollout whose template a Deployment holds", aRollout("workloadRef")],
  [
    "an HTTPRoute",
    aRoutedService(
      "gateway-api",
      "httproutes",
      "",
      { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", spec: { rules: [{ backendRefs: backends }] } },
      [null],
    ),
  ],
  [
    "an Ingress of an ALB",
    aRoutedService(
      "alb-ingress",
      null,
      "/apis/networking.k8s.io/v1/namespaces/NAMESPACE/ingresses",
      {
        ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
        metadata: {
          annotations: {
            "alb.ingress.kubernetes.io/actions.split": JSON.stringify({ type: "forward", forwardConfig: { targetGroups: groups } }),
          },
        },
        spec: {
          rules: [
            {
              http: {
                paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "split", port: { name: "use-annotation" } } } }],
              },
            },
          ],
        },
      },
      ["split"],
    ),
  ],
  [
    "a VirtualService, by host and by subset",
    aRoutedService(
      "istio",
      "virtualservices",
      "",
      {
        ...{ apiVersion: "networking.istio.io/v1", kind: "VirtualService" },
        spec: {
          hosts: ["web"],
          http: [
            { name: "hosts", route: hosts },
            { name: "subsets", route: subsets },
          ],
        },
      },
      ["hosts", "subsets"],
    ),
  ],
  [
    "a Service that selects one version",
    aRoutedService(
      "service-selector",
      null,
      "/api/v1/namespaces/NAMESPACE/services",
      { apiVersion: "v1", kind: "Service", spec: { selector: { app: "checkout", version: "canary" }, ports: [{ port: 80 }] } },
      ["version"],
    ),
  ],
  [
    "a Canary of Flagger",
    aRoutedService(
      "flagger",
      "canaries",
      "",
      {
        apiVersion: "flagger.app/v1beta1",
        kind: "Canary",
        spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" }, analysis: {} },
      },
      [null],
    ),
  ],
  [
    "an Application of Argo CD",
    anOwnedService(
      "Application",
      "applications",
      { project: "default", destination: {}, source: { repoURL: "https://git.example/shop" }, syncPolicy: { automated: {} } },
      "{}",
    ),
  ],
  [
    "a Kustomization of Flux",
    anOwnedService(
      "Kustomization",
      "kustomizations",
      { interval: "1m", prune: false, sourceRef: { kind: "GitRepository", name: "shop" } },
      "null",
    ),
  ],
  ["a HelmRelease of Flux", anOwnedService("HelmRelease", "helmreleases", { interval: "1m" }, "null")],
];

/** No definition of Flux's sources is installed here, and nobody asks for what the server does not serve. */
const UNPLAYED = /source\.toolkit\.fluxcd\.io/;

/** What the case needs beyond a plain Deployment without a router or an owner. */
function moreThanPlain({ blueprint, options, uses = () => true }: RbacCase): Right[] {
  const plain: Blueprint = { ...blueprint, traffic: null, target: { ...blueprint.target, kind: "Deployment" } };
  const has = new Set(rightsOf(plain).map((right) => JSON.stringify(right)));
  return rightsOf(blueprint, options)
    .filter((right) => !has.has(JSON.stringify(right)) && uses(right.resource))
    .filter(({ apiGroup, verb }) => !UNPLAYED.test(apiGroup) && verb !== "create");
}

/** A real server's authorizer follows Roles with a delay. */
async function rolesInForce({ blueprint }: RbacCase): Promise<void> {
  const kubernetes = connectionAs(cluster, "read")({ cluster: "demo" });
  const path = `/api/v1/namespaces/${blueprint.target.namespace}/services`;
  await eventually("the Roles are in force", () => kubernetes.list(path).then(Boolean, () => false));
}

async function ran(made: RbacCase, without: Right | null): Promise<string[]> {
  await applyRoles(cluster.client, made.blueprint, without, made.options);
  await rolesInForce(made);
  return made.run(connectionAs(cluster, "read"), connectionAs(cluster, "write"));
}

describe.each(CASES)("K8S-27 the Roles for %s", (_name, make) => {
  const made = () => make(cluster.client, connectionAs(cluster, "scene"));

  it("are enough", async () => {
    const said = await ran(await made(), null);

    expect(rulesIn(said.join("\n"))).toEqual([]);
  });

  it("have no verb too many: without it somebody is refused, and told which rule to add", async () => {
    const count = moreThanPlain(await made()).length;
    expect(count).toBeGreaterThan(0);
    for (let index = 0; index < count; index += 1) {
      // Anew each time: what was written once needs no right the second time.
      const one = await made();
      const right = moreThanPlain(one)[index] as Right;
      const said = await ran(one, right);
      expect(
        said.some((text) => namedIn(text, right)),
        `without ${right.group} ${right.verb} ${right.resource}: ${said.join("\n")}`,
      ).toBe(true);
    }
  }, 60_000);
});
