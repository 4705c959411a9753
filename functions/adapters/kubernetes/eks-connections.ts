import { EKSClient } from "@aws-sdk/client-eks";
import { TransientUpstreamError, UntrustedClusterError } from "../../domain/errors.ts";
import { describeCluster } from "./eks-cluster.ts";
import { EksTokens } from "./eks-token.ts";
import { type KubernetesClient, type KubernetesClientOptions, kubernetesClient } from "./kubernetes-client.ts";

/** Which cluster: its name, and where that is not this function's own region or account, the region and the role that may ask there. */
export interface ClusterRef {
  readonly cluster: string;
  readonly region?: string | null;
  readonly roleArn?: string | null;
}

/** A client of that cluster; it connects at its first request. `session` (an execution's name) is what audit logs show of an assumed role. */
export type ConnectToCluster = (ref: ClusterRef, session?: string) => KubernetesClient;

/** What tests set; production uses the defaults. */
export interface EksConnectionsOptions
  extends Pick<KubernetesClientOptions, "timeoutMilliseconds" | "waitBudgetMilliseconds" | "pageSize"> {
  readonly client?: EKSClient;
}

/**
 * Connections to EKS clusters, kept for the life of the Lambda's sandbox: one DescribeCluster and one TLS handshake each.
 * A cluster that is gone or does not prove its identity may have been created anew under its name: EKS is asked again, once, and the request
 * (also a PATCH: it was never sent, TLS comes before) goes to what EKS names now.
 */
export function eksConnections(options: EksConnectionsOptions = {}): ConnectToCluster {
  const client = options.client ?? impatientEksClient();
  const tokens = new EksTokens(client);
  const known = new Map<string, Promise<KubernetesClient>>();

  async function open(name: string): Promise<KubernetesClient> {
    const cluster = await describeCluster(client, name);
    return kubernetesClient({ ...options, cluster, token: (renew) => tokens.token(name, renew) });
  }

  function connected(name: string): Promise<KubernetesClient> {
    const existing = known.get(name);
    if (existing) return existing;
    const connection = open(name);
    known.set(name, connection);
    connection.catch(() => known.delete(name));
    return connection;
  }

  async function call<T>(name: string, use: (kubernetes: KubernetesClient) => Promise<T>): Promise<T> {
    const connection = connected(name);
    try {
      return await use(await connection);
    } catch (error) {
      if (!isStrangerOrGone(error)) throw error;
      // Of requests that fail together, the first one asks and the others wait for its answer.
      if (known.get(name) === connection) known.delete(name);
      return use(await connected(name));
    }
  }

  return ({ cluster: name }) => ({
    get: (path) => call(name, (kubernetes) => kubernetes.get(path)),
    list: (path, selectors) => call(name, (kubernetes) => kubernetes.list(path, selectors)),
    patch: (path, operations) => call(name, (kubernetes) => kubernetes.patch(path, operations)),
    merge: (path, body) => call(name, (kubernetes) => kubernetes.merge(path, body)),
    strategic: (path, body) => call(name, (kubernetes) => kubernetes.strategic(path, body)),
    apply: (path, body, how) => call(name, (kubernetes) => kubernetes.apply(path, body, how)),
    create: (path, body) => call(name, (kubernetes) => kubernetes.create(path, body)),
    remove: (path, only) => call(name, (kubernetes) => kubernetes.remove(path, only)),
    text: (path) => call(name, (kubernetes) => kubernetes.text(path)),
    watch: (path, how, onEvent, signal) => call(name, (kubernetes) => kubernetes.watch(path, how, onEvent, signal)),
    served: (group) => call(name, (kubernetes) => kubernetes.served(group)),
  });
}

function isStrangerOrGone(error: unknown): boolean {
  return error instanceof UntrustedClusterError || (error instanceof TransientUpstreamError && error.details.code === "ENOTFOUND");
}

/** Bounded time: without these an EKS that stalls would outlive the step. */
function impatientEksClient(): EKSClient {
  return new EKSClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
  });
}
