import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "./local-environment.ts";

/** The local parts were about to talk to something that is not a local target. Nothing was sent. */
export class NotALocalTargetError extends Error {
  override readonly name = "NotALocalTargetError";
}

/**
 * Checks that an endpoint is on this machine and returns it in the form that clients get: with an IP address, so that S3 buckets are
 * addressed by path. Throws NotALocalTargetError for anything else, names that merely resolve to loopback included.
 */
export function assertLoopback(endpoint: string): string {
  const fix =
    "Rollguard's local parts only talk to this machine: use http://127.0.0.1:<port>, or unset AWS_ENDPOINT_URL to start an emulator.";
  if (!URL.canParse(endpoint)) throw new NotALocalTargetError(`"${endpoint}" is not a URL. ${fix}`);
  const url = new URL(endpoint);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new NotALocalTargetError(`"${endpoint}" is not an HTTP URL. ${fix}`);
  if (url.username || url.password) throw new NotALocalTargetError(`"${endpoint}" carries credentials. ${fix}`);
  if (url.hostname === "localhost") url.hostname = "127.0.0.1";
  const loopback = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(url.hostname) || url.hostname === "[::1]";
  if (!loopback) throw new NotALocalTargetError(`"${endpoint}" is not on this machine (host ${url.hostname}). ${fix}`);
  return url.origin;
}

/** Asks the endpoint who we are (STS GetCallerIdentity with the fixed test credentials). */
export async function callerAccount(endpoint: string): Promise<string> {
  const url = new URL(endpoint);
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const signer = new SignatureV4({
    service: "sts",
    region: LOCAL_REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    sha256: Sha256,
  });
  const request = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port) || undefined,
    path: "/",
    headers: { host: url.host, "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body,
  });
  const answer = await fetch(new URL("/", endpoint), {
    method: "POST",
    headers: request.headers,
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  const account = /<Account>(\d{12})<\/Account>|"Account"\s*:\s*"(\d{12})"/.exec(text);
  const found = account?.[1] ?? account?.[2];
  if (!found)
    throw new NotALocalTargetError(
      `${endpoint} answers GetCallerIdentity with HTTP ${answer.status} and no account: is it an AWS emulator?`,
    );
  return found;
}

/** The guard in front of everything that writes: loopback, and account 000000000000. Returns the endpoint as clients should use it. */
export async function assertLocalTarget(endpoint: string): Promise<string> {
  const checked = assertLoopback(endpoint);
  const account = await callerAccount(checked).catch((error: unknown) => {
    if (error instanceof NotALocalTargetError) throw error;
    throw new NotALocalTargetError(`nothing answers at ${checked} (${reasonOf(error)}). Start the emulator, or unset AWS_ENDPOINT_URL.`);
  });
  if (account !== LOCAL_ACCOUNT) {
    throw new NotALocalTargetError(
      `${checked} says account ${account}, expected ${LOCAL_ACCOUNT}: this may be a real account, nothing was done.`,
    );
  }
  return checked;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : String(error);
}
