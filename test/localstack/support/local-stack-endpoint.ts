import { assertLocalTarget } from "../../../local/emulator/local-target-guard.ts";

const HOW_TO_START =
  "Start LocalStack with AWS_ENDPOINT_URL_EKS=http://127.0.0.1:4590 for its functions, then run AWS_ENDPOINT_URL=http://127.0.0.1:<port> npm run test:localstack.";

/** The address of the LocalStack to test against. Fails, before anything is sent to it, when it is not named or not on this machine, and when it is something else. */
export async function localStackEndpoint(environment: Readonly<Record<string, string | undefined>> = process.env): Promise<string> {
  const named = environment.AWS_ENDPOINT_URL;
  if (named === undefined || named === "")
    throw new Error(`AWS_ENDPOINT_URL is not set: this suite needs a running LocalStack. ${HOW_TO_START}`);
  const endpoint = await assertLocalTarget(named);
  const health = await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(10_000) });
  const { services } = health.ok ? ((await health.json().catch(() => ({}))) as { services?: unknown }) : {};
  if (services === undefined) {
    throw new Error(`${endpoint} is an emulator, but no LocalStack: GET /_localstack/health answers ${health.status}. ${HOW_TO_START}`);
  }
  return endpoint;
}
