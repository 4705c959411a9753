import type { EksCluster } from "../../../../functions/adapters/kubernetes/eks-cluster.ts";
import { type AwsReply, type RecordedAws, recordedAws } from "../../aws/support/recorded-aws.ts";

export interface RecordedEks {
  /** For the adapters: EKS and STS are this server. */
  readonly environment: { readonly AWS_ENDPOINT_URL_EKS: string; readonly AWS_ENDPOINT_URL_STS: string };
  readonly calls: RecordedAws["calls"];
  /** Calls of EKS alone, by path. */
  paths(): readonly string[];
}

/** A loopback EKS that answers as told (the last reply stays), and an STS that gives credentials of a role for an hour. */
export async function recordedEks(replies: readonly AwsReply[], sts: AwsReply = assumedRole()): Promise<RecordedEks> {
  let described = 0;
  const { url, calls } = await recordedAws(({ method }) => {
    if (method === "POST") return sts;
    described += 1;
    return replies[Math.min(described, replies.length) - 1] ?? "reset";
  });
  return {
    environment: { AWS_ENDPOINT_URL_EKS: url, AWS_ENDPOINT_URL_STS: url },
    calls,
    paths: () => calls.filter(({ method }) => method === "GET").map(({ path }) => path),
  };
}

/** DescribeCluster's answer about an active cluster. */
export function described({ name, endpoint, certificateAuthority }: EksCluster): AwsReply {
  const data = Buffer.from(certificateAuthority).toString("base64");
  return { status: 200, body: { cluster: { name, endpoint, status: "ACTIVE", certificateAuthority: { data } } } };
}

/** AssumeRole's answer. */
export function assumedRole({ accessKeyId = "ASIAROLE", expiration = new Date(Date.now() + 3_600_000) } = {}): AwsReply {
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROA3XFRBF535PLBIFPI4:session</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/rollguard/session</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>role/secret+=</SecretAccessKey>
      <SessionToken>role/session+token==</SessionToken>
      <Expiration>${expiration.toISOString()}</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
</AssumeRoleResponse>`,
  };
}
