import type { Environment } from "../aws/aws-endpoint.ts";
import type { AwsCredentials, AwsIdentity } from "../aws/aws-identity.ts";
import { assumeRole, type RoleToAssume } from "./assume-role.ts";

/** What is left of them must last for the calls to come. */
const RENEWED_BEFORE_EXPIRY_MILLISECONDS = 5 * 60 * 1000;

/** Assumed roles, each assumed once until five minutes before its credentials expire. */
export class AssumedRoles {
  readonly #own: AwsIdentity;
  readonly #environment: Environment;
  readonly #now: () => Date;
  readonly #kept = new Map<string, AwsCredentials>();
  readonly #asked = new Map<string, Promise<AwsCredentials>>();

  constructor(own: AwsIdentity, environment: Environment = process.env, now: () => Date = () => new Date()) {
    this.#own = own;
    this.#environment = environment;
    this.#now = now;
  }

  /** The identity of a role; its region is the asker's. The session's name is asked for whenever the role is assumed. */
  identityOf(roleArn: string, session: () => string): AwsIdentity {
    return {
      region: this.#own.region,
      credentials: async (renew = false) => {
        const kept = this.#kept.get(roleArn);
        if (kept && !renew && this.#isGood(kept)) return kept;
        // Requests that need new credentials together share one answer.
        return this.#asked.get(roleArn) ?? this.#ask({ roleArn, session: session() });
      },
    };
  }

  async #ask(role: RoleToAssume): Promise<AwsCredentials> {
    const asked = assumeRole(this.#own, role, this.#environment).finally(() => this.#asked.delete(role.roleArn));
    this.#asked.set(role.roleArn, asked);
    const credentials = await asked;
    this.#kept.set(role.roleArn, credentials);
    return credentials;
  }

  #isGood({ expiration }: AwsCredentials): boolean {
    return expiration !== undefined && expiration.getTime() - this.#now().getTime() > RENEWED_BEFORE_EXPIRY_MILLISECONDS;
  }
}
