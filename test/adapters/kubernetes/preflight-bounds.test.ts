import { describe, expect, it } from "vitest";
import { aCluster, look } from "./support/preflight-scene.ts";

describe("a look", () => {
  it("says of everything that it may not read which rule would change that", async () => {
    const cluster = aCluster();
    cluster.forbidden =
      /resourcequotas|nodes|\/pods|events|poddisruptionbudgets|ingresses|configmaps|serviceaccounts|persistentvolumeclaims|priorityclasses|reviews/;
    const facts = await look(cluster);
    const unread = [
      facts.quotas,
      facts.nodes,
      facts.unschedulable,
      facts.budgets,
      facts.loadBalancer,
      facts.rights[0]?.allowed,
      facts.targets[0]?.serviceAccount,
    ];

    expect(unread).toEqual(
      unread.map(() => ({ notChecked: "not allowed", fix: expect.stringMatching(/^add \{apiGroups: .*rollguard:read$/) })),
    );
    expect(facts.targets[0]?.configs[0]?.missing).toMatchObject({
      fix: expect.stringContaining('resources: ["configmaps"], verbs: ["get"]'),
    });
  });

  it("is over within its deadline, whatever does not answer (K8S-28)", async () => {
    const cluster = aCluster();
    cluster.silent = /resourcequotas|configmaps|ingresses/;
    const startedAt = Date.now();

    const facts = await look(cluster, {}, 60);

    expect(Date.now() - startedAt).toBeLessThan(1000);
    expect([facts.quotas, facts.loadBalancer]).toEqual([1, 2].map(() => ({ notChecked: "no answer within 60 ms", fix: "" })));
    expect(facts.targets[0]).toMatchObject({
      serviceAccount: { value: true },
      configs: [{ missing: { notChecked: "no answer within 60 ms" } }, {}],
    });
  });

  it("never writes", async () => {
    const cluster = aCluster();
    await look(cluster);

    expect(cluster.requests.length).toBeGreaterThan(10);
    expect(
      cluster.requests.filter((request) => request.startsWith("create")).every((request) => request.endsWith("localsubjectaccessreviews")),
    ).toBe(true);
  });
});
