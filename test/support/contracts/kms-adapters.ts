import { beforeAll, describe, expect, it } from "vitest";
import type { AwsIdentity } from "../../../functions/adapters/aws/aws-identity.ts";
import { kmsMacKey } from "../../../functions/adapters/aws/kms-mac-key.ts";
import { kmsSeal } from "../../../functions/adapters/aws/kms-seal.ts";
import { signedRequest } from "../../../functions/adapters/aws/signed-request.ts";

/** The signed KMS calls against an emulator: that what is sent and read fits the wire, and what a sealed template can be opened with. */
export function describeKmsAdapters(endpoint: () => string): void {
  const credentials = async () => ({ accessKeyId: "000000000000", secretAccessKey: "test" });
  const identity: AwsIdentity = { credentials, region: async () => "us-east-1" };
  const options = () => ({ identity, environment: { AWS_ENDPOINT_URL: endpoint() } });
  const context = { cluster: "demo", namespace: "shop", service: "checkout" };
  const canary = "canary-in-the-environment";

  async function createKey(spec: object): Promise<string> {
    const { bytes } = await signedRequest({
      service: "kms",
      region: "us-east-1",
      method: "POST",
      url: new URL(endpoint()),
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.CreateKey" },
      body: JSON.stringify(spec),
      credentials,
    });
    return JSON.parse(bytes.toString("utf8")).KeyMetadata.KeyId;
  }

  describe("KMS adapters", () => {
    let [sealKey, macKey] = ["", ""];
    beforeAll(async () => {
      sealKey = await createKey({});
      macKey = await createKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
    });

    it("open what they closed, and show nothing of it meanwhile", async () => {
      const seal = kmsSeal(sealKey, options());

      const sealed = await seal.close(`{"env":"${canary}"}`, context);

      expect(JSON.stringify(sealed)).not.toContain(canary);
      expect(Buffer.from(sealed.sealed, "base64").toString("latin1")).not.toContain(canary);
      expect(await seal.open(sealed, context)).toBe(`{"env":"${canary}"}`);
    });

    it.each([
      ["another service", { ...context, service: "search" }],
      ["another namespace", { ...context, namespace: "shop-2" }],
      ["a Secret", { ...context, secret: "db" }],
    ])("do not open it for %s", async (_whose, other) => {
      const seal = kmsSeal(sealKey, options());
      const sealed = await seal.close("text", context);

      await expect(seal.open(sealed, other)).rejects.toThrow("sealed for something else");
    });

    it("do not open what was changed", async () => {
      const seal = kmsSeal(sealKey, options());
      const sealed = await seal.close("text", context);
      const bytes = Buffer.from(sealed.sealed, "base64");
      bytes[0] = (bytes[0] ?? 0) ^ 1;

      await expect(seal.open({ ...sealed, sealed: bytes.toString("base64") }, context)).rejects.toThrow("or was changed");
    });

    it("give the same content the same MAC, and other content another", async () => {
      const key = kmsMacKey(macKey, options());
      const [one, again, other] = await Promise.all(["a".repeat(64), "a".repeat(64), "b".repeat(64)].map((text) => key.mac(text)));

      expect(one).toBe(again);
      expect(one).not.toBe(other);
      expect(Buffer.from(one ?? "", "base64")).toHaveLength(32);
    });
  });
}
