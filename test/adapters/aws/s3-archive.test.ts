import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { objectUrl, s3Archive } from "../../../functions/adapters/aws/s3-archive.ts";
import { describeArchive } from "../../support/contracts/archive.ts";
import { InMemoryArchive } from "../../support/fakes/in-memory-archive.ts";
import { type AwsReply, anIdentity, type RecordedAws, type RecordedCall, recordedAws, xmlRefusal } from "./support/recorded-aws.ts";

describeArchive("InMemoryArchive", async () => new InMemoryArchive());
describeArchive("s3Archive", async () => archiveAt(await recordedAws(aBucket())));

/** S3 as far as it matters here: objects by their path, refused when the checksum is wrong. */
function aBucket(): (call: RecordedCall) => AwsReply {
  const objects = new Map<string, RecordedCall>();
  return (call) => {
    if (call.method === "PUT") {
      const checksum = createHash("sha256").update(call.body).digest("base64");
      if (call.headers["x-amz-checksum-sha256"] !== checksum) return xmlRefusal(400, "BadDigest");
      objects.set(call.path, call);
      return { status: 200 };
    }
    if (call.method === "DELETE") {
      objects.delete(call.path);
      return { status: 204 };
    }
    const found = objects.get(call.path);
    return found ? { status: 200, body: found.body, headers: { "content-encoding": "gzip" } } : xmlRefusal(404, "NoSuchKey");
  };
}

function archiveAt({ url }: RecordedAws, prefix = "") {
  return s3Archive("evidence", prefix, { identity: anIdentity(), environment: { AWS_ENDPOINT_URL_S3: url } });
}

describe("s3Archive", () => {
  it("stores gzip under the prefix, signed with its content, and leaves encryption to the bucket", async () => {
    const s3 = await recordedAws([{ status: 200 }]);

    await archiveAt(s3, "incidents/").put("inc 1/pods.json", "{}", "application/json");

    const [call] = s3.calls;
    expect(call).toMatchObject({ method: "PUT", path: "/evidence/incidents/inc%201/pods.json" });
    expect(gunzipSync(call?.body ?? "").toString()).toBe("{}");
    expect(call?.headers).toMatchObject({
      "content-type": "application/json",
      "content-encoding": "gzip",
      "content-length": String(call?.body.length),
      "x-amz-content-sha256": createHash("sha256")
        .update(call?.body ?? "")
        .digest("hex"),
      "x-amz-checksum-sha256": createHash("sha256")
        .update(call?.body ?? "")
        .digest("base64"),
      authorization: expect.stringContaining("/us-east-1/s3/aws4_request"),
    });
    expect(Object.keys(call?.headers ?? {}).filter((header) => header.includes("encryption"))).toEqual([]);
  });

  it("sends the same bytes for the same text", async () => {
    const s3 = await recordedAws([{ status: 200 }]);

    await archiveAt(s3).put("key", "text", "text/plain");
    await archiveAt(s3).put("key", "text", "text/plain");

    expect(s3.calls[1]?.body).toEqual(s3.calls[0]?.body);
  });

  it("reads what something on the way has unpacked", async () => {
    const s3 = await recordedAws([{ status: 200, body: "plain" }]);

    expect(await archiveAt(s3).get("key")).toBe("plain");
  });

  it("stores again when the answer is lost", async () => {
    const s3 = await recordedAws(["reset", { status: 200 }]);

    await archiveAt(s3).put("key", "text", "text/plain");

    expect(s3.calls).toHaveLength(2);
  });

  it.each<{ name: string; reply: AwsReply; error: object }>([
    {
      name: "a missing right",
      reply: xmlRefusal(403, "AccessDenied", "not authorized to perform: kms:GenerateDataKey"),
      error: { name: "PermissionError", message: expect.stringMatching(/allow s3:(Put|Get)Object .*kms:GenerateDataKey/) },
    },
    { name: "throttling", reply: xmlRefusal(503, "SlowDown"), error: { name: "TransientUpstreamError" } },
    { name: "a missing bucket", reply: xmlRefusal(404, "NoSuchBucket"), error: { name: "NoSuchBucket" } },
  ])("says what is wrong with $name", async ({ reply, error }) => {
    const archive = archiveAt(await recordedAws([reply]));

    await expect(archive.put("key", "text", "text/plain")).rejects.toMatchObject(error);
    await expect(archive.get("key")).rejects.toMatchObject(error);
  });
});

describe("objectUrl", () => {
  it.each<{ name: string; bucket?: string; key?: string; environment?: Record<string, string>; url: string }>([
    { name: "the bucket's own host on AWS", url: "https://evidence.s3.eu-west-1.amazonaws.com/a/b" },
    { name: "a path for a bucket with dots", bucket: "ev.idence", url: "https://s3.eu-west-1.amazonaws.com/ev.idence/a/b" },
    {
      name: "a path at an IP address",
      environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" },
      url: "http://127.0.0.1:4566/evidence/a/b",
    },
    {
      name: "the bucket's own host at an endpoint with a name",
      environment: { AWS_ENDPOINT_URL_S3: "http://s3.localhost:4566/" },
      url: "http://evidence.s3.localhost:4566/a/b",
    },
    {
      name: "every character that a signature escapes",
      key: "a b/c+d(e)'*!=?#%.json",
      url: "https://evidence.s3.eu-west-1.amazonaws.com/a%20b/c%2Bd%28e%29%27%2A%21%3D%3F%23%25.json",
    },
  ])("is $name", ({ bucket = "evidence", key = "a/b", environment = {}, url }) => {
    expect(objectUrl(bucket, key, "eu-west-1", environment).href).toBe(url);
  });

  it("never leaves the bucket", () => {
    expect(() => objectUrl("evidence", "../other/key", "eu-west-1", {})).toThrow(/no \. or \.\. segments/);
  });
});
