import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EKSClient } from "@aws-sdk/client-eks";
import { onTestFinished } from "vitest";
import type { EksCluster } from "../../../../functions/adapters/kubernetes/eks-cluster.ts";

export interface EksReply {
  readonly status: number;
  readonly body: unknown;
  /** Name of the exception, as EKS puts it into a header. */
  readonly error?: string;
}

export interface RecordedEks {
  readonly client: EKSClient;
  readonly paths: readonly string[];
}

/** A loopback EKS that answers as told (the last reply stays), with a client that asks it once. */
export async function recordedEks(replies: readonly EksReply[]): Promise<RecordedEks> {
  const paths: string[] = [];
  const server = createServer((incoming, outgoing) => {
    paths.push(incoming.url ?? "");
    const reply = replies[Math.min(paths.length, replies.length) - 1];
    const headers = { "content-type": "application/json", ...(reply?.error ? { "x-amzn-errortype": reply.error } : {}) };
    outgoing.writeHead(reply?.status ?? 500, headers).end(JSON.stringify(reply?.body ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { client: anEksClient({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }), paths };
}

/** Keys `test`/`test`, region us-east-1, one attempt. */
export function anEksClient(config: { endpoint?: string; region?: string; sessionToken?: string } = {}): EKSClient {
  const { sessionToken, region = "us-east-1", ...rest } = config;
  const credentials = { accessKeyId: "test", secretAccessKey: "test", ...(sessionToken ? { sessionToken } : {}) };
  return new EKSClient({ region, credentials, maxAttempts: 1, ...rest });
}

/** DescribeCluster's answer about an active cluster. */
export function described({ name, endpoint, certificateAuthority }: EksCluster): EksReply {
  const data = Buffer.from(certificateAuthority).toString("base64");
  return { status: 200, body: { cluster: { name, endpoint, status: "ACTIVE", certificateAuthority: { data } } } };
}
