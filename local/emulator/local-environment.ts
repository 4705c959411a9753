/** The account and region of every local target. Rollguard's local parts refuse any other account. */
export const LOCAL_ACCOUNT = "000000000000";
export const LOCAL_REGION = "us-east-1";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment for everything that may talk to the local target: this process's own, without a single AWS variable of the person who
 * started it (profiles, credentials, endpoints, roles), and with fixed test credentials. Configuration files are not read either.
 */
export function localEnvironment(endpoint: string, from: Environment = process.env): Record<string, string> {
  const kept = Object.entries(from).filter(([name, value]) => value !== undefined && !/^(AWS|CDK)_/i.test(name)) as [string, string][];
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    // An emulator under load breaks a connection now and then; the SDK's three tries are over in a third of a second.
    AWS_MAX_ATTEMPTS: "6",
    NO_PROXY: withLoopback(from.NO_PROXY ?? from.no_proxy),
    no_proxy: withLoopback(from.NO_PROXY ?? from.no_proxy),
  };
}

/**
 * Makes this very process use the local target only: AWS SDK clients made afterwards cannot reach anything else. Returns what puts the
 * environment back.
 */
export function enterLocalEnvironment(endpoint: string, extra: Readonly<Record<string, string>> = {}): () => void {
  const before = { ...process.env };
  const replace = (wanted: Environment) => {
    for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name];
    Object.assign(process.env, wanted);
  };
  replace({ ...localEnvironment(endpoint), ...extra });
  return () => replace(before);
}

function withLoopback(noProxy: string | undefined): string {
  return [...new Set([...(noProxy ?? "").split(",").filter(Boolean), "127.0.0.1", "localhost"])].join(",");
}
