import type { EKSClient } from "@aws-sdk/client-eks";
import { SignatureV4 } from "@smithy/signature-v4";

/** The API server takes a token for 15 minutes from its date; ours is made anew a minute earlier. */
const TOKEN_SECONDS = 14 * 60;

/** Signs the tokens by which EKS knows an IAM role: a presigned `GetCallerIdentity` that binds the cluster's name. Signing calls nobody. */
export class EksTokens {
  readonly #client: EKSClient;
  readonly #now: () => Date;
  readonly #cache = new Map<string, { readonly token: Promise<string>; readonly signedAt: number }>();

  /** Credentials, region and hash are the EKS client's own: a second credential chain would double the bundle. */
  constructor(client: EKSClient, now: () => Date = () => new Date()) {
    this.#client = client;
    this.#now = now;
  }

  /** The cached token while it lives; a fresh one after that, or when `renew` says that the cluster refused it. */
  async token(cluster: string, renew = false): Promise<string> {
    const signingDate = this.#now();
    const cached = this.#cache.get(cluster);
    if (cached && !renew && signingDate.getTime() - cached.signedAt < TOKEN_SECONDS * 1000) return cached.token;
    const token = this.#sign(cluster, signingDate);
    this.#cache.set(cluster, { token, signedAt: signingDate.getTime() });
    // A failed signature must not be remembered.
    token.catch(() => this.#cache.delete(cluster));
    return token;
  }

  async #sign(cluster: string, signingDate: Date): Promise<string> {
    const { credentials, region: regionOf, sha256 } = this.#client.config;
    const region = await regionOf();
    const signer = new SignatureV4({ service: "sts", region, credentials, sha256 });
    const hostname = `sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
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
}
