import { describe, expect, it } from "vitest";
import { describeCluster } from "../../../functions/adapters/kubernetes/eks-cluster.ts";
import { anEksClient, described, recordedEks } from "./support/recorded-eks.ts";

const cluster = {
  name: "demo",
  endpoint: "https://abc.gr7.us-east-1.eks.amazonaws.com",
  certificateAuthority: "-----BEGIN CERTIFICATE-----",
};

describe("describeCluster", () => {
  it("reads the address and the CA", async () => {
    const { client, paths } = await recordedEks([described(cluster)]);

    expect(await describeCluster(client, "demo")).toEqual(cluster);
    expect(paths).toEqual(["/clusters/demo"]);
  });

  it.each([
    {
      name: "no such cluster",
      reply: { status: 404, error: "ResourceNotFoundException", body: { message: "No cluster found for name: demo." } },
      expected: { name: "InvalidInputError", message: /no EKS cluster demo/ },
    },
    {
      name: "a missing permission",
      reply: { status: 403, error: "AccessDeniedException", body: { message: "not authorized to perform: eks:DescribeCluster" } },
      expected: { name: "PermissionError", message: /eks:DescribeCluster/ },
    },
    {
      name: "refused credentials",
      reply: { status: 403, error: "UnrecognizedClientException", body: { message: "The security token is invalid" } },
      expected: { name: "PermissionError", message: /credentials/ },
    },
    {
      name: "throttling",
      reply: { status: 429, error: "ThrottlingException", body: { message: "Rate exceeded" } },
      expected: { name: "TransientUpstreamError", message: /ThrottlingException/ },
    },
    {
      name: "a server error",
      reply: { status: 500, error: "ServerException", body: { message: "Internal" } },
      expected: { name: "TransientUpstreamError", message: /ServerException/ },
    },
    {
      name: "a cluster in creation",
      reply: { status: 200, body: { cluster: { name: "demo", status: "CREATING" } } },
      expected: { name: "InvalidInputError", message: /no API endpoint \(status CREATING\)/ },
    },
    {
      name: "an endpoint without a CA",
      reply: { status: 200, body: { cluster: { name: "demo", status: "ACTIVE", endpoint: cluster.endpoint } } },
      expected: { name: "InvalidInputError", message: /no certificate authority/ },
    },
    {
      name: "an endpoint in clear",
      reply: described({ ...cluster, endpoint: "http://127.0.0.1:8080" }),
      expected: { name: "InvalidInputError", message: /must be https/ },
    },
  ])("answers $expected.name to $name", async ({ reply, expected }) => {
    const { client } = await recordedEks([reply]);

    await expect(describeCluster(client, "demo")).rejects.toMatchObject({
      name: expected.name,
      message: expect.stringMatching(expected.message),
    });
  });

  it("is transient when EKS does not answer", async () => {
    const client = anEksClient({ endpoint: "http://127.0.0.1:1" });

    await expect(describeCluster(client, "demo")).rejects.toMatchObject({ name: "TransientUpstreamError" });
  });
});
