import { SignatureV4 } from "@smithy/signature-v4";
import { dnsSuffixOf } from "../aws/aws-endpoint.ts";
import type { AwsCredentials } from "../aws/aws-identity.ts";
import { Sha256 } from "../aws/sha256.ts";

/** The API server takes a token for 15 minutes from its date; ours is made anew a minute earlier. */
const TOKEN_SECONDS = 14 * 60;

export interface EksTokenProps {
  readonly cluster: string;
  /** The cluster's. */
  readonly region: string;
  readonly credentials: (renew: boolean) => Promise<AwsCredentials>;
  readonly now?: () => Date;
}

/**
 * Tokens by which EKS knows an IAM role at one cluster: a presigned `GetCallerIdentity` that binds the cluster's name. Signing calls nobody.
 * A token is kept while it and its credentials live; `renew` says that the cluster refused it, and renews the credentials too.
 */
export function eksToken({ cluster, region, credentials, now = () => new Date() }: EksTokenProps): (renew: boolean) => Promise<string> {
  let kept: { readonly token: Promise<string>; readonly signedAt: number; readonly accessKeyId: string } | null = null;
  return async (renew) => {
    const signer = await credentials(renew);
    const signingDate = now();
    const lives = kept !== null && signingDate.getTime() - kept.signedAt < TOKEN_SECONDS * 1000;
    if (kept && lives && !renew && kept.accessKeyId === signer.accessKeyId) return kept.token;
    const token = presigned(cluster, region, signer, signingDate);
    kept = { token, signedAt: signingDate.getTime(), accessKeyId: signer.accessKeyId };
    return token;
  };
}

async function presigned(cluster: string, region: string, credentials: AwsCredentials, signingDate: Date): Promise<string> {
  const signer = new SignatureV4({ service: "sts", region, credentials, sha256: Sha256 });
  const hostname = `sts.${region}.${dnsSuffixOf(region)}`;
  const { query = {} } = await signer.presign(
    {
      method: "GET",
      protocol: "https:",
      hostname,
      path: "/",
      query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
      headers: { host: hostname, "x-k8s-aws-id": cluster },
    },
    { expiresIn: 60, signingDate },
  );
  const text = Object.entries(query).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${text.join("&")}`).toString("base64url")}`;
}
