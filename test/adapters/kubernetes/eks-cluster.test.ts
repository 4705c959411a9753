import { describe, expect, it } from "vitest";
import { describeCluster } from "../../../functions/adapters/kubernetes/eks-cluster.ts";
import { type AwsReply, anIdentity, jsonRefusal } from "../aws/support/recorded-aws.ts";
import { described, type RecordedEks, recordedEks } from "./support/recorded-eks.ts";

const cluster = {
  name: "demo",
  endpoint: "https://abc.gr7.us-east-1.eks.amazonaws.com",
  certificateAuthority: "-----BEGIN CERTIFICATE-----",
};
const { credentials } = anIdentity();

function describeAt({ environment }: Pick<RecordedEks, "environment">, name = "demo", caller?: string) {
  return describeCluster({ name, region: "us-east-1", credentials, environment, ...(caller ? { caller } : {}) });
}

describe("describeCluster", () => {
  it("reads the address and the CA", async () => {
    const eks = await recordedEks([described(cluster)]);

    expect(await describeAt(eks)).toEqual(cluster);
    expect(eks.paths()).toEqual(["/clusters/demo"]);
  });

  it("asks again when EKS is short of breath", async () => {
    const eks = await recordedEks([jsonRefusal(429, "ThrottlingException"), "reset", described(cluster)]);

    expect(await describeAt(eks)).toEqual(cluster);
    expect(eks.paths()).toHaveLength(3);
  });

  it.each<{ name: string; reply: AwsReply; expected: { name: string; message: RegExp }; asked: number }>([
    {
      name: "no such cluster",
      reply: jsonRefusal(404, "ResourceNotFoundException", "No cluster found for name: demo."),
      expected: { name: "InvalidInputError", message: /no EKS cluster demo in us-east-1/ },
      asked: 1,
    },
    {
      name: "a missing permission",
      reply: jsonRefusal(403, "AccessDeniedException", "not authorized to perform: eks:DescribeCluster"),
      expected: { name: "PermissionError", message: /eks:DescribeCluster .* add it to this function's role/ },
      asked: 1,
    },
    {
      name: "refused credentials",
      reply: jsonRefusal(403, "UnrecognizedClientException", "The security token is invalid"),
      expected: { name: "PermissionError", message: /credentials of this function's role/ },
      asked: 1,
    },
    {
      name: "throttling",
      reply: jsonRefusal(429, "ThrottlingException", "Rate exceeded"),
      expected: { name: "TransientUpstreamError", message: /ThrottlingException/ },
      asked: 3,
    },
    {
      name: "throttling with another status",
      reply: jsonRefusal(400, "ThrottlingException", "Rate exceeded"),
      expected: { name: "TransientUpstreamError", message: /ThrottlingException/ },
      asked: 3,
    },
    {
      name: "a server error",
      reply: jsonRefusal(500, "ServerException", "Internal"),
      expected: { name: "TransientUpstreamError", message: /ServerException/ },
      asked: 3,
    },
    {
      name: "a proxy's page",
      reply: { status: 200, body: "<html>" },
      expected: { name: "TransientUpstreamError", message: /something else than a description/ },
      asked: 1,
    },
    {
      name: "a cluster in creation",
      reply: { status: 200, body: { cluster: { name: "demo", status: "CREATING" } } },
      expected: { name: "InvalidInputError", message: /no API endpoint \(status CREATING\)/ },
      asked: 1,
    },
    {
      name: "an endpoint without a CA",
      reply: { status: 200, body: { cluster: { name: "demo", status: "ACTIVE", endpoint: cluster.endpoint } } },
      expected: { name: "InvalidInputError", message: /no certificate authority/ },
      asked: 1,
    },
    {
      name: "an endpoint in clear",
      reply: described({ ...cluster, endpoint: "http://127.0.0.1:8080" }),
      expected: { name: "InvalidInputError", message: /must be https/ },
      asked: 1,
    },
  ])("answers $expected.name to $name", async ({ reply, expected, asked }) => {
    const eks = await recordedEks([reply]);

    await expect(describeAt(eks)).rejects.toMatchObject({ name: expected.name, message: expect.stringMatching(expected.message) });
    expect(eks.paths()).toHaveLength(asked);
  });

  it("says which role misses the permission", async () => {
    const eks = await recordedEks([jsonRefusal(403, "AccessDeniedException")]);

    await expect(describeAt(eks, "demo", "role arn:aws:iam::1:role/x")).rejects.toThrow("add it to role arn:aws:iam::1:role/x");
  });

  it("is transient when EKS does not answer", async () => {
    const environment = { AWS_ENDPOINT_URL_EKS: "http://127.0.0.1:1", AWS_ENDPOINT_URL_STS: "http://127.0.0.1:1" };

    await expect(describeAt({ environment })).rejects.toMatchObject({ name: "TransientUpstreamError" });
  });
});
