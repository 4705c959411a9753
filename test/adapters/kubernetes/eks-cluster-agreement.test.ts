import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { describeCluster } from "../../../functions/adapters/kubernetes/eks-cluster.ts";
import { StepError } from "../../../functions/domain/errors.ts";
import { type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";
import { anIdentity, jsonRefusal, recordedAws } from "../aws/support/recorded-aws.ts";

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startCluster({ eksPort: 0, kubernetesPort: 0, kubelet: false, clusterName: "demo" });
});
afterAll(() => cluster.stop());

const { credentials } = anIdentity();

/** The SDK's reading of DescribeCluster. */
async function sdkDescription(url: string, name: string) {
  const client = new EKSClient({ endpoint: url, region: "us-east-1", credentials: await credentials(), maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  const { cluster: description } = await client.send(new DescribeClusterCommand({ name }));
  return description;
}

function ourDescription(url: string, name: string) {
  return describeCluster({ name, region: "us-east-1", credentials, environment: { AWS_ENDPOINT_URL_EKS: url } });
}

async function failureOf(answer: Promise<unknown>): Promise<Error & { $metadata?: { httpStatusCode?: number } }> {
  return answer.then(
    () => new Error("it did not fail"),
    (error: Error) => (error instanceof StepError ? (error.cause as Error) : error),
  );
}

describe("our DescribeCluster and the SDK's", () => {
  it("read the same out of the same answer", async () => {
    const [ours, theirs] = [await ourDescription(cluster.eksUrl, "demo"), await sdkDescription(cluster.eksUrl, "demo")];

    expect(ours).toEqual({
      name: theirs?.name,
      endpoint: theirs?.endpoint,
      certificateAuthority: Buffer.from(theirs?.certificateAuthority?.data ?? "", "base64").toString("utf8"),
    });
    expect(ours.certificateAuthority).toBe(cluster.caPem);
  });

  it("find no cluster of another name", async () => {
    const [ours, theirs] = [
      await failureOf(ourDescription(cluster.eksUrl, "other")),
      await failureOf(sdkDescription(cluster.eksUrl, "other")),
    ];

    expect(theirs).toMatchObject({ name: "ResourceNotFoundException" });
    expect(ours).toMatchObject({ name: theirs.name, message: theirs.message, $metadata: { httpStatusCode: 404 } });
  });

  it.each([
    { status: 403, code: "AccessDeniedException" },
    { status: 429, code: "ThrottlingException" },
    { status: 400, code: "InvalidParameterException" },
    { status: 500, code: "ServerException" },
  ])("fail alike with $code", async ({ status, code }) => {
    const eks = await recordedAws([jsonRefusal(status, code, "as EKS says")]);

    const [ours, theirs] = [await failureOf(ourDescription(eks.url, "demo")), await failureOf(sdkDescription(eks.url, "demo"))];

    expect(theirs).toMatchObject({ name: code, message: "as EKS says", $metadata: { httpStatusCode: status } });
    expect(ours).toMatchObject({ name: theirs.name, message: theirs.message, $metadata: { httpStatusCode: status } });
    expect(eks.calls.map(({ method, path }) => `${method} ${path}`)).toContain("GET /clusters/demo");
    expect(new Set(eks.calls.map(({ path }) => path)).size).toBe(1);
  });
});
