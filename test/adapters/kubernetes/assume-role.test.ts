import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assumeRole, sessionNameOf } from "../../../functions/adapters/kubernetes/assume-role.ts";
import { AssumedRoles } from "../../../functions/adapters/kubernetes/assume-role-cache.ts";
import { type AwsReply, anIdentity, recordedAws, xmlRefusal } from "../aws/support/recorded-aws.ts";
import { assumedRole } from "./support/recorded-eks.ts";

const roleArn = "arn:aws:iam::123456789012:role/rollguard";
const now = new Date("2026-11-20T03:12:40Z");
const minutesLater = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

async function stsWith(replies: readonly AwsReply[]) {
  const { url, calls } = await recordedAws(replies);
  return { environment: { AWS_ENDPOINT_URL_STS: url }, calls, forms: () => calls.map(({ body }) => new URLSearchParams(body.toString())) };
}

describe("assumeRole", () => {
  it("asks STS for the role under the session's name, and reads the credentials", async () => {
    const sts = await stsWith([assumedRole({ accessKeyId: "ASIA1", expiration: minutesLater(60) })]);

    const credentials = await assumeRole(anIdentity({ region: "eu-west-1" }), { roleArn, session: "rg-checkout-1" }, sts.environment);

    expect(credentials).toEqual({
      accessKeyId: "ASIA1",
      secretAccessKey: "role/secret+=",
      sessionToken: "role/session+token==",
      expiration: minutesLater(60),
    });
    expect(Object.fromEntries(sts.forms()[0] ?? [])).toEqual({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: roleArn,
      RoleSessionName: "rg-checkout-1",
    });
    expect(sts.calls[0]).toMatchObject({
      method: "POST",
      path: "/",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: expect.stringContaining("/eu-west-1/sts/aws4_request"),
      },
    });
  });

  it.each<{ name: string; reply: AwsReply; error: object; asked: number }>([
    {
      name: "a role that does not trust us",
      reply: xmlRefusal(403, "AccessDenied", "User: arn:aws:sts::1:x is not authorized to perform: sts:AssumeRole"),
      error: {
        name: "PermissionError",
        message: expect.stringMatching(/role arn:aws:iam::123456789012:role\/rollguard .*sts:AssumeRole.*trust/),
      },
      asked: 1,
    },
    {
      name: "credentials of our own that have expired",
      reply: xmlRefusal(403, "ExpiredToken"),
      error: { name: "PermissionError", message: expect.stringContaining("sts:AssumeRole") },
      asked: 1,
    },
    {
      name: "something that is no role",
      reply: xmlRefusal(400, "ValidationError", "is invalid"),
      error: { name: "InvalidInputError", message: expect.stringContaining(roleArn) },
      asked: 1,
    },
    { name: "throttling", reply: xmlRefusal(400, "Throttling"), error: { name: "TransientUpstreamError" }, asked: 3 },
    { name: "a server error", reply: { status: 503 }, error: { name: "TransientUpstreamError" }, asked: 3 },
    { name: "a lost connection", reply: "reset", error: { name: "TransientUpstreamError" }, asked: 3 },
    { name: "an answer without credentials", reply: { status: 200, body: "<html/>" }, error: { message: /without credentials/ }, asked: 1 },
  ])("fails with what is to be done about $name", async ({ reply, error, asked }) => {
    const sts = await stsWith([reply]);

    const failure = await assumeRole(anIdentity(), { roleArn, session: "s1" }, sts.environment).catch((cause: unknown) => cause);

    expect(failure).toMatchObject(error);
    expect(String(failure)).not.toContain("role/secret");
    expect(sts.calls).toHaveLength(asked);
  });
});

describe("sessionNameOf", () => {
  it.each([
    ["rg-checkout-20261120T031240Z-a1b2", "rg-checkout-20261120T031240Z-a1b2"],
    ["a person: Zoë/1", "a-person--Zo--1"],
    ["x".repeat(80), "x".repeat(64)],
    ["", "rollguard"],
    ["x", "rollguard"],
  ])("makes %s fit", (text, fitting) => {
    expect(sessionNameOf(text)).toBe(fitting);
  });

  it("fits whatever it is made of", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => /^[\w+=,.@-]{2,64}$/.test(sessionNameOf(text))));
  });
});

describe("AssumedRoles", () => {
  it("assumes a role once until five minutes before its credentials expire", async () => {
    const sts = await stsWith([
      assumedRole({ accessKeyId: "ASIA1", expiration: minutesLater(60) }),
      assumedRole({ accessKeyId: "ASIA2", expiration: minutesLater(120) }),
    ]);
    let time = now;
    const { credentials } = new AssumedRoles(anIdentity(), sts.environment, () => time).identityOf(roleArn, () => "session");

    const first = await credentials();
    time = minutesLater(54.9);
    const same = await credentials();
    time = minutesLater(55);
    const other = await credentials();

    expect([first, same, other].map(({ accessKeyId }) => accessKeyId)).toEqual(["ASIA1", "ASIA1", "ASIA2"]);
  });

  it("asks once for all who ask at the same time, also when they renew", async () => {
    const sts = await stsWith([assumedRole()]);
    const { credentials } = new AssumedRoles(anIdentity(), sts.environment).identityOf(roleArn, () => "session");

    await Promise.all([credentials(), credentials(), credentials()]);
    expect(sts.calls).toHaveLength(1);

    await Promise.all([credentials(true), credentials(true)]);
    expect(sts.calls).toHaveLength(2);
  });

  it("keeps roles apart, and does not keep a refusal", async () => {
    const sts = await stsWith([
      xmlRefusal(403, "AccessDenied"),
      assumedRole({ accessKeyId: "ASIA1" }),
      assumedRole({ accessKeyId: "ASIA2" }),
    ]);
    const roles = new AssumedRoles(anIdentity(), sts.environment);
    const [one, two] = [roles.identityOf(roleArn, () => "session"), roles.identityOf(`${roleArn}-2`, () => "session")];

    await expect(one.credentials()).rejects.toMatchObject({ name: "PermissionError" });

    expect(await one.credentials()).toMatchObject({ accessKeyId: "ASIA1" });
    expect(await two.credentials()).toMatchObject({ accessKeyId: "ASIA2" });
    expect(sts.forms().map((form) => form.get("RoleArn"))).toEqual([roleArn, roleArn, `${roleArn}-2`]);
  });
});
