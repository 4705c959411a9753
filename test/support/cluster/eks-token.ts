import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

export interface TokenProps {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly clusterName?: string;
  readonly region?: string;
  readonly signedAt?: Date;
  readonly expiresIn?: number;
  /** Headers to sign besides host. @default the cluster header */
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes the presigned URL before it is encoded, which makes the signature wrong or the URL odd. */
  readonly tamper?: (url: URL) => URL | string;
}

export const KEY = { accessKeyId: "AKIAROLLGUARDTEST", secretAccessKey: "a-secret-for-tests" };

/** The presigned STS URL inside a token, made by AWS' own signer. */
async function presignedUrl(props: TokenProps): Promise<URL> {
  const { region = "us-east-1", clusterName = "demo", sessionToken } = props;
  const host = `sts.${region}.amazonaws.com`;
  const credentials = {
    accessKeyId: props.accessKeyId ?? KEY.accessKeyId,
    secretAccessKey: props.secretAccessKey ?? KEY.secretAccessKey,
    ...(sessionToken ? { sessionToken } : {}),
  };
  const signer = new SignatureV4({ credentials, region, service: "sts", sha256: Sha256 });
  const request = {
    method: "GET",
    protocol: "https:",
    hostname: host,
    path: "/",
    query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
    headers: { host, ...(props.headers ?? { "x-k8s-aws-id": clusterName }) },
  };
  const signed = await signer.presign(request, { expiresIn: props.expiresIn ?? 60, signingDate: props.signedAt ?? new Date() });
  const url = new URL(`https://${host}/`);
  for (const [key, value] of Object.entries(signed.query ?? {})) url.searchParams.append(key, String(value));
  return url;
}

/** A bearer token as an EKS client makes it. */
export async function anEksToken(props: TokenProps = {}): Promise<string> {
  const url = await presignedUrl(props);
  const text = String(props.tamper?.(url) ?? url);
  return `k8s-aws-v1.${Buffer.from(text).toString("base64url")}`;
}
