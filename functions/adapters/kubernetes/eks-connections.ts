import { TransientUpstreamError, UntrustedClusterError } from "../../domain/errors.ts";
import type { Environment } from "../aws/aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "../aws/aws-identity.ts";
import { AssumedRoles } from "./assume-role-cache.ts";
import { describeCluster } from "./eks-cluster.ts";
import { eksToken } from "./eks-token.ts";
import { type KubernetesClient, type KubernetesClientOptions, kubernetesClient } from "./kubernetes-client.ts";

/** Which cluster: its name, and where that is not this function's own region or account, the region and the role that may ask there. */
export interface ClusterRef {
  readonly cluster: string;
  readonly region?: string | null;
  readonly roleArn?: string | null;
}

/** A client of that cluster; it connects at its first request. `session` (an execution's name) is what audit logs show of a role that is assumed now. */
export type ConnectToCluster = (ref: ClusterRef, session?: string) => KubernetesClient;

/** What tests set; production uses the defaults. */
export interface EksConnectionsOptions
  extends Pick<KubernetesClientOptions, "timeoutMilliseconds" | "waitBudgetMilliseconds" | "pageSize"> {
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** Where AWS_ENDPOINT_URL and its like are read. @default process.env */
  readonly environment?: Environment;
  readonly now?: () => Date;
}

/**
 * Connections to EKS clusters, kept for the life of the Lambda's sandbox: one DescribeCluster and one TLS handshake each, one AssumeRole a role and hour.
 * A cluster that is gone or does not prove its identity may have been created anew under its name: EKS is asked again, once, and the request
 * (also a write: it was never sent, TLS comes before) goes to what EKS names now.
 */
export function eksConnections(options: EksConnectionsOptions = {}): ConnectToCluster {
  const { identity: own = ownIdentity(), environment = process.env, now } = options;
  const roles = new AssumedRoles(own, environment, now);
  const known = new Map<string, Promise<KubernetesClient>>();
  /** By role: who assumes it next. */
  const sessions = new Map<string, string>();

  async function open({ cluster: name, region: named, roleArn }: ClusterRef): Promise<KubernetesClient> {
    const region = named ?? (await own.region());
    const caller = roleArn ? `role ${roleArn}` : "this function's role";
    const { credentials } = roleArn ? roles.identityOf(roleArn, () => sessions.get(roleArn) ?? "rollguard") : own;
    const cluster = await describeCluster({ name, region, credentials, caller, environment });
    return kubernetesClient({
      ...options,
      cluster,
      caller,
      token: eksToken({ cluster: name, region, credentials, ...(now ? { now } : {}) }),
    });
  }

  function connected(key: string, ref: ClusterRef): Promise<KubernetesClient> {
    const existing = known.get(key);
    if (existing) return existing;
    const connection = open(ref);
    known.set(key, connection);
    connection.catch(() => known.delete(key));
    return connection;
  }

  async function call<T>(ref: ClusterRef, use: (kubernetes: KubernetesClient) => Promise<T>): Promise<T> {
    const key = JSON.stringify([ref.cluster, ref.region ?? null, ref.roleArn ?? null]);
    const connection = connected(key, ref);
    try {
      return await use(await connection);
    } catch (error) {
      if (!isStrangerOrGone(error)) throw error;
      // Of requests that fail together, the first one asks and the others wait for its answer.
      if (known.get(key) === connection) known.delete(key);
      return use(await connected(key, ref));
    }
  }

  return (ref, session) => {
    if (ref.roleArn && session) sessions.set(ref.roleArn, session);
    return clientThrough((use) => call(ref, use));
  };
}

function clientThrough(call: <T>(use: (kubernetes: KubernetesClient) => Promise<T>) => Promise<T>): KubernetesClient {
  return {
    get: (path) => call((kubernetes) => kubernetes.get(path)),
    list: (path, selectors) => call((kubernetes) => kubernetes.list(path, selectors)),
    patch: (path, operations) => call((kubernetes) => kubernetes.patch(path, operations)),
    merge: (path, body) => call((kubernetes) => kubernetes.merge(path, body)),
    strategic: (path, body) => call((kubernetes) => kubernetes.strategic(path, body)),
    apply: (path, body, how) => call((kubernetes) => kubernetes.apply(path, body, how)),
    create: (path, body) => call((kubernetes) => kubernetes.create(path, body)),
    remove: (path, only) => call((kubernetes) => kubernetes.remove(path, only)),
    text: (path) => call((kubernetes) => kubernetes.text(path)),
    watch: (path, how, onEvent, signal) => call((kubernetes) => kubernetes.watch(path, how, onEvent, signal)),
    served: (group) => call((kubernetes) => kubernetes.served(group)),
  };
}

/** None of these comes after a request was sent. */
function isStrangerOrGone(error: unknown): boolean {
  if (error instanceof UntrustedClusterError) return true;
  return error instanceof TransientUpstreamError && ["ENOTFOUND", "ECONNREFUSED"].includes(String(error.details.code));
}
