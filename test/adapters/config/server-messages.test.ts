import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { configCopies } from "../../../functions/adapters/config/config-copies.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { ConfigRef } from "../../../functions/domain/cluster-action.ts";
import { aTarget } from "../../support/builders/index.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

const target = aTarget({ namespace: "shop", name: "checkout" });
const CORE = "/api/v1/namespaces/shop";
const SAID = `admission webhook "keep" denied it: value aHVudGVyMg== of password=hunter2 is weak${", and weak".repeat(30)}`;
const macKey = { mac: async (text: string) => `mac-${text}` };
const GOOD = { data: { password: "aHVudGVyMg==" } };

/** Denies every write, and quotes what was sent. */
class TalkativeCluster extends ObjectCluster {
  override async merge(): Promise<never> {
    return { outcome: "denied", message: SAID } as never;
  }
  override async create(): Promise<never> {
    return { outcome: "denied", message: SAID } as never;
  }
}

async function refusals(kind: ConfigRef["kind"]) {
  const cluster = new TalkativeCluster();
  const path = `${CORE}/${kind === "Secret" ? "secrets" : "configmaps"}`;
  cluster.put("/apis/apps/v1/namespaces/shop/deployments/checkout", { spec: { template: {} } });
  cluster.put(`${path}/db`, GOOD).put(`${path}/kept`, GOOD);
  const plain = dataHashOf(GOOD);
  const dataHash = kind === "Secret" ? await macKey.mac(plain) : plain;
  const copied = await configCopies({ connect: () => cluster, macKey }).copy(target, "checkout", { kind, name: "db", dataHash });
  cluster.put(`${path}/db`, { data: { password: "YmFk" } });
  const config = { kind, name: "db", dataHash, immutable: false, copy: "kept", fromHash: null };
  const restored = await clusterActions(() => cluster, { macKey }).apply(
    target,
    { kind: "restore-config", configs: [config], restart: false },
    { execution: "rg-checkout-1", fence: 7 },
  );
  return [copied, restored];
}

describe("what the API server says when it denies a write", () => {
  it("is not repeated of a Secret, whose content it may quote", async () => {
    const answers = await refusals("Secret");

    expect(answers.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    for (const { reason } of answers) {
      expect(reason).toMatch(/denied .*Secret .*withheld/);
      expect(reason).not.toMatch(/hunter2|aHVudGVyMg|webhook/);
    }
  });

  it("is told of a ConfigMap, redacted and cut", async () => {
    const answers = await refusals("ConfigMap");

    expect(answers.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    for (const { reason } of answers) {
      expect(reason).toContain('admission webhook "keep" denied it');
      expect(reason).not.toContain("password=hunter2");
      expect(reason.length).toBeLessThan(350);
    }
  });
});
