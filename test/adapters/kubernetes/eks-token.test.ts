import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type EksTokenProps, eksToken } from "../../../functions/adapters/kubernetes/eks-token.ts";

const now = new Date("2026-11-20T03:12:40Z");

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

function tokenOf(overrides: Partial<EksTokenProps> = {}) {
  return eksToken({ cluster: "demo", region: "us-east-1", credentials: async () => credentials, now: () => now, ...overrides });
}

describe("eksToken", () => {
  it("presigns GetCallerIdentity at the region's STS, with the cluster's name among the signed headers", async () => {
    const url = urlIn(await tokenOf({ region: "eu-west-1" })(false));

    expect(url.origin).toBe("https://sts.eu-west-1.amazonaws.com");
    expect(url.pathname).toBe("/");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: "GetCallerIdentity",
      Version: "2011-06-15",
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": "test/20261120/eu-west-1/sts/aws4_request",
      "X-Amz-Date": "20261120T031240Z",
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
      "X-Amz-Signature": expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("signs as the algorithm says, also with a session token that needs escaping", async () => {
    const token = await tokenOf({ credentials: async () => ({ ...credentials, sessionToken: "a/b+c==" }) })(false);

    const url = urlIn(token);
    expect(url.searchParams.get("X-Amz-Security-Token")).toBe("a/b+c==");
    expect(url.searchParams.get("X-Amz-Signature")).toBe(signatureOf(url, "demo"));
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
  });

  it("uses the Chinese partition's host in its regions", async () => {
    const url = urlIn(await tokenOf({ region: "cn-north-1" })(false));

    expect(url.host).toBe("sts.cn-north-1.amazonaws.com.cn");
  });

  it("keeps a token for 14 minutes", async () => {
    let time = now;
    const token = tokenOf({ now: () => time });
    const first = await token(false);

    time = new Date(now.getTime() + (14 * 60 - 1) * 1000);
    const justBefore = await token(false);
    time = new Date(now.getTime() + 14 * 60 * 1000);
    const after = await token(false);

    expect(justBefore).toBe(first);
    expect(urlIn(after).searchParams.get("X-Amz-Date")).toBe("20261120T032640Z");
  });

  it("signs anew with other credentials as soon as there are some", async () => {
    let current = credentials;
    const token = tokenOf({ credentials: async () => current });
    const first = await token(false);

    current = { accessKeyId: "other", secretAccessKey: "other" };

    expect(urlIn(first).searchParams.get("X-Amz-Credential")).toMatch(/^test\//);
    expect(urlIn(await token(false)).searchParams.get("X-Amz-Credential")).toMatch(/^other\//);
  });

  it("signs anew, with renewed credentials, when the cluster refused the kept token", async () => {
    let time = now;
    const renewals: boolean[] = [];
    const token = tokenOf({
      now: () => time,
      credentials: async (renew) => {
        renewals.push(renew);
        return credentials;
      },
    });
    const first = await token(false);
    time = new Date(now.getTime() + 1000);

    const renewed = await token(true);

    expect(renewed).not.toBe(first);
    expect(await token(false)).toBe(renewed);
    expect(renewals).toEqual([false, true, false]);
  });
});

function urlIn(token: string): URL {
  return new URL(Buffer.from(token.replace("k8s-aws-v1.", ""), "base64url").toString());
}

/** Signature Version 4 of the URL, written from its description. */
function signatureOf(url: URL, cluster: string): string {
  const query = [...url.searchParams].filter(([key]) => key !== "X-Amz-Signature");
  const canonicalQuery = query
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const canonical = ["GET", "/", canonicalQuery, `host:${url.host}`, `x-k8s-aws-id:${cluster}`, "", "host;x-k8s-aws-id", sha256("")].join(
    "\n",
  );
  const [, date = "", region = "", service = "", end = ""] = (url.searchParams.get("X-Amz-Credential") ?? "").split("/");
  const toSign = ["AWS4-HMAC-SHA256", url.searchParams.get("X-Amz-Date"), [date, region, service, end].join("/"), sha256(canonical)].join(
    "\n",
  );
  const key = [date, region, service, end].reduce<Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    Buffer.from("AWS4test"),
  );
  return createHmac("sha256", key).update(toSign).digest("hex");
}
