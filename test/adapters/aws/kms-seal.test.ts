import { describe, expect, it } from "vitest";
import { kmsSeal } from "../../../functions/adapters/aws/kms-seal.ts";
import { aKms } from "./support/fake-kms.ts";
import { type AwsReply, anIdentity, jsonRefusal, recordedAws } from "./support/recorded-aws.ts";

const CONTEXT = { cluster: "demo", namespace: "shop", service: "checkout", secret: "db" };
const TEMPLATE = { cluster: "demo", namespace: "shop", service: "checkout" };
const TEXT = '{"type":"Opaque","data":{"password":"Y2FuYXJ5LWluLWEtU2VjcmV0"}}';

async function aSeal() {
  const kms = await recordedAws(aKms());
  return { kms, seal: sealAt(kms.url) };
}

function sealAt(url: string) {
  return kmsSeal("key", { identity: anIdentity(), environment: { AWS_ENDPOINT_URL_KMS: url } });
}

/** Opening what another KMS sealed, with this answer of KMS. */
async function openedWith(reply: AwsReply) {
  const sealed = await (await aSeal()).seal.close(TEXT, CONTEXT);
  return sealAt((await recordedAws([reply])).url).open(sealed, CONTEXT);
}

describe("a text that KMS sealed", () => {
  it("opens for the same Secret, whose name is in the encryption context that CloudTrail shows", async () => {
    const { kms, seal } = await aSeal();

    const sealed = await seal.close(TEXT, CONTEXT);

    expect(await seal.open(sealed, CONTEXT)).toBe(TEXT);
    expect(kms.calls.map(({ body }) => JSON.parse(body.toString()).EncryptionContext)).toEqual([CONTEXT, CONTEXT]);
  });

  it.each([
    ["another Secret", { ...CONTEXT, secret: "other" }],
    ["a template", TEMPLATE],
    ["another service", { ...CONTEXT, service: "search" }],
    ["another namespace", { ...CONTEXT, namespace: "shop-2" }],
    ["another cluster", { ...CONTEXT, cluster: "demo-2" }],
  ])("does not open for %s", async (_whose, other) => {
    const { seal } = await aSeal();
    const sealed = await seal.close(TEXT, CONTEXT);

    await expect(seal.open(sealed, other)).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringMatching(/sealed for something else/),
    });
  });

  it.each([
    ["a template", TEMPLATE],
    ["a Secret of that name", { ...TEMPLATE, secret: "inc-1" }],
    ["another incident", { ...TEMPLATE, approval: "inc-2" }],
  ])("opens as the token of one incident, and not for %s", async (_whose, other) => {
    const { seal } = await aSeal();
    const sealed = await seal.close("a token", { ...TEMPLATE, approval: "inc-1" });

    expect(await seal.open(sealed, { ...TEMPLATE, approval: "inc-1" })).toBe("a token");
    await expect(seal.open(sealed, other)).rejects.toMatchObject({ message: expect.stringMatching(/sealed for something else/) });
  });

  it.each(["dataKey", "nonce", "sealed"] as const)("does not open when its %s is changed, cut or empty", async (part) => {
    const { seal } = await aSeal();
    const sealed = await seal.close(TEXT, CONTEXT);
    const bytes = Buffer.from(sealed[part], "base64");
    const flipped = Buffer.from(bytes.map((byte, at) => (at === 3 ? byte ^ 1 : byte)));

    for (const changed of [flipped, bytes.subarray(0, 5), Buffer.alloc(0)]) {
      await expect(seal.open({ ...sealed, [part]: changed.toString("base64") }, CONTEXT)).rejects.toMatchObject({
        name: "InvalidInputError",
        message: "the kept content of Secret db of checkout was sealed for something else, or was changed",
      });
    }
  });

  it.each([
    ["DisabledException", "InvalidInputError", /cannot be opened \(DisabledException: refused by the test\)/],
    ["KMSInvalidStateException", "InvalidInputError", /cannot be opened \(KMSInvalidStateException/],
    ["AccessDeniedException", "PermissionError", /allow kms:Decrypt/],
    ["ThrottlingException", "TransientUpstreamError", /kms:Decrypt failed for now/],
  ])("says why it does not open when KMS answers %s", async (code, name, message) => {
    await expect(openedWith(jsonRefusal(400, code))).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});
