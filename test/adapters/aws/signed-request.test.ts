import { describe, expect, it } from "vitest";
import { type SignedRequest, signedHeaders, signedRequest } from "../../../functions/adapters/aws/signed-request.ts";
import { type AwsReply, anIdentity, jsonRefusal, type RecordedAws, recordedAws, xmlRefusal } from "./support/recorded-aws.ts";

const ok: AwsReply = { status: 200, body: "done" };

function send({ url }: RecordedAws, overrides: Partial<SignedRequest> = {}) {
  const request = { service: "eks", region: "us-east-1", method: "GET", url: new URL(`${url}/clusters/demo?a=b%20c`) } as const;
  return signedRequest({ ...request, credentials: anIdentity().credentials, ...overrides });
}

describe("signedHeaders", () => {
  it("gives the signature of AWS's published example", async () => {
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
    const url = new URL("https://examplebucket.s3.amazonaws.com/test.txt");

    const headers = await signedHeaders(
      { service: "s3", region: "us-east-1", method: "GET", url, headers: { range: "bytes=0-9" } },
      credentials,
      new Date("2013-05-24T00:00:00Z"),
    );

    expect(headers.authorization).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  it("binds the session of temporary credentials", async () => {
    const url = new URL("https://eks.us-east-1.amazonaws.com/clusters/demo");
    const credentials = { accessKeyId: "a", secretAccessKey: "b", sessionToken: "session" };

    const headers = await signedHeaders({ service: "eks", region: "us-east-1", method: "GET", url }, credentials, new Date());

    expect(headers["x-amz-security-token"]).toBe("session");
    expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
  });
});

describe("signedRequest", () => {
  it("sends what was signed and answers what came", async () => {
    const aws = await recordedAws([{ status: 200, body: "done", headers: { "x-answer": "1" } }]);

    const answer = await send(aws, { method: "PUT", body: "ü", headers: { "x-mine": "2" } });

    expect(answer).toMatchObject({ status: 200, headers: { "x-answer": "1" } });
    expect(answer.bytes.toString()).toBe("done");
    const [call] = aws.calls;
    expect(call).toMatchObject({ method: "PUT", path: "/clusters/demo?a=b%20c" });
    expect(call?.body.toString()).toBe("ü");
    expect(call?.headers).toMatchObject({
      host: new URL(aws.url).host,
      "content-length": "2",
      "x-mine": "2",
      authorization: expect.stringMatching(/Credential=test\/\d{8}\/us-east-1\/eks\/aws4_request, SignedHeaders=.*host.*x-mine/),
    });
  });

  it("keeps its connection", async () => {
    const aws = await recordedAws([ok]);

    await send(aws);
    await send(aws);

    expect(aws.calls.map(({ connection }) => connection)).toEqual([0, 0]);
  });

  it.each<{ name: string; reply: AwsReply }>([
    { name: "429", reply: jsonRefusal(429, "TooManyRequestsException") },
    { name: "throttling with status 400", reply: jsonRefusal(400, "ThrottlingException") },
    { name: "503 SlowDown", reply: xmlRefusal(503, "SlowDown") },
    { name: "500 without a body", reply: { status: 500 } },
    { name: "a reset", reply: "reset" },
  ])("tries again twice after $name", async ({ reply }) => {
    const aws = await recordedAws([reply, reply, ok]);

    expect((await send(aws)).bytes.toString()).toBe("done");
    expect(aws.calls).toHaveLength(3);
  });

  it("gives up after three tries", async () => {
    const aws = await recordedAws([jsonRefusal(503, "ServiceUnavailableException")]);

    await expect(send(aws)).rejects.toMatchObject({ name: "ServiceUnavailableException", $metadata: { httpStatusCode: 503 } });
    expect(aws.calls).toHaveLength(3);
  });

  it("sends a POST once, unless it is said to be harmless", async () => {
    const aws = await recordedAws([{ status: 500 }]);

    await expect(send(aws, { method: "POST" })).rejects.toThrow("HTTP 500");
    expect(aws.calls).toHaveLength(1);

    await expect(send(aws, { method: "POST", idempotent: true })).rejects.toThrow("HTTP 500");
    expect(aws.calls).toHaveLength(4);
  });

  it("does not repeat what was refused for good", async () => {
    const aws = await recordedAws([jsonRefusal(403, "AccessDeniedException", "no")]);

    await expect(send(aws)).rejects.toMatchObject({ name: "AccessDeniedException", message: "no" });
    expect(aws.calls).toHaveLength(1);
  });

  it("ends at its deadline, however often it tried", async () => {
    const aws = await recordedAws(["stall"]);
    const started = performance.now();

    await expect(send(aws, { deadlineMilliseconds: 300 })).rejects.toMatchObject({ name: "TimeoutError" });

    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe("the error of a refusal", () => {
  it.each<{ name: string; reply: AwsReply; error: object }>([
    {
      name: "a header with an address",
      reply: { status: 400, headers: { "x-amzn-errortype": "BadThing:http://internal.amazon.com/doc/" }, body: { message: "m" } },
      error: { name: "BadThing", message: "m" },
    },
    {
      name: "a type with its namespace",
      reply: { status: 400, body: { __type: "com.amazonaws.ecr#BadThing", Message: "M" } },
      error: { name: "BadThing", message: "M" },
    },
    {
      name: "XML with entities",
      reply: xmlRefusal(400, "BadThing", "a &lt;b&gt; &amp; &#34;c&#x22; &unknown;"),
      error: { name: "BadThing", message: 'a <b> & "c" &unknown;' },
    },
    { name: "no body", reply: { status: 404 }, error: { name: "HTTP 404", message: "HTTP 404" } },
    { name: "something else", reply: { status: 404, body: "<html>" }, error: { name: "HTTP 404", message: "HTTP 404" } },
    { name: "JSON of another shape", reply: { status: 404, body: [1] }, error: { name: "HTTP 404" } },
  ])("is read from $name", async ({ reply, error }) => {
    const aws = await recordedAws([reply]);

    await expect(send(aws)).rejects.toMatchObject(error);
  });
});
