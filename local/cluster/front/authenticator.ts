import { timingSafeEqual } from "node:crypto";
import type { User } from "../api/authorization.ts";
import { ADMIN } from "../in-process-client.ts";
import { hasGenuineSignature, parseEksToken, type TokenClaim, TokenRefusedError } from "./eks-token.ts";

/** An access key whose secret the front knows, so that it can check signatures and knows whose it is. */
export interface KnownKey {
  readonly secretAccessKey: string;
  /** `arn:aws:iam::…:role/…`, `arn:aws:sts::…:assumed-role/…/session` or `arn:aws:iam::…:user/…`. */
  readonly arn: string;
}

/** What EKS calls an access entry: which groups a principal has in the cluster. */
export interface AccessEntry {
  readonly principalArn: string;
  readonly groups: readonly string[];
  /** @default the caller's ARN, with the session name */
  readonly username?: string;
}

export interface AuthenticatorProps {
  readonly clusterName: string;
  readonly adminToken: string;
  /** By access key id. @default none: signatures cannot be checked */
  readonly knownKeys?: Readonly<Record<string, KnownKey>>;
  /** Who may come in with a known key. @default everybody with a known key, with the groups of `unknownKeys` */
  readonly accessEntries?: readonly AccessEntry[];
  /**
   * What a well-formed token of an unknown key is worth: emulators hand out keys whose role cannot be told.
   * @default the groups rollguard:read, rollguard:write and rollguard:keep
   */
  readonly unknownKeys?: "refuse" | { readonly groups: readonly string[] };
  readonly now?: () => Date;
}

/** Where a request comes from, for faults that spare the demo's own calls. */
export interface Caller {
  readonly user: User;
  readonly kind: "admin" | "eks";
}

const DEFAULT_GROUPS = ["rollguard:read", "rollguard:write", "rollguard:keep"];

/** The role behind an assumed-role ARN, without its path, which STS does not show. */
function principalOf(arn: string): string {
  const assumed = /^arn:(aws[\w-]*):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (assumed) return `arn:${assumed[1]}:iam::${assumed[2]}:role/${assumed[3]}`;
  return arn.replace(/:role\/.*\//, ":role/");
}

/** Decides who a bearer token is, as the authenticator of an EKS cluster would; throws TokenRefusedError. */
export function createAuthenticator(props: AuthenticatorProps): (authorization: string | undefined) => Promise<Caller> {
  const now = props.now ?? (() => new Date());
  const unknownKeys = props.unknownKeys ?? { groups: DEFAULT_GROUPS };

  function isAdminToken(token: string): boolean {
    const [given, right] = [Buffer.from(token), Buffer.from(props.adminToken)];
    return given.length === right.length && timingSafeEqual(given, right);
  }

  function unknownKey(claim: TokenClaim): User {
    if (unknownKeys === "refuse") throw new TokenRefusedError(`access key ${claim.accessKeyId} is not known`);
    return { username: `unverified:${claim.accessKeyId}`, groups: [...unknownKeys.groups, "system:authenticated"] };
  }

  async function knownKey(claim: TokenClaim, key: KnownKey): Promise<User> {
    if (!(await hasGenuineSignature(claim, key.secretAccessKey, props.clusterName))) {
      throw new TokenRefusedError("the signature is wrong, or was made for another cluster");
    }
    if (!props.accessEntries) {
      const groups = unknownKeys === "refuse" ? DEFAULT_GROUPS : unknownKeys.groups;
      return { username: key.arn, groups: [...groups, "system:authenticated"] };
    }
    const principal = principalOf(key.arn);
    const entry = props.accessEntries.find(({ principalArn }) => principalOf(principalArn) === principal);
    if (!entry) throw new TokenRefusedError(`${principal} has no access entry`);
    return { username: entry.username ?? key.arn, groups: [...entry.groups, "system:authenticated"] };
  }

  return async (authorization) => {
    const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
    if (!token) throw new TokenRefusedError("no bearer token");
    if (isAdminToken(token)) return { user: ADMIN, kind: "admin" };
    const claim = parseEksToken(token, now());
    const key = props.knownKeys?.[claim.accessKeyId];
    return { user: key ? await knownKey(claim, key) : unknownKey(claim), kind: "eks" };
  };
}
