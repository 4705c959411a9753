import { beforeEach, describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { RestoredConfig } from "../../../functions/domain/cluster-action.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";
import { GROUPS, STAMP, TARGET, to } from "./support.ts";

const PATHS = { ConfigMap: "/api/v1/namespaces/shop/configmaps/settings", Secret: "/api/v1/namespaces/shop/secrets/settings" };
const [BEFORE, LATER, THIRD] = [{ url: "v1" }, { url: "v2" }, { url: "v3" }];
const macKey = { mac: async (text: string) => `mac-${text}` };
const hashOf = (kind: RestoredConfig["kind"], data: Record<string, string>) =>
  kind === "Secret" ? `mac-${dataHashOf({ data })}` : dataHashOf({ data });

let cluster: ObjectCluster;

beforeEach(() => {
  cluster = new ObjectCluster();
  cluster.groups = GROUPS;
});

/** A look at an object with this content, of which the plan had restored `BEFORE` in place of `LATER`. */
async function look(kind: RestoredConfig["kind"], data: Record<string, string> | null, more: Partial<RestoredConfig> = {}, key = true) {
  if (data !== null) cluster.put(PATHS[kind], { metadata: { name: "settings", namespace: "shop" }, data });
  const config = { kind, name: "settings", dataHashes: [hashOf(kind, BEFORE)], fromHash: hashOf(kind, LATER), ...more };
  const action = {
    kind: "watch-drift" as const,
    gitops: null,
    suspect: { templateHash: null, replicas: null },
    configs: [config],
    seconds: 10,
  };
  return clusterActions(to(cluster), { macKey: key ? macKey : null }).confirm(TARGET, action, STAMP);
}

describe.each(["ConfigMap", "Secret"] as const)("the content of a %s that was brought back", (kind) => {
  it("stays where it is there", async () => {
    expect(await look(kind, BEFORE)).toMatchObject({ verdict: "proven" });
    expect(await look(kind, THIRD, { dataHashes: [hashOf(kind, BEFORE), hashOf(kind, THIRD)] })).toMatchObject({ verdict: "proven" });
  });

  it.each([
    ["the later one is written again", LATER, {}, /has the later content again/],
    ["the object is gone", null, {}, /does not exist any more/],
    ["another one is there, and nobody knows which was before", THIRD, { fromHash: null }, /has the later content again/],
  ])("K8S-30 is lost when %s", async (_what, data, more, reason) => {
    expect(await look(kind, data, more)).toMatchObject({ verdict: "lost", reason: expect.stringMatching(reason) });
  });

  it("that somebody has edited since is for people to know, and no drift", async () => {
    expect(await look(kind, THIRD)).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining("was edited since") });
  });

  it("is not known where it may not be read", async () => {
    cluster.forbidden = [kind === "Secret" ? "secrets" : "configmaps"];

    expect(await look(kind, BEFORE)).toMatchObject({ verdict: "inconclusive", reason: expect.stringContaining("is not known") });
  });
});

it("contents of Secrets are not looked at without their key", async () => {
  expect(await look("Secret", LATER, {}, false)).toMatchObject({ verdict: "proven" });
});
