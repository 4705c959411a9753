import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

const PREFIX = "k8s-aws-v1.";
const MAX_TOKEN_BYTES = 4096;
const MAX_AGE_SECONDS = 15 * 60;
const MAX_EXPIRES_SECONDS = 900;
const MAX_CLOCK_SKEW_SECONDS = 5 * 60;
const CLUSTER_HEADER = "x-k8s-aws-id";
const STS_HOST = /^sts(-fips)?(\.[a-z]{2}(-[a-z]+)+-\d)?\.amazonaws\.com$/;

const ALLOWED_PARAMETERS = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
  "x-amz-user-agent",
]);

/** Why a token was refused; the API answers a bare 401, this text is for the log and for tests. */
export class TokenRefusedError extends Error {
  override readonly name = "TokenRefusedError";
}

/** What a well-formed token claims. */
export interface TokenClaim {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly region: string;
  readonly signedAt: Date;
  readonly expiresSeconds: number;
  readonly signature: string;
  readonly host: string;
  readonly extraQuery: Readonly<Record<string, string>>;
}

function refuse(reason: string): never {
  throw new TokenRefusedError(reason);
}

function presignedUrl(token: string): URL {
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) refuse("token is too large");
  if (!token.startsWith(PREFIX)) refuse(`token does not start with ${PREFIX}`);
  const encoded = token.slice(PREFIX.length);
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) refuse("token is not base64url without padding");
  const text = Buffer.from(encoded, "base64url").toString();
  if (!URL.canParse(text)) refuse("token holds no URL");
  const url = new URL(text);
  if (url.protocol !== "https:") refuse("URL is not https");
  if (url.pathname !== "/") refuse("URL has a path");
  if (url.port !== "" || url.username !== "" || !STS_HOST.test(url.hostname)) refuse(`"${url.host}" is not an STS host`);
  return url;
}

function parametersOf(url: URL): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    const name = key.toLowerCase();
    if (!ALLOWED_PARAMETERS.has(name)) refuse(`query parameter "${key}" is not allowed`);
    if (parameters.has(name)) refuse(`query parameter "${key}" is given twice`);
    parameters.set(name, value);
  }
  return parameters;
}

function dateOf(text: string): Date {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) refuse("X-Amz-Date is malformed");
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Takes a token apart by the rules of EKS' authenticator; everything but the signature is decided here. */
export function parseEksToken(token: string, now: Date): TokenClaim {
  const url = presignedUrl(token);
  const parameters = parametersOf(url);
  const get = (name: string): string => parameters.get(name) ?? refuse(`query parameter "${name}" is missing`);
  if (get("action") !== "GetCallerIdentity") refuse("action is not GetCallerIdentity");
  if (get("version") !== "2011-06-15") refuse("version is not 2011-06-15");
  if (get("x-amz-algorithm") !== "AWS4-HMAC-SHA256") refuse("algorithm is not AWS4-HMAC-SHA256");
  const signedHeaders = get("x-amz-signedheaders").toLowerCase().split(";");
  if (!signedHeaders.includes(CLUSTER_HEADER)) refuse(`${CLUSTER_HEADER} is not among the signed headers`);
  if (!signedHeaders.includes("host")) refuse("host is not among the signed headers");
  const expiresSeconds = Number(get("x-amz-expires"));
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0 || expiresSeconds > MAX_EXPIRES_SECONDS)
    refuse("X-Amz-Expires is out of range");
  const signedAt = dateOf(get("x-amz-date"));
  const ageSeconds = (now.getTime() - signedAt.getTime()) / 1000;
  // X-Amz-Expires is not looked at for this: a token lives 15 minutes whatever it says
  if (ageSeconds > MAX_AGE_SECONDS) refuse("token is older than 15 minutes");
  if (ageSeconds < -MAX_CLOCK_SKEW_SECONDS) refuse("token is from the future");
  const [accessKeyId, scopeDate, region, service, end] = get("x-amz-credential").split("/");
  if (!accessKeyId || !region || service !== "sts" || end !== "aws4_request") refuse("X-Amz-Credential is malformed");
  if (scopeDate !== get("x-amz-date").slice(0, 8)) refuse("X-Amz-Credential and X-Amz-Date differ in their day");
  const extra = parameters.get("x-amz-user-agent");
  return {
    accessKeyId,
    sessionToken: parameters.get("x-amz-security-token"),
    region,
    signedAt,
    expiresSeconds,
    signature: get("x-amz-signature"),
    host: url.hostname,
    extraQuery: extra === undefined ? {} : { "X-Amz-User-Agent": extra },
  };
}

/** Signs the claim again with the secret key, for this cluster: only a token for this cluster, made with that key, comes out equal. */
export async function hasGenuineSignature(claim: TokenClaim, secretAccessKey: string, clusterName: string): Promise<boolean> {
  const { accessKeyId, sessionToken, region, host } = claim;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region,
    service: "sts",
    sha256: Sha256,
  });
  const again = await signer.presign(
    {
      method: "GET",
      protocol: "https:",
      hostname: host,
      path: "/",
      query: { Action: "GetCallerIdentity", Version: "2011-06-15", ...claim.extraQuery },
      headers: { host, [CLUSTER_HEADER]: clusterName },
    },
    { expiresIn: claim.expiresSeconds, signingDate: claim.signedAt },
  );
  return again.query?.["X-Amz-Signature"] === claim.signature;
}
