import { describe, expect, it } from "vitest";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { enrolNamespace } from "../../../local/cluster/enrol.ts";
import { inProcessClient } from "../../../local/cluster/in-process-client.ts";
import type { KubernetesSimulator } from "../../../local/cluster/kubernetes-simulator.ts";
import { createDeployment, deploymentPath, deploymentsPath, ensureNamespace } from "../../../local/cluster/seed.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

const as = (simulator: KubernetesSimulator, ...groups: string[]): ClusterClient =>
  inProcessClient(simulator, { user: { username: "someone", groups } });

const PATCH = { metadata: { annotations: { a: "b" } } };

async function aDeploymentIn(props: Parameters<typeof aSimulatedCluster>[0] = {}) {
  const cluster = await aSimulatedCluster({ kubelet: false, ...props });
  await createDeployment(cluster.client, { namespace: NAMESPACE, name: "web", image: "demo/web:v1", replicas: 0 });
  return cluster;
}

describe("the groups of Rollguard", () => {
  it("read with rollguard:read, and write nothing", async () => {
    const { simulator } = await aDeploymentIn();
    const reader = as(simulator, "rollguard:read");

    await expect(reader.get(deploymentPath(NAMESPACE, "web"))).resolves.toBeDefined();
    await expect(reader.patch(deploymentPath(NAMESPACE, "web"), PATCH)).rejects.toMatchObject({
      code: 403,
      status: {
        message: `deployments.apps "web" is forbidden: User "someone" cannot patch resource "deployments" in API group "apps" in the namespace "${NAMESPACE}"`,
        details: { name: "web", group: "apps", kind: "deployments" },
      },
    });
  });

  it("need the right for a dry run too", async () => {
    const { simulator } = await aDeploymentIn();

    await expect(as(simulator, "rollguard:read").patch(`${deploymentPath(NAMESPACE, "web")}?dryRun=All`, PATCH)).rejects.toMatchObject({
      code: 403,
    });
  });

  it("are nobody without them", async () => {
    const { simulator } = await aDeploymentIn();

    await expect(as(simulator, "others").list("/api/v1/nodes")).rejects.toMatchObject({
      status: { message: 'nodes is forbidden: User "someone" cannot list resource "nodes" in API group "" at the cluster scope' },
    });
    await expect(as(simulator, "others").get("/version")).resolves.toBeDefined();
  });
});

describe("role bindings", () => {
  it("give the shipped Roles' rights in an enrolled namespace, and in no other", async () => {
    const { simulator, client } = await aDeploymentIn({ simulator: { grants: {} } });
    await ensureNamespace(client, "other");
    const writer = as(simulator, "rollguard:write");
    await expect(writer.patch(deploymentPath(NAMESPACE, "web"), PATCH)).rejects.toMatchObject({ code: 403 });

    await enrolNamespace(client, NAMESPACE);
    await enrolNamespace(client, NAMESPACE);

    await expect(writer.patch(deploymentPath(NAMESPACE, "web"), PATCH)).resolves.toBeDefined();
    await expect(as(simulator, "rollguard:read").patch(deploymentPath(NAMESPACE, "web"), PATCH)).rejects.toMatchObject({ code: 403 });
    await expect(writer.get(deploymentPath("other", "web"))).rejects.toMatchObject({ code: 403 });
  });

  it("by resourceNames cover an object by its name, and a list by the name field only", async () => {
    const { simulator, client } = await aDeploymentIn({ simulator: { grants: {} } });
    const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
    const rule = { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"], verbs: ["get", "list"] };
    await client.post(`${roles}/roles`, { metadata: { name: "web" }, rules: [rule] });
    const subjects = [{ kind: "User", name: "someone" }];
    await client.post(`${roles}/rolebindings`, { metadata: { name: "web" }, roleRef: { kind: "Role", name: "web" }, subjects });
    const someone = as(simulator);

    await expect(someone.get(deploymentPath(NAMESPACE, "web"))).resolves.toBeDefined();
    await expect(someone.get(deploymentPath(NAMESPACE, "api"))).rejects.toMatchObject({ code: 403 });
    await expect(someone.list(deploymentsPath(NAMESPACE))).rejects.toMatchObject({ code: 403 });
    await expect(someone.list(`${deploymentsPath(NAMESPACE)}?fieldSelector=metadata.name%3Dweb`)).resolves.toHaveLength(1);
  });

  it("for the whole cluster cover what has no namespace", async () => {
    const { simulator, client } = await aDeploymentIn({ simulator: { grants: {} } });
    const path = "/apis/rbac.authorization.k8s.io/v1";
    await client.post(`${path}/clusterroles`, {
      metadata: { name: "nodes" },
      rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["*"] }],
    });
    const subjects = [{ kind: "Group", name: "operators" }];
    await client.post(`${path}/clusterrolebindings`, {
      metadata: { name: "nodes" },
      roleRef: { kind: "ClusterRole", name: "nodes" },
      subjects,
    });

    await expect(as(simulator, "operators").list("/api/v1/nodes")).resolves.toEqual([]);
    await expect(as(simulator, "rollguard:read").list("/api/v1/nodes")).rejects.toMatchObject({ code: 403 });
  });
});

describe("a SelfSubjectAccessReview", () => {
  it.each([
    { group: "rollguard:write", verb: "patch", subresource: undefined, allowed: true },
    { group: "rollguard:write", verb: "patch", subresource: "scale", allowed: false },
    { group: "rollguard:read", verb: "patch", subresource: undefined, allowed: false },
    { group: "rollguard:read", verb: "watch", subresource: undefined, allowed: true },
  ])("tells $group that $verb $subresource is $allowed", async ({ group, verb, subresource, allowed }) => {
    const { simulator } = await aSimulatedCluster({ kubelet: false });
    const resourceAttributes = {
      verb,
      group: "apps",
      resource: "deployments",
      namespace: NAMESPACE,
      ...(subresource ? { subresource } : {}),
    };

    const review = await as(simulator, group).post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      spec: { resourceAttributes },
    });

    expect(review.status).toEqual({ allowed });
  });
});
