import { dynamoClient } from "./dynamo-client.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Who signs, and where. */
export interface AwsIdentity {
  /** Kept while they are good for some minutes more; `renew` fetches others (a service did not accept the kept ones). */
  readonly credentials: (renew?: boolean) => Promise<AwsCredentials>;
  readonly region: () => Promise<string>;
}

/** This function's own role, by the credential chain of the DynamoDB client, which every bundle holds already: a second chain would double it. */
export function ownIdentity(): AwsIdentity {
  return {
    credentials: (renew = false) => dynamoClient().config.credentials({ forceRefresh: renew }),
    region: () => dynamoClient().config.region(),
  };
}
