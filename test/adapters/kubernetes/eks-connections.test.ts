import { describe, expect, it } from "vitest";
import { type EksConnectionsOptions, eksConnections } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { anIdentity, jsonRefusal } from "../aws/support/recorded-aws.ts";
import { type RecordedRequest, recordedApiServer, selfSigned } from "./support/recorded-api-server.ts";
import { assumedRole, described, type RecordedEks, recordedEks } from "./support/recorded-eks.ts";

const demo = { cluster: "demo" };
const ok = { status: 200, body: { kind: "Deployment" } };
const unauthorized = { status: 401, body: { kind: "Status", reason: "Unauthorized" } };

function connectionsAt({ environment }: RecordedEks, options: EksConnectionsOptions = {}) {
  return eksConnections({ identity: anIdentity(), environment, ...options });
}

describe("eksConnections", () => {
  it("describes a cluster once and signs one token for many requests", async () => {
    const server = await recordedApiServer([ok]);
    const eks = await recordedEks([described(server.cluster)]);
    const connect = connectionsAt(eks);

    await connect(demo).get("/a");
    await Promise.all([connect(demo).get("/b"), connect(demo).get("/c")]);

    expect(eks.paths()).toHaveLength(1);
    expect(new Set(server.requests.map((request) => request.headers.authorization)).size).toBe(1);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Bearer k8s-aws-v1\./);
  });

  it("asks EKS again after a failure", async () => {
    const server = await recordedApiServer([ok]);
    const eks = await recordedEks([jsonRefusal(400, "BadRequest"), described(server.cluster)]);
    const connect = connectionsAt(eks);

    await expect(connect(demo).get("/a")).rejects.toThrow();

    expect(await connect(demo).get("/a")).toEqual(ok.body);
  });

  it("follows a cluster that was created anew under its name", async () => {
    const certificate = await selfSigned();
    const server = await recordedApiServer([ok], certificate);
    const before = { ...server.cluster, certificateAuthority: (await selfSigned()).cert };
    const eks = await recordedEks([described(before), described(server.cluster)]);

    expect(await connectionsAt(eks)(demo).get("/a")).toEqual(ok.body);

    expect(eks.paths()).toHaveLength(2);
  });

  it("K8S-28: follows a cluster whose address nobody answers any more, also with a write", async () => {
    const server = await recordedApiServer([ok]);
    const before = { ...server.cluster, endpoint: "https://127.0.0.1:1" };
    const eks = await recordedEks([described(before), described(server.cluster)]);

    expect(await connectionsAt(eks)(demo).merge("/a", {})).toMatchObject({ outcome: "stored" });

    expect(server.requests).toHaveLength(1);
    expect(eks.paths()).toHaveLength(2);
  });

  it("stays away from a stranger as long as EKS names the same CA", async () => {
    const server = await recordedApiServer([ok]);
    const stranger = { ...server.cluster, certificateAuthority: (await selfSigned()).cert };
    const eks = await recordedEks([described(stranger)]);

    await expect(connectionsAt(eks)(demo).patch("/a", [])).rejects.toMatchObject({ name: "UntrustedClusterError" });

    expect(server.requests).toEqual([]);
  });

  it("tells a role without an access entry what to do", async () => {
    const server = await recordedApiServer([unauthorized]);
    const eks = await recordedEks([described(server.cluster)]);

    await expect(connectionsAt(eks)(demo).list("/a")).rejects.toThrow(/cluster demo answered 401 .* access entry/);
  });
});

describe("clusters of other accounts and regions", () => {
  const roleArn = "arn:aws:iam::123456789012:role/rollguard";
  const there = { cluster: "demo", region: "eu-west-1", roleArn };

  it("are described and spoken to with the assumed role, in their region", async () => {
    const server = await recordedApiServer([ok]);
    const eks = await recordedEks([described(server.cluster)], assumedRole({ accessKeyId: "ASIAROLE" }));

    await connectionsAt(eks)(there, "rg-checkout-1").get("/a");

    const [assume, describeCall] = eks.calls;
    expect(new URLSearchParams(assume?.body.toString()).get("RoleSessionName")).toBe("rg-checkout-1");
    expect(assume?.headers.authorization).toContain("Credential=test/");
    expect(describeCall?.headers.authorization).toMatch(/Credential=ASIAROLE\/\d{8}\/eu-west-1\/eks\//);
    expect(tokenUrl(server.requests[0]).host).toBe("sts.eu-west-1.amazonaws.com");
    expect(tokenUrl(server.requests[0]).searchParams.get("X-Amz-Credential")).toMatch(/^ASIAROLE\/\d{8}\/eu-west-1\/sts\//);
    expect(tokenUrl(server.requests[0]).searchParams.get("X-Amz-Security-Token")).toBe("role/session+token==");
  });

  it("are kept apart by name, region and role, whatever the session; nulls are the own ones", async () => {
    const server = await recordedApiServer([ok]);
    const eks = await recordedEks([described(server.cluster)]);
    const connect = connectionsAt(eks);

    for (const session of ["one", "two"]) {
      for (const ref of [demo, { ...demo, region: null, roleArn: null }, { ...demo, region: "eu-west-1" }, there]) {
        await connect(ref, session).get("/a");
      }
    }

    expect(eks.paths()).toHaveLength(3);
    expect(eks.calls.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("K8S-27: renew the role's credentials and the token once after a 401", async () => {
    const server = await recordedApiServer([unauthorized, ok]);
    const eks = await recordedEks([described(server.cluster)]);

    expect(await connectionsAt(eks)(there).get("/a")).toEqual(ok.body);

    expect(eks.calls.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  it("K8S-27: name the role that has no access entry, and the one that may not be assumed", async () => {
    const server = await recordedApiServer([unauthorized]);
    const eks = await recordedEks([described(server.cluster)]);
    const closed = await recordedEks([described(server.cluster)], jsonRefusal(403, "AccessDenied"));

    await expect(connectionsAt(eks)(there).get("/a")).rejects.toThrow(`give role ${roleArn} an EKS access entry`);
    await expect(connectionsAt(closed)(there).get("/a")).rejects.toMatchObject({
      name: "PermissionError",
      message: expect.stringContaining(`role ${roleArn} may not be assumed: allow sts:AssumeRole`),
    });
  });
});

function tokenUrl(request: RecordedRequest | undefined): URL {
  const token = String(request?.headers.authorization).replace("Bearer k8s-aws-v1.", "");
  return new URL(Buffer.from(token, "base64url").toString());
}
