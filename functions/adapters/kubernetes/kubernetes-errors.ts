import { PermissionError, TransientUpstreamError, UntrustedClusterError } from "../../domain/errors.ts";

/** The body of every refusal of a Kubernetes API server (`kind: Status`), as far as it is used. */
export interface KubernetesStatus {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[] };
}

const FORBIDDEN_SENTENCE =
  /cannot (?<verb>\w+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"(?: in the namespace "(?<namespace>[^"]+)")?/;

/** Null when the sentence is not RBAC's (an admission plugin answers 403 too). The message carries the server's sentence and the rule to add. */
export function rbacRefusal(message: string): PermissionError | null {
  const rule = FORBIDDEN_SENTENCE.exec(message)?.groups;
  if (!rule) return null;
  const { verb, resource, group, namespace } = rule;
  const addition = `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]}`;
  const where = namespace ? ` in namespace ${namespace} (does it exist?)` : "";
  return new PermissionError(
    `Kubernetes refused: ${message}. Add ${addition}${where} to the Role of this function's group (rollguard:read, for ExecuteStep rollguard:write too, for keep-config rollguard:keep): rollguard rbac <service> prints them`,
    {
      verb,
      resource,
      apiGroup: group,
      namespace,
    },
  );
}

/** The token is well-formed and fresh, yet the cluster does not know who we are. */
export function unknownToCluster(cluster: string, caller = "this function's role"): PermissionError {
  return new PermissionError(
    `cluster ${cluster} answered 401 to a fresh token: give ${caller} an EKS access entry (type STANDARD, Kubernetes group rollguard:read, ` +
      "for ExecuteStep rollguard:write) and let the cluster's authentication mode be API or API_AND_CONFIG_MAP",
    { cluster },
  );
}

/** Node's and OpenSSL's names for "this certificate does not prove what it must". */
const UNTRUSTED_CODES =
  /^(CERT_|UNABLE_TO_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** Translates what `node:https` throws: a failed certificate check is no network trouble and must never be retried. */
export function connectionError(error: Error & { code?: string }, request: { cluster: string; method: string; url: URL }): Error {
  const { cluster, method, url } = request;
  const code = error.code ?? error.name;
  if (UNTRUSTED_CODES.test(code)) {
    return new UntrustedClusterError(
      `the API server at ${url.host} did not prove to be cluster ${cluster} (${code}: ${error.message}). Compare its certificate with certificateAuthority of ` +
        `'aws eks describe-cluster --name ${cluster}'; if they differ, something stands between Rollguard and the cluster`,
      { cluster, host: url.host, code },
      { cause: error },
    );
  }
  return new TransientUpstreamError(
    `${method} ${url.pathname} of cluster ${cluster} got no answer (${code}: ${error.message})`,
    { cluster, host: url.host, code },
    { cause: error },
  );
}
