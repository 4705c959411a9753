import { describe, expect, it } from "vitest";
import { type EksConnectionsOptions, eksConnections } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { anIdentity, jsonRefusal } from "../aws/support/recorded-aws.ts";
import { recordedApiServer, selfSigned } from "./support/recorded-api-server.ts";
import { described, type RecordedEks, recordedEks } from "./support/recorded-eks.ts";

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
