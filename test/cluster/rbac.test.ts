import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningCluster } from "../../local/cluster/start-cluster.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { eventually } from "./support/eventually.ts";
import { aBadRelease, type BadRelease, keepingTexts, lookingTexts, writingTexts } from "./support/rbac-deployment.ts";
import { applyRoles, connectionAs, namedIn, type Right, rightsOf, rulesIn, startStrictCluster } from "./support/rbac-scene.ts";

/** Cluster-wide, in the optional ClusterRole: the first of them that is refused is told, and a cluster may allow its Nodes to be listed to everybody. */
const OPTIONAL = ["nodes", "pods"].map((resource) => `{apiGroups: [""], resources: ["${resource}"], verbs: ["list"]}`);

let cluster: RunningCluster;
let release: BadRelease;
beforeAll(async () => {
  cluster = await startStrictCluster();
  release = await aBadRelease(cluster.client, connectionAs(cluster, "scene"));
}, 60_000);
afterAll(async () => {
  await cluster?.stop();
});

/** A real server's authorizer follows Roles with a delay. */
async function withRoles(made: BadRelease, without: Right | null): Promise<BadRelease> {
  await applyRoles(cluster.client, made.blueprint, without);
  const kubernetes = connectionAs(cluster, "read")({ cluster: "demo" });
  const { namespace } = made.blueprint.target;
  await eventually("the Roles are in force", async () =>
    kubernetes
      .list(`/api/v1/namespaces/${namespace}/${without?.resource === "services" ? "pods" : "services"}`)
      .then(() => true)
      .catch(() => false),
  );
  return made;
}

const plain = aBlueprint({ target: { cluster: "demo", namespace: "any", kind: "Deployment", name: "checkout" } });
const rights = (group: Right["group"]) =>
  rightsOf(plain)
    .filter((right) => right.group === group)
    .map((right) => [`${right.verb} ${right.resource}`, right] as const);

describe("K8S-27 the Roles that rollguard rbac prints for a Deployment are enough", () => {
  it("whoever looks, writes and keeps is refused nothing but the optional cluster-wide reads", async () => {
    await withRoles(release, null);
    const looking = await lookingTexts(release, connectionAs(cluster, "read"), await release.state());
    const keeping = await keepingTexts(release, connectionAs(cluster, "keep"));
    const writing = await writingTexts(release, connectionAs(cluster, "write"));

    const refused = rulesIn([...looking, ...writing, ...keeping].join("\n"));
    expect(refused).toHaveLength(1);
    expect(OPTIONAL).toContain(refused[0]);
    expect(looking.join("\n")).not.toMatch(/in namespace/);
    expect(writing.filter((text) => !/"outcome":"(applied|already-applied)"/.test(text))).toEqual([]);
    expect(keeping).toEqual([expect.stringContaining('"outcome":"copied"'), expect.stringContaining("spare-")]);
  });
});

describe("K8S-27 no verb is too many: without it somebody is refused, and told which rule to add", () => {
  let bad: BadRelease;
  beforeAll(async () => {
    bad = await aBadRelease(cluster.client, connectionAs(cluster, "scene"));
  }, 60_000);

  it.each(rights("read"))("rollguard:read without %s", async (_title, right) => {
    await withRoles(bad, right);
    const state = await bad.state();

    await eventually(`somebody asks for ${right.verb} ${right.resource}`, async () =>
      (await lookingTexts(bad, connectionAs(cluster, "read"), state)).some((text) => namedIn(text, right)),
    );
  });

  it.each(rights("write"))("rollguard:write without %s", async (_title, right) => {
    const own = await aBadRelease(cluster.client, connectionAs(cluster, "scene"));
    await withRoles(own, right);

    const said = await writingTexts(own, connectionAs(cluster, "write"));

    expect(said.filter((text) => namedIn(text, right))).not.toEqual([]);
  });

  it.each(rights("keep"))("rollguard:keep without %s", async (_title, right) => {
    await withRoles(bad, right);

    await eventually(`somebody asks for ${right.verb} ${right.resource}`, async () =>
      (await keepingTexts(bad, connectionAs(cluster, "keep"))).some((text) => namedIn(text, right)),
    );
  });
});
