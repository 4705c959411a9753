import { describe, expect, it } from "vitest";
import { eksConnections } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { recordedApiServer, selfSigned } from "./support/recorded-api-server.ts";
import { described, recordedEks } from "./support/recorded-eks.ts";

const demo = { cluster: "demo" };
const ok = { status: 200, body: { kind: "Deployment" } };
const unauthorized = { status: 401, body: { kind: "Status", reason: "Unauthorized" } };

describe("eksConnections", () => {
  it("describes a cluster once and signs one token for many requests", async () => {
    const server = await recordedApiServer([ok]);
    const eks = await recordedEks([described(server.cluster)]);
    const connect = eksConnections({ client: eks.client });

    await connect(demo).get("/a");
    await Promise.all([connect(demo).get("/b"), connect(demo).get("/c")]);

    expect(eks.paths).toHaveLength(1);
    expect(new Set(server.requests.map((request) => request.headers.authorization)).size).toBe(1);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Bearer k8s-aws-v1\./);
  });

  it("asks EKS again after a failure", async () => {
    const server = await recordedApiServer([ok]);
    const eks = await recordedEks([{ status: 500, body: {} }, described(server.cluster)]);
    const connect = eksConnections({ client: eks.client });

    await expect(connect(demo).get("/a")).rejects.toMatchObject({ name: "TransientUpstreamError" });

    expect(await connect(demo).get("/a")).toEqual(ok.body);
  });

  it("follows a cluster that was created anew under its name", async () => {
    const certificate = await selfSigned();
    const server = await recordedApiServer([ok], certificate);
    const before = { ...server.cluster, certificateAuthority: (await selfSigned()).cert };
    const eks = await recordedEks([described(before), described(server.cluster)]);

    expect(await eksConnections({ client: eks.client })(demo).get("/a")).toEqual(ok.body);

    expect(eks.paths).toHaveLength(2);
  });

  it("stays away from a stranger as long as EKS names the same CA", async () => {
    const server = await recordedApiServer([ok]);
    const stranger = { ...server.cluster, certificateAuthority: (await selfSigned()).cert };
    const eks = await recordedEks([described(stranger)]);

    await expect(eksConnections({ client: eks.client })(demo).patch("/a", [])).rejects.toMatchObject({ name: "UntrustedClusterError" });

    expect(server.requests).toEqual([]);
  });

  it("tells a role without an access entry what to do", async () => {
    const server = await recordedApiServer([unauthorized]);
    const eks = await recordedEks([described(server.cluster)]);

    await expect(eksConnections({ client: eks.client })(demo).list("/a")).rejects.toThrow(/cluster demo answered 401 .* access entry/);
  });
});
